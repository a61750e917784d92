-- Takes the lease with a new epoch and writes the record, unless somebody leads or an operation is unfinished.
-- KEYS  1 lease  2 epoch  3 operation
-- ARGV  1 boot id  2 ttl in ms  3 floor of the epoch  4 phase  5 over, '0' or '1'  6 record (JSON without its epoch)
-- Returns {'busy', epoch, record}         a lease exists (epoch and record are nil when lost), or the operation is held
--         {'interrupted', epoch, record}  no lease, and the operation is not over
--         {'acquired', epoch}
local seen = redis.call('HMGET', KEYS[3], 'epoch', 'record', 'phase', 'over')
if redis.call('EXISTS', KEYS[1]) == 1 then
  return { 'busy', seen[1], seen[2] }
end
if seen[2] and seen[4] ~= '1' then
  return { seen[3] == 'held' and 'busy' or 'interrupted', seen[1], seen[2] }
end
-- The operation counts, too: an evicted counter must not give an epoch out twice.
local highest = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(seen[1] or 0), tonumber(ARGV[3]))
local epoch = string.format('%.0f', highest + 1)
redis.call('SET', KEYS[2], epoch)
redis.call('SET', KEYS[1], epoch .. ':' .. ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[3], 'epoch', epoch, 'phase', ARGV[4], 'over', ARGV[5], 'record', ARGV[6])
return { 'acquired', epoch }
