"""Adding to the history what is to be told: before it is told, and without waiting long for a history that is away.

Telling doesn't wait: what the history doesn't take in time is told without a number, and the channel's epoch ends, as
soon as the history is there again. Whoever was away then hears that something may be missing.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence

import msgspec
import structlog

from streaming.clock import Clock
from streaming.event_history.history import Append, Entry, EventHistory, HistoryUnavailableError, Place, Position
from streaming.layer.stall_tolerant_timeout import stall_tolerant_timeout

PAUSE_SECONDS = 1.0
"""Between two questions to a history that is away."""
_PATIENCE_SECONDS = 1.0
"""A history that takes longer hangs: what is to be told doesn't wait for it."""
_MOST_BROKEN = 100_000
"""Of so many channels it is remembered that their epochs have to end; beyond, the first are forgotten."""
_ENDED_AT_ONCE = 500

logger = structlog.get_logger(__name__)


class HistoryWriter:
    """Adds one process's events to the history; where it is on several hosts, one that is away holds up no other.

    `clock` tells when one that was away is asked again.
    """

    def __init__(self, history: EventHistory, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._by_host: dict[str, _HostWriter] = {}

    @property
    def has_broken(self) -> bool:
        """Whether epochs are to end."""
        return any(one.has_broken for one in self._by_host.values())

    def begin(self, keys: Iterable[str]) -> None:
        """Begin channels of which something may be missing: what comes next begins a new epoch."""
        for host, share in self._shares(keys).items():
            self._writer(host).begin(share)

    def forget_others(self, keys: Collection[str]) -> None:
        """Forget what is to end of channels that are told no more, whose histories end by `end`."""
        for writer in self._by_host.values():
            writer.forget_others(keys)

    async def end(self, keys: Collection[str], fencing_number: int) -> None:
        """End the epochs of channels that aren't told any more; where that fails, remember that they are to end."""
        shares = self._shares(keys)
        await asyncio.gather(*(self._writer(host).end(share, fencing_number) for host, share in shares.items()))

    async def kept(self, key: str) -> tuple[Entry, ...]:
        """Return all that is kept of a channel; nothing of a history that is away: then its epoch is to end."""
        return await self._writer(self._history.host_of(key)).kept(key)

    async def add(self, appends: Sequence[Append]) -> tuple[Place | None, ...]:
        """Add events in one step for each host; return where each stands, None for what is told without a number.

        Adding again is safe for events that are known by something. Never raises for a history that is away.
        """
        shares: dict[str, list[int]] = {}
        for at, one in enumerate(appends):
            shares.setdefault(self._history.host_of(one.key), []).append(at)
        if len(shares) == 1:
            return await self._writer(next(iter(shares))).add(appends)
        added = await asyncio.gather(
            *(self._writer(host).add([appends[at] for at in share]) for host, share in shares.items())
        )
        places = {
            at: place
            for share, of in zip(shares.values(), added, strict=True)
            for at, place in zip(share, of, strict=True)
        }
        return tuple(places[at] for at in range(len(appends)))

    async def end_broken(self) -> None:
        """End the epochs of channels of which the history lacks something, until that is done."""
        await asyncio.gather(*(one.end_broken() for one in list(self._by_host.values())))

    def _shares(self, keys: Iterable[str]) -> dict[str, list[str]]:
        shares: dict[str, list[str]] = {}
        for key in keys:
            shares.setdefault(self._history.host_of(key), []).append(key)
        return shares

    def _writer(self, host: str) -> "_HostWriter":
        return self._by_host.setdefault(host, _HostWriter(self._history, self._clock))


class _HostWriter:
    """Adds to the histories of one host."""

    def __init__(self, history: EventHistory, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._broken: dict[str, int] = {}
        """Channels on which events were told that their history lacks, with the producer's fencing number."""
        self._ask_again_at = 0.0

    @property
    def has_broken(self) -> bool:
        return bool(self._broken)

    def begin(self, keys: Iterable[str]) -> None:
        self._remember(keys, 0)

    def forget_others(self, keys: Collection[str]) -> None:
        self._broken = {key: number for key, number in self._broken.items() if key in keys}

    async def end(self, keys: Collection[str], fencing_number: int) -> None:
        try:
            async with stall_tolerant_timeout(_PATIENCE_SECONDS):
                await self._history.end_epochs(keys, fencing_number)
        except (HistoryUnavailableError, TimeoutError) as error:
            self._note_away(error)
            self._remember(keys, fencing_number)

    async def kept(self, key: str) -> tuple[Entry, ...]:
        if self._clock.monotonic() < self._ask_again_at:
            return ()
        try:
            async with stall_tolerant_timeout(_PATIENCE_SECONDS):
                end = await self._history.read(key)
                kept = None if end is None else await self._history.read(key, Position(end.end.epoch, 0))
        except (HistoryUnavailableError, TimeoutError) as error:
            self._note_away(error)
            self._remember([key], 0)
            return ()
        return () if kept is None else kept.entries

    async def add(self, appends: Sequence[Append]) -> tuple[Place | None, ...]:
        if self._clock.monotonic() < self._ask_again_at:
            self._note_broken(appends)
            return (None,) * len(appends)
        try:
            async with stall_tolerant_timeout(_PATIENCE_SECONDS):
                positions = await self._history.append(self._beginning(appends))
        except BaseException as error:
            self._note_broken(appends)
            if not isinstance(error, HistoryUnavailableError | TimeoutError):
                raise
            self._note_away(error)
            return (None,) * len(appends)
        return tuple(
            None if position is None else Place(position.epoch, position.seq, one.count)
            for one, position in zip(appends, positions, strict=True)
        )

    async def end_broken(self) -> None:
        while self._broken:
            await asyncio.sleep(PAUSE_SECONDS)
            await self._end_some()

    async def _end_some(self) -> None:
        number = next(iter(self._broken.values()), 0)
        some = [key for key, of_producer in self._broken.items() if of_producer == number][:_ENDED_AT_ONCE]
        for key in some:
            del self._broken[key]
        await self.end(some, number)

    def _beginning(self, appends: Sequence[Append]) -> list[Append]:
        """Return the events, of which the first of each broken channel begins a new epoch."""
        marked = []
        for one in appends:
            is_broken = self._broken.pop(one.key, None) is not None
            marked.append(msgspec.structs.replace(one, begins_epoch=True) if is_broken else one)
        return marked

    def _note_broken(self, appends: Iterable[Append]) -> None:
        for one in appends:
            self._remember([one.key], one.fencing_number)

    def _remember(self, keys: Iterable[str], number: int) -> None:
        for key in keys:
            self._broken[key] = max(number, self._broken.get(key, 0))
        while len(self._broken) > _MOST_BROKEN:
            del self._broken[next(iter(self._broken))]

    def _note_away(self, error: Exception) -> None:
        self._ask_again_at = self._clock.monotonic() + PAUSE_SECONDS
        logger.warning("the history of events is away: events are told without numbers", reason=repr(error))
