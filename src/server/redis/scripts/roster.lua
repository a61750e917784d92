-- All reports, also expired ones that no later report has removed, and the time to judge them by.
-- KEYS  1 nodes
-- Returns {seconds, microseconds, {boot id, '<arrived> <expires> <sent at> <report>', boot id, …}}
local time = redis.call('TIME')
return { time[1], time[2], redis.call('HGETALL', KEYS[1]) }
