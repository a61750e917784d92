-- Takes a node out of the roster.
-- KEYS  1 nodes  2 seen
-- ARGV  1 boot id
-- Returns 'left', also when it was not in it
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 'left'
