-- Takes the lease with this epoch and writes the record, unless somebody leads or an operation is unfinished.
-- KEYS  1 lease  2 epoch  3 operation
-- ARGV  1 boot id  2 ttl in ms  3 epoch  4 last change known to the applicant
--       5 epoch of the held operation that this one takes up, or 0
--       6 epoch of the newest operation that the applicant knows of
--       7… fields of the record and their values, without 'epoch'
-- Returns {'busy', epoch, record, cancel, lastChange}  a lease exists (all nil when the record is lost), or it stands
--         {'interrupted', …the same}                   no lease, and the operation is not over
--         {'forgotten'}                                that newest operation, or a later one, is not here (any more)
--         {'outdated', epoch}                          that of the arguments is not higher than this one
--         {'acquired', epoch, lastChange}              with the epoch of the newest operation that changed something
local seen = redis.call('HMGET', KEYS[3], 'epoch', 'record', 'cancel', 'lastChange', 'phase', 'over', 'changed', 'standing')
local follows = seen[5] == 'held' and seen[1] == ARGV[5]
local held = redis.call('EXISTS', KEYS[1]) == 1 or ((seen[5] == 'held' or seen[8] == '1') and not follows)
if held or (seen[2] and seen[6] ~= '1' and not follows) then
  return { held and 'busy' or 'interrupted', seen[1], seen[2], seen[3], seen[4] }
end
if tonumber(seen[1] or 0) < tonumber(ARGV[6]) then
  return { 'forgotten' }
end
-- The operation counts, too: an evicted counter must not give an epoch out twice.
local highest = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(seen[1] or 0))
local epoch = ARGV[3]
if tonumber(epoch) <= highest then
  return { 'outdated', string.format('%.0f', highest) }
end
redis.call('SET', KEYS[2], epoch)
redis.call('SET', KEYS[1], epoch .. ':' .. ARGV[1], 'PX', ARGV[2])
-- Nothing of the last operation stays: a request to cancel that one does not concern this one.
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'epoch', epoch, unpack(ARGV, 7))
local known = tonumber(seen[7] == '1' and seen[1] or seen[4] or 0)
local change = string.format('%.0f', math.max(known, tonumber(ARGV[4])))
redis.call('HSET', KEYS[3], 'lastChange', change)
return { 'acquired', epoch, change }
