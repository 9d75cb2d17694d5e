-- Put before the scripts that keep indexes: an index outlives the longest of its members.
local function stay(key, ttl)
  if redis.call('PTTL', key) < tonumber(ttl) then redis.call('PEXPIRE', key, ttl) end
end
