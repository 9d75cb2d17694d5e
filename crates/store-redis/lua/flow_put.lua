-- Parks a flow, or (ARGV[7] = '1') replaces one that still waits. ARGV[5] names its person, if any.
local prefix, member, record, ends, person = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local row = redis.call('HMGET', KEYS[1], 'e', 'p')
if ARGV[7] == '1' and (not row[1] or tonumber(ARGV[8]) >= tonumber(row[1])) then return 0 end
-- First a command that a full server refuses.
redis.call('HSET', KEYS[1], 'r', record, 'e', ends)
redis.call('PEXPIRE', KEYS[1], ARGV[6])
if row[2] and row[2] ~= person then
  redis.call('HDEL', KEYS[1], 'p')
  redis.call('ZREM', prefix .. 'q:' .. row[2], member)
end
if person ~= '' then
  redis.call('HSET', KEYS[1], 'p', person)
  local index = prefix .. 'q:' .. person
  redis.call('ZREMRANGEBYSCORE', index, '-inf', ARGV[8])
  redis.call('ZADD', index, ends, member)
  stay(index, ARGV[6])
end
return 1
