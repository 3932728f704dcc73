"""The history of events in Redis: a stream for each channel, and beside it where it ends.

An event is numbered and kept in one step, by a script, so that no two events get one number. Redis' own clock is no
matter: an event's age is by its producer's.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import redis.asyncio as redis
from redis.exceptions import RedisError

from streaming.batches import batched
from streaming.clock import Clock
from streaming.event_history.history import (
    MOST_STORED,
    Append,
    Entry,
    HistoryLimits,
    HistoryUnavailableError,
    Kept,
    Position,
    new_epoch,
)
from streaming.layer.availability import Availability, HostAwayError
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.channel_layer import ANY_HOST
from streaming.layer.connection_pool import connection_pool
from streaming.outage import Outage

_CONNECTIONS = 4
_FORGOTTEN_BATCH = 600

_APPEND = """
local now, frames, age, position_age, candidate = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local most_stored = tonumber(ARGV[6])

local function added_before(entries, number, epoch)
  for _, entry in ipairs(redis.call('XREVRANGE', entries, '+', '-')) do
    if entry[2][6] == number then return {epoch, string.match(entry[1], '^%d+')} end
  end
  return false
end

local function append(place, ending, entries, ids)
  local body, count, begins, stored = ARGV[place], ARGV[place + 1], ARGV[place + 4], ARGV[place + 5]
  local fence, sequence = tonumber(ARGV[place + 2]), tonumber(ARGV[place + 3])
  local kept = redis.call('HMGET', ending, 'epoch', 'seq', 'fence', 'sequence')
  local number = ARGV[place + 2] .. ':' .. ARGV[place + 3]
  if stored ~= '0' then number = '0:' .. stored end
  if fence > 0 and kept[1] then
    local last_fence, last_sequence = tonumber(kept[3]), tonumber(kept[4])
    if fence < last_fence then return false end
    if stored == '0' and fence == last_fence and sequence <= last_sequence then
      return added_before(entries, number, kept[1])
    end
  end
  if stored ~= '0' and redis.call('ZSCORE', ids, stored) then return added_before(entries, number, kept[1]) end
  local epoch, seq = kept[1], tonumber(kept[2] or '0')
  if not epoch or begins == '1' then
    epoch, seq = candidate .. '.' .. place, 0
    redis.call('DEL', entries)
  end
  seq = seq + tonumber(count)
  local told = string.format('%.0f', seq)
  redis.call('XADD', entries, told .. '-0', 'b', body, 'n', count, 's', number, 't', ARGV[1])
  redis.call('XTRIM', entries, 'MINID', string.format('%.0f', math.max(0, seq - frames + 1)))
  local oldest = redis.call('XRANGE', entries, '-', '+', 'COUNT', 1)[1]
  while tonumber(oldest[2][8]) < now - tonumber(age) do
    redis.call('XDEL', entries, oldest[1])
    oldest = redis.call('XRANGE', entries, '-', '+', 'COUNT', 1)[1]
  end
  redis.call('HSET', ending, 'epoch', epoch, 'seq', told)
  if fence > 0 or not kept[1] then
    redis.call('HSET', ending, 'fence', ARGV[place + 2], 'sequence', ARGV[place + 3])
  end
  if stored ~= '0' then
    redis.call('ZADD', ids, stored, stored)
    redis.call('ZREMRANGEBYRANK', ids, 0, -most_stored - 1)
    redis.call('PEXPIRE', ids, position_age)
  end
  redis.call('PEXPIRE', entries, age)
  redis.call('PEXPIRE', ending, position_age)
  return {epoch, told}
end

local positions = {}
for one = 1, #KEYS / 3 do
  positions[one] = append(7 + (one - 1) * 6, KEYS[3 * one - 2], KEYS[3 * one - 1], KEYS[3 * one])
end
return positions
"""
_END_EPOCHS = """
for one = 1, #KEYS / 2 do
  local ending, entries = KEYS[2 * one - 1], KEYS[2 * one]
  local fence = redis.call('HGET', ending, 'fence')
  if fence and tonumber(fence) <= tonumber(ARGV[2]) then
    redis.call('DEL', entries)
    redis.call('HSET', ending, 'epoch', ARGV[1] .. '.' .. one, 'seq', '0')
    redis.call('PEXPIRE', ending, ARGV[3])
  end
end
"""
_READ = """
local kept = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if not kept[1] then return false end
local entries = {}
if kept[1] == ARGV[1] and tonumber(ARGV[2]) < tonumber(kept[2]) then
  entries = redis.call('XRANGE', KEYS[2], '(' .. ARGV[2] .. '-0', '+')
end
return {kept[1], kept[2], entries}
"""


class RedisEventHistory:
    """Events held in Redis, where those of a silent channel expire by themselves.

    An outage is logged once, and whoever asks meanwhile is told. Where it is one of several, at the `host` of that
    name, nobody waits for it while it is away.
    """

    def __init__(self, url: str, *, prefix: str, limits: HistoryLimits, clock: Clock, host: str = "") -> None:
        self._pool = connection_pool(url, connections=_CONNECTIONS)
        self._redis = redis.Redis(connection_pool=self._pool)
        self._append = self._redis.register_script(_APPEND)
        self._end_epochs = self._redis.register_script(_END_EPOCHS)
        self._read = self._redis.register_script(_READ)
        self._prefix = prefix
        self._limits = limits
        self._clock = clock
        self._outage = Outage("history of events", clock)
        self._availability = (
            Availability(host, self._redis.ping, what="history of events at Redis host") if host else None
        )

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Add events in this order; return the position behind each, None for one that is refused."""
        if not appends:
            return ()
        keys = [name for one in appends for name in (*self._names(one.key), self._stored_name(one.key))]
        limits, epoch = self._limits, new_epoch()
        bounds = [limits.frames, round(limits.seconds * 1000), round(limits.position_seconds * 1000)]
        arguments = [argument for one in appends for argument in _arguments(one)]
        common: list[int | str] = [self._clock.now_ms(), *bounds, epoch, MOST_STORED]
        answers = await self._ask(lambda: self._append(keys=keys, args=[*common, *arguments]))
        return tuple(None if answer is None else _position(answer[0], answer[1]) for answer in answers)

    async def end_epochs(self, keys: Collection[str], fencing_number: int) -> None:
        """Begin new epochs of channels that aren't told any more."""
        if keys:
            position_age = round(self._limits.position_seconds * 1000)
            names = [name for key in keys for name in self._names(key)]
            arguments: list[str | int] = [new_epoch(), fencing_number, position_age]
            await self._ask(lambda: self._end_epochs(keys=names, args=arguments))

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Return where a channel's history ends, and what is kept of it behind `since`; None where there is none."""
        arguments: list[str | int] = ["", 0] if since is None else [since.epoch, since.seq]
        answer = await self._ask(lambda: self._read(keys=self._names(key), args=arguments))
        if answer is None:
            return None
        epoch, seq, entries = answer
        return Kept(_position(epoch, seq), tuple(_entry(name, fields) for name, fields in entries))

    async def forget(self, keys: Collection[str]) -> None:
        """Keep nothing of channels, nor where they end; so many at a time that Redis isn't held up."""
        names = [name for key in keys for name in (*self._names(key), self._stored_name(key))]
        for batch in batched(names, _FORGOTTEN_BATCH):
            await self._ask(lambda batch=batch: self._redis.unlink(*batch))  # type: ignore[misc]

    def host_of(self, key: str) -> str:
        """Return what stands for the one place where all is."""
        return ANY_HOST

    async def close(self) -> None:
        """Close the connections."""
        if self._availability is not None:
            await self._availability.close()
        await self._redis.aclose()
        await self._pool.disconnect()

    async def _ask(self, question: Callable[[], Awaitable[Any]]) -> Any:
        try:
            if self._availability is not None:
                return await self._availability.ask(question)
            answer = await heeding_cancellation(question())
        except HostAwayError as error:
            raise HistoryUnavailableError(str(error)) from error
        except RedisError as error:
            self._outage.failed(error)
            raise HistoryUnavailableError(str(error)) from error
        self._outage.worked()
        return answer

    def _names(self, key: str) -> tuple[str, str]:
        """Return the names of what tells where the channel's history ends, and of its entries."""
        return f"{self._prefix}:history:{key}:end", f"{self._prefix}:history:{key}"

    def _stored_name(self, key: str) -> str:
        """Return the name of what holds the ids of the channel's last stored events."""
        return f"{self._prefix}:history:{key}:stored"


def _arguments(new: Append) -> tuple[bytes | int, ...]:
    return new.body, new.count, new.fencing_number, new.sequence, int(new.begins_epoch), new.stored


def _position(epoch: bytes, seq: bytes) -> Position:
    return Position(epoch.decode(), int(seq))


def _entry(name: bytes, fields: Sequence[bytes]) -> Entry:
    _, body, _, count, *_ = fields
    return Entry(int(name.partition(b"-")[0]), int(count), body)
