-- Notes a use of a session that is there and not over. Nothing is ever created here (T-57).
local row = redis.call('HMGET', KEYS[1], 's', 'i', 'e')
if not row[1] then return 0 end
local now, seen, idle, ends = tonumber(ARGV[1]), tonumber(row[1]), tonumber(row[2]), tonumber(row[3])
if now >= ends or now - seen >= idle or now <= seen then return 0 end
redis.call('HSET', KEYS[1], 's', ARGV[1])
local stop = math.min(now + idle, ends)
redis.call('PEXPIRE', KEYS[1], stop - now + tonumber(ARGV[2]))
redis.call('ZADD', KEYS[2], 'XX', stop, ARGV[3])
return 1
