-- Keeps a value. One that was spent and is not too old stays spent.
local row = redis.call('HMGET', KEYS[1], 'e', 'v')
if row[1] and not row[2] and tonumber(ARGV[4]) < tonumber(row[1]) then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'e', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
