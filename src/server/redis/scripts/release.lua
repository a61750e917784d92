-- Gives the lease back.
-- KEYS  1 lease
-- ARGV  1 holder '<epoch>:<boot id>'
-- Returns 'released', or 'lost' when somebody else or nobody holds it
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'lost'
end
redis.call('DEL', KEYS[1])
return 'released'
