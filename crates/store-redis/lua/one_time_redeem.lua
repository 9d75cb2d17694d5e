-- Spends a value: nothing when unknown or too old, {} when spent before, else {value}.
-- The end stays behind as a tombstone until it expires.
local row = redis.call('HMGET', KEYS[1], 'e', 'v')
if not row[1] or tonumber(ARGV[1]) >= tonumber(row[1]) then return false end
if not row[2] then return {} end
redis.call('HDEL', KEYS[1], 'v')
return { row[2] }
