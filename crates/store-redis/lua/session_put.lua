-- Put before the scripts that open a session.
-- s: key of the session, its member name, its fields, and how long each thing stays.
local function put(s)
  -- First a command that a full server refuses: after any other write, it lets the rest of a script
  -- pass. Every field is written, so nothing of an older one stays.
  redis.call('HSET', s.key, 'r', s.record, 'u', s.id, 's', s.seen, 'i', s.idle, 'e', s.ends, 'p', s.person)
  redis.call('PEXPIRE', s.key, s.ttl)
  -- What ended by itself leaves the indexes here: no timer is needed.
  redis.call('ZREMRANGEBYSCORE', s.of_person, '-inf', s.seen)
  redis.call('ZADD', s.of_person, s.ends, s.member)
  stay(s.of_person, s.ttl_of_indexes)
  redis.call('ZREMRANGEBYSCORE', s.all, '-inf', s.seen)
  redis.call('ZADD', s.all, s.stop, s.member)
  stay(s.all, s.ttl_of_indexes)
end
local opened = {
  key = KEYS[1], of_person = KEYS[2], all = KEYS[3],
  member = ARGV[1], record = ARGV[2], id = ARGV[3], seen = ARGV[4], idle = ARGV[5], ends = ARGV[6],
  person = ARGV[7], stop = ARGV[8], ttl = ARGV[9], ttl_of_indexes = ARGV[10],
}
