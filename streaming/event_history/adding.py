"""Adding to the history what is to be told: before it is told, and without waiting long for a history that is away.

Telling doesn't wait: what the history doesn't take in time is told without a number, and the channel's epoch ends, as
soon as the history is there again. Whoever was away then hears that something may be missing. A task for each host sees
to that, whoever writes, until all such epochs have ended.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence

import msgspec

from streaming.clock import Clock
from streaming.event_history.history import Append, Entry, EventHistory, HistoryUnavailableError, Place, Position
from streaming.layer.channel_layer import ANY_HOST
from streaming.layer.stall_tolerant_timeout import stall_tolerant_timeout
from streaming.outage import Outage

PAUSE_SECONDS = 1.0
"""Between two questions to a history that is away."""
_PATIENCE_SECONDS = 1.0
"""A history that takes longer hangs: what is to be told doesn't wait for it."""
_MOST_BROKEN = 100_000
"""Of so many channels it is remembered that their epochs have to end; beyond, the first are forgotten."""
_ENDED_AT_ONCE = 500


class HistoryWriter:
    """Adds one process's events to the history; where it is on several hosts, one that is away holds up no other.

    `clock` tells when one that was away is asked again.
    """

    def __init__(self, history: EventHistory, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._by_host: dict[str, _HostWriter] = {}

    def begin(self, keys: Iterable[str]) -> None:
        """Begin channels of which something may be missing: what comes next begins a new epoch."""
        for host, share in self._shares(keys).items():
            self._writer(host).begin(share)

    def forget_begun(self, keys: Collection[str]) -> set[str]:
        """Forget which channels but `keys` were begun, and return them: of these nothing was told since.

        Epochs that are to end do so all the same.
        """
        return {key for writer in self._by_host.values() for key in writer.forget_begun(keys)}

    async def end(self, keys: Collection[str], fencing_number: int) -> None:
        """End the epochs of channels that aren't told any more; where that fails, they end when the history is back."""
        shares = self._shares(keys)
        await asyncio.gather(*(self._writer(host).end(share, fencing_number) for host, share in shares.items()))

    async def kept(self, key: str) -> tuple[Entry, ...]:
        """Return all that is kept of a channel; nothing of a history that is away: its next event then begins anew."""
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

    async def stop(self) -> None:
        """Let go of what is still to end; calling it twice is harmless."""
        await asyncio.gather(*(one.stop() for one in self._by_host.values()))

    def _shares(self, keys: Iterable[str]) -> dict[str, list[str]]:
        shares: dict[str, list[str]] = {}
        for key in keys:
            shares.setdefault(self._history.host_of(key), []).append(key)
        return shares

    def _writer(self, host: str) -> "_HostWriter":
        if host not in self._by_host:
            self._by_host[host] = _HostWriter(self._history, self._clock, host)
        return self._by_host[host]


class _HostWriter:
    """Adds to the histories of one host, and ends there the epochs of those that lack something.

    An outage is logged once, however often the host is asked meanwhile.
    """

    def __init__(self, history: EventHistory, clock: Clock, host: str) -> None:
        self._history = history
        self._clock = clock
        self._outage = Outage("numbering of events" if host == ANY_HOST else f"numbering of events at {host}", clock)
        self._begun: set[str] = set()
        """Channels whose next event begins an epoch. What is kept of them says till then what was told before."""
        self._broken: dict[str, int] = {}
        """Channels whose epochs are to end, as their histories lack events, with the producer's fencing number."""
        self._one_end = asyncio.Lock()
        self._ending: asyncio.Task[None] | None = None
        self._ask_again_at = 0.0

    def begin(self, keys: Iterable[str]) -> None:
        self._begun.update(keys)

    def forget_begun(self, keys: Collection[str]) -> set[str]:
        forgotten = self._begun.difference(keys)
        self._begun -= forgotten
        return forgotten

    async def end(self, keys: Collection[str], fencing_number: int) -> None:
        if self._is_left_alone:
            self._remember(keys, fencing_number)
        else:
            await self._end(keys, fencing_number)

    async def kept(self, key: str) -> tuple[Entry, ...]:
        if self._is_left_alone:
            self.begin([key])
            return ()
        try:
            async with stall_tolerant_timeout(_PATIENCE_SECONDS):
                end = await self._history.read(key)
                kept = None if end is None else await self._history.read(key, Position(end.end.epoch, 0))
        except (HistoryUnavailableError, TimeoutError) as error:
            self._note_away(error)
            self.begin([key])
            return ()
        self._outage.worked()
        return () if kept is None else kept.entries

    async def add(self, appends: Sequence[Append]) -> tuple[Place | None, ...]:
        if self._is_left_alone:
            self._note_broken(appends)
            return (None,) * len(appends)
        try:
            async with stall_tolerant_timeout(_PATIENCE_SECONDS):
                await self._until_ended()
                positions = await self._history.append(self._beginning(appends))
        except BaseException as error:
            self._note_broken(appends)
            if not isinstance(error, HistoryUnavailableError | TimeoutError):
                raise
            self._note_away(error)
            return (None,) * len(appends)
        self._outage.worked()
        return tuple(
            None if position is None else Place(position.epoch, position.seq, one.count)
            for one, position in zip(appends, positions, strict=True)
        )

    async def stop(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            await asyncio.gather(self._ending, return_exceptions=True)

    @property
    def _is_left_alone(self) -> bool:
        """Whether the history has failed so recently that it isn't asked yet."""
        return self._clock.monotonic() < self._ask_again_at

    async def _until_ended(self) -> None:
        """Wait for an end that is under way: an event that is added before it would stand in an epoch that is over."""
        async with self._one_end:
            pass

    async def _end_broken(self) -> None:
        while self._broken:
            await asyncio.sleep(max(0.0, self._ask_again_at - self._clock.monotonic()))
            number = next(iter(self._broken.values()), 0)
            some = [key for key, of_producer in self._broken.items() if of_producer == number]
            await self._end(some[:_ENDED_AT_ONCE], number)

    async def _end(self, keys: Collection[str], fencing_number: int) -> None:
        try:
            async with stall_tolerant_timeout(_PATIENCE_SECONDS), self._one_end:
                for key in keys:  # before it is asked: what is told meanwhile without a number breaks the next epoch
                    self._broken.pop(key, None)
                await self._history.end_epochs(keys, fencing_number)
        except BaseException as error:
            self._remember(keys, fencing_number)
            if not isinstance(error, HistoryUnavailableError | TimeoutError):
                raise
            self._note_away(error)
        else:
            self._outage.worked()

    def _beginning(self, appends: Sequence[Append]) -> list[Append]:
        """Return the events, of which the first of each begun or broken channel begins a new epoch."""
        marked = []
        for one in appends:
            begins = one.key in self._begun or one.key in self._broken
            self._begun.discard(one.key)
            self._broken.pop(one.key, None)
            marked.append(msgspec.structs.replace(one, begins_epoch=True) if begins else one)
        return marked

    def _note_broken(self, appends: Iterable[Append]) -> None:
        for one in appends:
            self._begun.discard(one.key)
            self._remember([one.key], one.fencing_number)

    def _remember(self, keys: Iterable[str], number: int) -> None:
        """Remember epochs that are to end, and have them ended as soon as the history can be asked."""
        for key in keys:
            self._broken[key] = max(number, self._broken.get(key, 0))
        while len(self._broken) > _MOST_BROKEN:
            del self._broken[next(iter(self._broken))]
        if self._broken and (self._ending is None or self._ending.done()):
            self._ending = asyncio.get_running_loop().create_task(self._end_broken())

    def _note_away(self, error: Exception) -> None:
        self._ask_again_at = self._clock.monotonic() + PAUSE_SECONDS
        self._outage.failed(error)
