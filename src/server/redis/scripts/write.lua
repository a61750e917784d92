-- Replaces the record. A request to cancel the operation stays.
-- KEYS  1 lease  2 operation
-- ARGV  1 holder '<epoch>:<boot id>'  2 epoch  3 revision  4… fields of the record and their values, without 'epoch'
-- Returns 'written', or 'lost' when somebody else or nobody holds the lease, or a later word of the holder is there
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'lost'
end
local told = redis.call('HMGET', KEYS[2], 'epoch', 'revision')
if told[1] == ARGV[2] and tonumber(told[2] or 0) > tonumber(ARGV[3]) then
  return 'lost'
end
redis.call('HSET', KEYS[2], 'epoch', ARGV[2], unpack(ARGV, 4))
return 'written'
