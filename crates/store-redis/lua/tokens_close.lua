-- Closes all tokens of a session.
local closed = 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local key = ARGV[1] .. 't:' .. member
  local row = redis.call('HMGET', key, 'f', 'z')
  if row[1] and KEYS[1] == ARGV[1] .. 'z:' .. row[2] then
    closed = closed + redis.call('DEL', key)
    redis.call('ZREM', ARGV[1] .. 'y:{' .. row[1] .. '}', member)
  end
end
redis.call('DEL', KEYS[1])
return closed
