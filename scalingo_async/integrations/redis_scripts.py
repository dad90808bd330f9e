"""The atomic Lua scripts for the limiters and the tokens in Redis.

All times come from the clock of Redis, in milliseconds with fractions, so the clocks of the
machines may differ. All keys of a script have the same hash tag, so that they are on one node of a
cluster.
"""

from __future__ import annotations

from typing import Final

from scalingo_async.integrations.redis_link import Script

__all__ = [
    "ACQUIRE",
    "EVENT_ADD",
    "EVENT_DISCARD",
    "LEAVE",
    "RELEASE",
    "TOKEN_GET",
    "TOKEN_GIVE_UP",
    "TOKEN_PUT",
]

_TIME: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
"""

_LIMIT: Final = (
    _TIME
    + """
-- `log` has an entry for each request that counts, with the time when it stops counting. `flight`
-- has the requests without a response, with the time when they are given up. `queue` has the
-- waiting processes, by ticket, and `alive` the time when each of them counts as dead.
local log, flight, queue, alive, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local function touch(window, lease)
  for _, key in ipairs({log, flight, queue, alive}) do
    redis.call('PEXPIRE', key, 2 * (window + lease))
  end
  redis.call('PEXPIRE', state, 604800000)
end

-- Other programs may write to this Redis. An impossible value is an error, and makes Redis
-- unusable: a gate a year from now would pause all processes for a year.
local function text(name, longest)
  if redis.call('HSTRLEN', state, name) > longest then
    error('damaged: ' .. name)
  end
  return redis.call('HGET', state, name)
end

local function number(name, most)
  local found = tonumber(text(name, 40) or 0)
  if not found or not (found >= 0 and found <= most) then
    error('damaged: ' .. name)
  end
  return found
end

local function check_times(key, most)
  for _, index in ipairs({0, -1}) do
    local entry = redis.call('ZRANGE', key, index, index, 'WITHSCORES')
    if entry[2] and not (math.abs(tonumber(entry[2])) <= most) then
      error('damaged: times')
    end
  end
end

-- A full Redis may evict single keys. `held` has the time until which there must be a log; if the
-- log is missing before that, a new epoch starts, which determines how long nothing is sent.
local function forget_if_evicted()
  if number('held', 1e14) > now and redis.call('EXISTS', log) == 0 then
    redis.call('HDEL', state, 'epoch')
    redis.call('HSET', state, 'lost', 1, 'held', 0)
  end
end

local function hold()
  local latest = redis.call('ZRANGE', log, -1, -1, 'WITHSCORES')
  redis.call('HSET', state, 'held', latest[2] or 0)
end
"""
)

ACQUIRE: Final = Script(
    _LIMIT
    + """
local seat, id = ARGV[1], ARGV[2]
local limit, window, lease = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local known, fresh = ARGV[6], ARGV[7]
local pulse, longest, grace = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local sent, strict, silence = ARGV[11] == '1', ARGV[12] == '1', tonumber(ARGV[13])
local leases = tonumber(ARGV[14])

local far = now + 10 * (window + lease + silence)
check_times(log, far)
check_times(flight, far)
forget_if_evicted()

-- A new epoch starts when Redis has lost its data. Processes that remember report what they sent.
-- Others may not have reported yet, or may be idle: a strict process sends nothing until all
-- earlier requests have stopped counting. Other processes send slowly.
local epoch = text('epoch', 64)
if not epoch then
  epoch = fresh
  redis.call('HSET', state, 'epoch', epoch, 'born', now)
end
if known ~= '' and known ~= epoch then
  redis.call('HSET', state, 'lost', 1)
  if sent then
    redis.call('HSET', state, 'width', 100)
  end
  return {'forgot', epoch}
end
for i = 15, 14 + leases do
  -- They count, but don't delay processes that send slowly.
  redis.call('ZADD', log, now + lease + window, ARGV[i])
end
for i = 15 + leases, #ARGV do
  redis.call('ZADD', log, now - tonumber(ARGV[i]) + window, id .. ' ' .. i)
end
local quiet = 0
if strict and number('lost', 1) == 1 then
  local born = number('born', 1e14)
  if born > now then
    -- The clock of Redis was set back.
    born = now
    redis.call('HSET', state, 'born', born)
  end
  quiet = born + window - now
end

redis.call('ZREMRANGEBYSCORE', log, '-inf', now)
redis.call('ZREMRANGEBYSCORE', flight, '-inf', now)
hold()
if redis.call('ZSCORE', flight, id) then
  -- The same request again, because the reply was lost.
  return {'go', epoch, redis.call('ZCARD', log), number('gate', far) > 0 and 1 or 0}
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', now)) do
  redis.call('ZREM', queue, dead)
  redis.call('ZREM', alive, dead)
end
local last = redis.call('ZRANGE', alive, -1, -1, 'WITHSCORES')
if redis.call('ZCARD', queue) ~= redis.call('ZCARD', alive)
  or last[2] and not (tonumber(last[2]) <= now + 60000) then
  -- One of the two was lost, or has a process in it that never dies. The queue starts again.
  redis.call('DEL', queue, alive)
end
if not redis.call('ZSCORE', queue, seat) then
  redis.call('ZADD', queue, redis.call('HINCRBY', state, 'ticket', 1), seat)
end

local rank = redis.call('ZRANK', queue, seat)
local used, out = redis.call('ZCARD', log), redis.call('ZCARD', flight)
local gate, width = number('gate', far), number('width', 1e9)
local free = limit - used
local open = free
if gate > now or quiet > 0 then
  open = 0
elseif gate > 0 then
  -- One probe at a time until one gets a response.
  open = math.min(open, 1 - out)
end
if width > 0 then
  open = math.min(open, math.max(1, math.floor(width / 100)) - out)
end
local closed = gate > 0 and 1 or 0

if rank < open then
  redis.call('ZREM', queue, seat)
  redis.call('ZREM', alive, seat)
  redis.call('ZADD', flight, now + lease, id)
  redis.call('ZADD', log, now + lease + window, id)
  hold()
  touch(window, lease)
  return {'go', epoch, used + 1, closed}
end

-- The certain wait: nothing is sent before the gate opens, and the slot after those in front is
-- free when its entry stops counting. For an entry in flight, that is at least a window from now.
local sure = math.max(0, gate - now, quiet)
if rank >= free then
  local entry = redis.call('ZRANGE', log, rank - free, rank - free, 'WITHSCORES')
  local left = entry[2] and tonumber(entry[2]) - now or window
  sure = math.max(sure, math.min(left, window))
end
local wait = math.min(sure > 0 and sure or pulse, longest)
redis.call('ZADD', alive, now + wait + grace, seat)
touch(window, lease)
return {'wait', epoch, used, closed, math.ceil(wait), math.ceil(sure)}
"""
)

RELEASE: Final = Script(
    _LIMIT
    + """
local id, outcome = ARGV[1], ARGV[2]
local window, lease, age = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local silence, cap, longest = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
forget_if_evicted()
local gate = number('gate', now + 10 * (window + lease + longest))
local width = number('width', 1e9)

redis.call('ZREM', flight, id)
if outcome == 'unsent' or outcome == 'refused' then
  redis.call('ZREM', log, id)
else
  redis.call('ZADD', log, now - age + window, id)
end
hold()
if outcome == 'refused' then
  gate = math.max(gate, now - age + silence)
  redis.call('HSET', state, 'gate', gate)
  redis.call('HSET', state, 'width', 100)
elseif outcome == 'answered' then
  if gate > 0 and gate <= now then
    gate = 0
    redis.call('HDEL', state, 'gate')
  end
  if width > 0 then
    if width + 25 < cap then
      redis.call('HSET', state, 'width', width + 25)
    else
      redis.call('HDEL', state, 'width')
    end
  end
end
touch(window, lease)
return {redis.call('ZCARD', log), gate > 0 and 1 or 0}
"""
)

LEAVE: Final = Script("""
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
return 1
""")

EVENT_ADD: Final = Script("""
-- KEYS: the event. ARGV: the caller, and how long the event is remembered. A call that is repeated
-- gets the same reply.
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])
  or redis.call('GET', KEYS[1]) == ARGV[1] then
  return 1
end
return 0
""")

EVENT_DISCARD: Final = Script("""
return redis.call('DEL', KEYS[1])
""")

TOKEN_GET: Final = Script("""
-- KEYS: the token, the lock. ARGV: the mark of a refused token, the caller, the time of a lock.
-- An impossible mark or box is ignored. The lock of another process may last longer, but not
-- forever: nobody would exchange a token any more.
local function field(name, longest)
  return redis.call('HSTRLEN', KEYS[1], name) <= longest and redis.call('HGET', KEYS[1], name)
end
local mark, box = field('mark', 64), field('box', 262144)
if mark and box and mark ~= ARGV[1] and string.match(mark, '^%x+$') then
  return {'token', mark, box, redis.call('PTTL', KEYS[1])}
end
if redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3])
  or redis.call('GET', KEYS[2]) == ARGV[2] then
  return {'lead'}
end
local left = redis.call('PTTL', KEYS[2])
if left < 0 or left > math.max(10 * ARGV[3], 60000) then
  error('damaged: lock')
end
return {'wait'}
""")

TOKEN_PUT: Final = Script("""
-- Only the owner of the lock may store: a slow process must not replace a newer token.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'mark', ARGV[2], 'box', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('DEL', KEYS[2])
return 1
""")

TOKEN_GIVE_UP: Final = Script("""
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
return 1
""")
