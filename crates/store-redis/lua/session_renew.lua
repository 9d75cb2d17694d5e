-- Closes the old secret and opens the new one in one step; 0 when the old one is gone or over.
local old, prefix, member = KEYS[4], ARGV[11], ARGV[12]
local row = redis.call('HMGET', old, 's', 'i', 'e', 'p')
if not row[1] then return 0 end
redis.call('DEL', old)
redis.call('ZREM', opened.all, member)
redis.call('ZREM', prefix .. 'p:' .. row[4], member)
local now, seen = tonumber(opened.seen), tonumber(row[1])
if now >= tonumber(row[3]) or now - seen >= tonumber(row[2]) then return 0 end
put(opened)
return 1
