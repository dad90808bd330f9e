"""What Redis does in one step for the limiters and the tokens, in Lua.

Redis tells the time, in milliseconds and parts of them: the machines that share need not agree on
it. All keys of a script have one hash tag, so that they are on one node of a cluster.
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
-- The log has an entry for each request that counts, and when it stops to. The flight has those
-- that were not answered yet, and when they are given up. The queue has the processes that wait,
-- by their tickets, and alive has when each of them is taken for dead.
local log, flight, queue, alive, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local function touch(window, lease)
  for _, key in ipairs({log, flight, queue, alive}) do
    redis.call('PEXPIRE', key, 2 * (window + lease))
  end
  redis.call('PEXPIRE', state, 86400000)
end

local function number(name)
  return tonumber(redis.call('HGET', state, name) or 0)
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

-- The epoch is new when Redis has lost its memory. Those who remember tell it what they sent, and
-- go slowly, since others may not have told yet.
local epoch = redis.call('HGET', state, 'epoch')
if not epoch then
  epoch = fresh
  redis.call('HSET', state, 'epoch', epoch)
end
if known ~= '' and known ~= epoch then
  if ARGV[11] == '1' then
    redis.call('HSET', state, 'width', 100)
  end
  return {'forgot', epoch}
end
for i = 12, #ARGV do
  redis.call('ZADD', log, now - tonumber(ARGV[i]) + window, id .. ' ' .. i)
end

redis.call('ZREMRANGEBYSCORE', log, '-inf', now)
redis.call('ZREMRANGEBYSCORE', flight, '-inf', now)
if redis.call('ZSCORE', flight, id) then
  -- The same question again, since the answer was lost.
  return {'go', epoch, redis.call('ZCARD', log), number('gate') > 0 and 1 or 0}
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', now)) do
  redis.call('ZREM', queue, dead)
  redis.call('ZREM', alive, dead)
end
if not redis.call('ZSCORE', queue, seat) then
  redis.call('ZADD', queue, redis.call('HINCRBY', state, 'ticket', 1), seat)
end

local rank = redis.call('ZRANK', queue, seat)
local used, out = redis.call('ZCARD', log), redis.call('ZCARD', flight)
local gate, width = number('gate'), number('width')
local free = limit - used
local open = free
if gate > now then
  open = 0
elseif gate > 0 then
  -- One probe at a time until one is answered.
  open = math.min(open, 1 - out)
end
if width > 0 then
  open = math.min(open, math.floor(width / 100) - out)
end
local closed = gate > 0 and 1 or 0

if rank < open then
  redis.call('ZREM', queue, seat)
  redis.call('ZREM', alive, seat)
  redis.call('ZADD', flight, now + lease, id)
  redis.call('ZADD', log, now + lease + window, id)
  touch(window, lease)
  return {'go', epoch, used + 1, closed}
end

-- What is sure: nothing leaves before the gate opens, and the place after those in front comes
-- free when its entry stops to count. An entry in flight is no sooner than a window from now.
local sure = math.max(0, gate - now)
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
local silence, cap = tonumber(ARGV[6]), tonumber(ARGV[7])
local gate, width = number('gate'), number('width')

redis.call('ZREM', flight, id)
if outcome == 'unsent' or outcome == 'refused' then
  redis.call('ZREM', log, id)
else
  redis.call('ZADD', log, now - age + window, id)
end
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
-- KEYS: the event. ARGV: who asks, and how long it is remembered. A question that is asked twice
-- has one answer.
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
-- KEYS: the token, the lock. ARGV: a mark that is of no use, who asks, how long a lock holds.
local mark = redis.call('HGET', KEYS[1], 'mark')
if mark and mark ~= ARGV[1] then
  local left = redis.call('PTTL', KEYS[1])
  return {'token', mark, redis.call('HGET', KEYS[1], 'box'), left}
end
if redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3])
  or redis.call('GET', KEYS[2]) == ARGV[2] then
  return {'lead'}
end
return {'wait'}
""")

TOKEN_PUT: Final = Script("""
-- Only who still has the lock may store: a slow one must not replace what came after it.
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
