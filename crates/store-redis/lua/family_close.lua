-- Closes a family until then: the tokens that it has, and those that would still come.
local members = redis.call('ZRANGE', KEYS[2], 0, -1)
-- First a command that a full server lets pass, and with it the rest: what closes shall close.
redis.call('DEL', KEYS[2])
local shut = redis.call('GET', KEYS[1])
if not shut or tonumber(shut) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL') end
stay(KEYS[1], ARGV[2])
local closed = 0
for _, member in ipairs(members) do
  local key = ARGV[3] .. 't:' .. member
  local row = redis.call('HMGET', key, 'f', 'z')
  if row[1] and KEYS[2] == ARGV[3] .. 'y:{' .. row[1] .. '}' then
    closed = closed + redis.call('DEL', key)
    redis.call('ZREM', ARGV[3] .. 'z:' .. row[2], member)
  end
end
return closed
