-- Fails where the other scripts would: on a replica, without the rights, while loading. Changes nothing.
-- KEYS  1 lease  2 nodes  3 seen
-- Returns 'usable'
redis.call('TIME')
redis.call('GET', KEYS[1])
redis.call('HDEL', KEYS[2], '')
redis.call('ZREM', KEYS[3], '')
return 'usable'
