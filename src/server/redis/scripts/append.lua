-- Adds a line to the journal. The oldest lines go when there are too many, and all some time after the last one.
-- KEYS  1 journal
-- ARGV  1 id of the operation  2 line (JSON)  3 how many lines to keep, about  4 how long in ms
-- Returns 'appended'
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'operation', ARGV[1], 'line', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 'appended'
