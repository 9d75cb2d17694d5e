-- Those of a person. A member whose session is gone leaves the index.
local found = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local row = redis.call('HMGET', ARGV[1] .. 's:' .. member, 'r', 'u', 's', 'i', 'e', 'p')
  if row[1] and KEYS[1] == ARGV[1] .. 'p:' .. row[6] then
    found[#found + 1] = { member, row[1], row[2], row[3], row[4], row[5] }
  else
    redis.call('ZREM', KEYS[1], member)
  end
end
return found
