-- Closes one session and gives it back.
local row = redis.call('HMGET', KEYS[1], 'r', 'u', 's', 'i', 'e', 'p')
if not row[1] then return false end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', ARGV[2] .. 'p:' .. row[6], ARGV[1])
return { row[1], row[2], row[3], row[4], row[5] }
