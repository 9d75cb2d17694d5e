-- Closes those of a person, all or the one with this id, and gives them back.
local closed = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local key = ARGV[1] .. 's:' .. member
  local row = redis.call('HMGET', key, 'r', 'u', 's', 'i', 'e', 'p')
  local hers = row[1] and KEYS[1] == ARGV[1] .. 'p:' .. row[6]
  if hers and (ARGV[2] == '' or row[2] == ARGV[2]) then
    redis.call('DEL', key)
    redis.call('ZREM', KEYS[2], member)
    closed[#closed + 1] = { member, row[1], row[2], row[3], row[4], row[5] }
    hers = false
  end
  if not hers then redis.call('ZREM', KEYS[1], member) end
end
return closed
