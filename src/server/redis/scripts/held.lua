-- Whether somebody holds the lease.
-- KEYS  1 lease
-- Returns 1 or 0
return redis.call('EXISTS', KEYS[1])
