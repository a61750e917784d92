-- Replaces the record of a leader that is gone, if it is still the one that was seen. Its epoch stays.
-- KEYS  1 lease  2 operation
-- ARGV  1 seen epoch  2 seen phase  3 seen over  4 phase  5 over  6 record (JSON without its epoch); over: '0' or '1'
-- Returns 'written', or 'moved' when a lease exists or the record is another one by now
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 'moved'
end
local seen = redis.call('HMGET', KEYS[2], 'epoch', 'phase', 'over')
if seen[1] ~= ARGV[1] or seen[2] ~= ARGV[2] or seen[3] ~= ARGV[3] then
  return 'moved'
end
redis.call('HSET', KEYS[2], 'phase', ARGV[4], 'over', ARGV[5], 'record', ARGV[6])
return 'written'
