-- Writes the last record of an operation and gives the lease back.
-- KEYS  1 lease  2 operation
-- ARGV  1 holder '<epoch>:<boot id>'  2 epoch  3 phase  4 over, '0' or '1'  5 record (JSON without its epoch)
-- Returns 'written', or 'lost' when somebody else or nobody holds the lease
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'lost'
end
redis.call('HSET', KEYS[2], 'epoch', ARGV[2], 'phase', ARGV[3], 'over', ARGV[4], 'record', ARGV[5])
redis.call('DEL', KEYS[1])
return 'written'
