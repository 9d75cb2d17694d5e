-- Ends a flow that still waits: 1 for exactly one caller.
local row = redis.call('HMGET', KEYS[1], 'e', 'p')
if not row[1] or tonumber(ARGV[3]) >= tonumber(row[1]) then return 0 end
redis.call('DEL', KEYS[1])
if row[2] then redis.call('ZREM', ARGV[1] .. 'q:' .. row[2], ARGV[2]) end
return 1
