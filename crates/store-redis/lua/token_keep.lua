-- Keeps a token, unless its family was closed and still is.
-- KEYS: mark of the family, its index, the token, index of the session.
local member, record, ends, now, ttl, family, session, prefix =
  ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local shut = redis.call('GET', KEYS[1])
if shut and tonumber(now) < tonumber(shut) then return 0 end
local old = redis.call('HMGET', KEYS[3], 'f', 'z')
-- First a command that a full server refuses.
redis.call('HSET', KEYS[3], 'r', record, 'e', ends, 'f', family, 'z', session)
redis.call('PEXPIRE', KEYS[3], ttl)
if old[1] then
  redis.call('ZREM', prefix .. 'y:{' .. old[1] .. '}', member)
  redis.call('ZREM', prefix .. 'z:' .. old[2], member)
end
for _, index in ipairs({ KEYS[2], KEYS[4] }) do
  redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
  redis.call('ZADD', index, ends, member)
  stay(index, ttl)
end
return 1
