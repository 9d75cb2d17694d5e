-- Ends all flows that speak of a person, but the one named.
local ended = 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if member ~= ARGV[2] then
    local key = ARGV[1] .. 'f:' .. member
    local person = redis.call('HGET', key, 'p')
    if person and KEYS[1] == ARGV[1] .. 'q:' .. person then ended = ended + redis.call('DEL', key) end
    redis.call('ZREM', KEYS[1], member)
  end
end
return ended
