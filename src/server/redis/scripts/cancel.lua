-- Asks the leader to abort before its first change. The first who asks is remembered.
-- KEYS  1 operation
-- ARGV  1 id of the operation  2 who asks
-- Returns 'requested', 'late' (it changes something, or ends for another reason), or 'gone' (over, or another one)
local seen = redis.call('HMGET', KEYS[1], 'id', 'over', 'phase', 'changed', 'cancel')
if seen[1] ~= ARGV[1] or seen[2] == '1' then
  return 'gone'
end
-- One that was asked before may be aborting by now: that is what was asked for.
local early = seen[3] == 'acquiring' or seen[3] == 'draining' or seen[5]
if seen[4] == '1' or not early then
  return 'late'
end
redis.call('HSETNX', KEYS[1], 'cancel', ARGV[2])
return 'requested'
