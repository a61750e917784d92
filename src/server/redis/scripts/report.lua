-- Reports a node, forgets expired ones, and returns the record, in one step.
-- A report that was under way for long and arrives after a later one of its process changes nothing.
-- KEYS  1 nodes  2 seen  3 operation
-- ARGV  1 boot id  2 ttl in ms  3 sent at, by the monotonic clock of the process  4 report (JSON)
-- Returns {epoch, record, cancel, lastChange} of the operation, each nil when there is none
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local arrived = string.format('%.0f', now)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', arrived)) do
  redis.call('HDEL', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
local before = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%d+ %d+ ([%d.]+) ')
if not before or tonumber(before) <= tonumber(ARGV[3]) then
  local expires = string.format('%.0f', now + ARGV[2])
  redis.call('HSET', KEYS[1], ARGV[1], arrived .. ' ' .. expires .. ' ' .. ARGV[3] .. ' ' .. ARGV[4])
  redis.call('ZADD', KEYS[2], expires, ARGV[1])
end
return redis.call('HMGET', KEYS[3], 'epoch', 'record', 'cancel', 'lastChange')
