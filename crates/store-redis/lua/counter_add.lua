-- Counts one more. The window begins with the first failure after the last window ended.
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local row = redis.call('HMGET', KEYS[1], 'b', 'l', 'n')
local began, last = tonumber(row[1] or ''), tonumber(row[2] or '')
local count = tonumber(row[3] or '0')
if not began or now - began >= window then began, last, count = now, now, 0 end
if now > last then last = now end
count = count + 1
redis.call('HSET', KEYS[1], 'n', count, 'b', began, 'l', last)
redis.call('PEXPIRE', KEYS[1], began + window - now + tonumber(ARGV[3]))
return { count, last }
