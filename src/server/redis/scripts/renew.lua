-- Extends the lease of its holder, or gives it back to the last holder when Redis lost it and nobody took it since.
-- KEYS  1 lease  2 epoch  3 operation
-- ARGV  1 holder '<epoch>:<boot id>'  2 epoch  3 ttl in ms
-- Returns 'renewed', 'restored' (the record may be missing) or 'lost'
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 'renewed'
end
if holder then
  return 'lost'
end
local seen = redis.call('HMGET', KEYS[3], 'epoch', 'phase', 'over', 'standing')
if seen[1] and (seen[1] ~= ARGV[2] or seen[2] == 'held' or seen[3] == '1' or seen[4] == '1') then
  return 'lost'
end
if tonumber(redis.call('GET', KEYS[2]) or 0) > tonumber(ARGV[2]) then
  return 'lost'
end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 'restored'
