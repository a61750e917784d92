-- Puts back the record of an operation that Redis forgot, and makes sure that later epochs are higher.
-- KEYS  1 lease  2 epoch  3 operation
-- ARGV  1 epoch  2… fields of the record and their values, without 'epoch'
-- Returns 'written', or 'moved' when a lease exists, or an operation that is not older
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 'moved'
end
if tonumber(redis.call('HGET', KEYS[3], 'epoch') or 0) >= tonumber(ARGV[1]) then
  return 'moved'
end
if tonumber(redis.call('GET', KEYS[2]) or 0) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[2], ARGV[1])
end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'epoch', ARGV[1], unpack(ARGV, 2))
return 'written'
