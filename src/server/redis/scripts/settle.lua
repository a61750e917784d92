-- Replaces the record of a leader that is gone, if it is still the one that was seen. Its epoch stays, and so does a
-- request to cancel it.
-- KEYS  1 lease  2 operation
-- ARGV  1 seen epoch  2 seen phase  3 seen over, '0' or '1'  4… fields of the record and their values, without 'epoch'
-- Returns 'written', or 'moved' when a lease exists or the record is another one by now
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 'moved'
end
local seen = redis.call('HMGET', KEYS[2], 'epoch', 'phase', 'over')
if seen[1] ~= ARGV[1] or seen[2] ~= ARGV[2] or seen[3] ~= ARGV[3] then
  return 'moved'
end
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
return 'written'
