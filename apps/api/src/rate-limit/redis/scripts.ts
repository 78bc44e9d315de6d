import { createHash } from 'node:crypto';

/** A Lua script that touches one key only, so that it also runs on a cluster. */
export interface Script {
  lua: string;
  sha: string;
}

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/**
 * The window of one key, with the rules of `SlidingWindow`, by the clock of Redis. It expires a little after its last
 * hit.
 */
export const WINDOW = script(`
-- KEYS[1]: a hash. b: the bucket that is filling; n: the current count; <bucket>: the hits in that bucket
-- ARGV: the limit; the length of the window in ms; 1 to count a hit, 0 to count nothing
-- Returns: admitted, bucket, current count, ms until the count is zero, ms until one place is free
local BUCKETS = 60
local limit, width, counting = tonumber(ARGV[1]), tonumber(ARGV[2]) / BUCKETS, ARGV[3] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = math.floor(now / width)
local known = redis.call('HMGET', KEYS[1], 'b', 'n', bucket)
local filling, total, here = tonumber(known[1]), tonumber(known[2]) or 0, tonumber(known[3]) or 0
local admitted = 0

if filling and filling > bucket then
  -- The clock was set back: time stands still until the clock has caught up.
  bucket, now = filling, filling * width
  here = tonumber(redis.call('HGET', KEYS[1], bucket)) or 0
elseif filling and bucket - filling > BUCKETS then
  total = 0
  if counting then redis.call('DEL', KEYS[1]) end
elseif filling and filling < bucket then
  local gone = {}
  for old = filling - BUCKETS, bucket - BUCKETS - 1 do gone[#gone + 1] = old end
  for _, count in ipairs(redis.call('HMGET', KEYS[1], unpack(gone))) do total = total - (tonumber(count) or 0) end
  if counting then
    redis.call('HDEL', KEYS[1], unpack(gone))
    redis.call('HSET', KEYS[1], 'b', bucket, 'n', total)
  end
end

if counting and total < limit then
  admitted, total = 1, total + 1
  redis.call('HSET', KEYS[1], 'b', bucket, 'n', total, bucket, here + 1)
  if here == 0 then redis.call('PEXPIRE', KEYS[1], (BUCKETS + 2) * width) end
  if total < limit then return { 1, bucket, total, (bucket + BUCKETS + 1) * width - now, 0 } end
end
if total == 0 then return { 0, bucket, 0, 0, 0 } end

local counts, fields = {}, redis.call('HGETALL', KEYS[1])
for at = 1, #fields, 2 do counts[fields[at]] = tonumber(fields[at + 1]) end
local latest, free, left = bucket, 0, total
for at = bucket - BUCKETS, bucket do
  local count = counts[string.format('%d', at)]
  if count then
    latest = at
    if left >= limit then
      left = left - count
      if left < limit then free = (at + BUCKETS + 1) * width - now end
    end
  end
end
return { admitted, bucket, total, (latest + BUCKETS + 1) * width - now, free }
`);

/** Uncounts a hit that {@link WINDOW} admitted. */
export const GIVE_BACK = script(`
-- KEYS[1]: the window; ARGV[1]: the bucket of the hit
local count = tonumber(redis.call('HGET', KEYS[1], ARGV[1]))
if not count then return 0 end
if count == 1 then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HINCRBY', KEYS[1], ARGV[1], -1) end
return redis.call('HINCRBY', KEYS[1], 'n', -1)
`);

/** Fails if the scripts cannot write: without memory, on a replica, or without the permission. */
export const PROBE = script(`return redis.call('SET', KEYS[1], 1, 'PX', 2000)`);
