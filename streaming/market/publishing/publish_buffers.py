"""Gathered publishing: what of a topic's events leaves, and when.

A buffer holds what one topic has still to publish. The first event after silence may leave at once; under load the
newest of a state replaces the one before, trades leave together, and closed candles are neither dropped nor displaced.
What is told of a gap keeps its place among them; where events are lost for want of room, that is told in their place.
Pure: times are monotonic seconds, given by whoever calls.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

from streaming.events import Candle, Event, Resync, Source, Trade, Trades

_MOST_ROOM = 5000
"""Fetched events that find room beyond a buffer's capacity, until they have left."""


_Kind = tuple[Source, bool]
"""Whose trades they are, and whether they were fetched."""


class PublishBuffer(Protocol):
    """What one topic has still to publish; `dropped` counts what must not be lost, and was for want of room."""

    dropped: int

    def offer(self, event: Event) -> None:
        """Take an event that is to be published; raise `TypeError` for one of another kind."""
        ...

    def take(self, now: float) -> list[Event]:
        """Return what may leave now, in order."""
        ...

    def give_back(self, events: Sequence[Event]) -> None:
        """Take back what could not be published; only what must not be lost is kept."""
        ...

    @property
    def due(self) -> float | None:
        """When something may leave (in the past: now); None where nothing waits."""
        ...


class StateBuffer:
    """Only the newest counts: at most one event in `interval` seconds. Gaps are told behind it."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self.dropped = 0
        self._newest: Event | None = None
        self._gap: Resync | None = None
        self._next_at = 0.0

    def offer(self, event: Event) -> None:
        """Replace what waits."""
        if isinstance(event, Resync):
            self._gap = _joined(self._gap, event)
        else:
            self._newest = event

    def take(self, now: float) -> list[Event]:
        """Return the newest, where its time has come."""
        if self._newest is not None and now < self._next_at:
            return []
        taken = [event for event in (self._newest, self._gap) if event is not None]
        if self._newest is not None:
            self._next_at = now + self._interval
        self._newest = self._gap = None
        return taken

    def give_back(self, events: Sequence[Event]) -> None:
        """Let them go: newer ones follow. What is told of a gap is kept."""
        for event in events:
            if isinstance(event, Resync):
                self._gap = _joined(self._gap, event)

    @property
    def due(self) -> float | None:
        """When the newest may leave."""
        if self._newest is not None:
            return self._next_at
        return None if self._gap is None else 0.0


class CandleBuffer:
    """The open candle like a state; a closed one leaves at once, always, and before any later candle.

    Where none can leave, the newest `capacity` closed ones wait; older ones are dropped and counted. An open one that
    is older than what was told by more than `clock_anew` seconds is no obsolete one: the clock has begun anew.
    """

    def __init__(self, interval: float, capacity: int, *, clock_anew: float = 60.0) -> None:
        self._interval = interval
        self._capacity = capacity
        self._clock_anew = round(clock_anew * 1000)
        self._room = self._room_before = 0
        self.dropped = 0
        self._lost: Resync | None = None
        self._next_at = 0.0
        self._open: Candle | None = None
        self._closed: deque[Candle | Resync] = deque()
        self._closed_until = self._newest_time = -1

    def offer(self, event: Event) -> None:
        """Take a candle; once one is closed, what is still told of it, or of an older one, is obsolete."""
        if isinstance(event, Resync):
            self._closed.append(event)
            self._room = min(self._room + 1, _MOST_ROOM)
        elif not isinstance(event, Candle):
            raise TypeError(f"not a candle: {type(event).__name__}")
        elif event.is_final:
            self._closed.append(event)
            self._room = min(self._room + event.repaired, _MOST_ROOM)
            self._bound()
            self._closed_until = max(self._closed_until, event.open_time)
            self._newest_time = max(self._newest_time, event.time)
            if self._open is not None and self._open.open_time <= self._closed_until:
                self._open = None
        elif event.open_time > self._closed_until:
            self._open = event
        elif event.time < self._newest_time - self._clock_anew:
            self._open = event
            self._closed_until = self._newest_time = -1

    def take(self, now: float) -> list[Event]:
        """Return every closed candle, and the open one where its time has come."""
        taken: list[Event] = [*([] if self._lost is None else [self._lost]), *self._closed]
        self._lost = None
        self._closed.clear()
        self._room_before, self._room = self._room, 0
        if self._open is not None and now >= self._next_at:
            taken.append(self._open)
            self._open = None
            self._next_at = now + self._interval
        return taken

    def give_back(self, events: Sequence[Event]) -> None:
        """Keep the closed ones, in front of those that came since."""
        self._closed.extendleft(
            event
            for event in reversed(events)
            if isinstance(event, Resync) or (isinstance(event, Candle) and event.is_final)
        )
        self._room = min(self._room + self._room_before, _MOST_ROOM)
        self._bound()

    @property
    def due(self) -> float | None:
        """When a candle may leave."""
        if self._closed or self._lost is not None:
            return 0.0
        return None if self._open is None else self._next_at

    def _bound(self) -> None:
        while len(self._closed) > self._capacity + self._room:
            oldest = self._closed.popleft()
            if isinstance(oldest, Resync):
                self._lost = _joined(self._lost, oldest)
            else:
                self._lost = _joined(self._lost, _lost(oldest.open_time, oldest.close_time))
                self.dropped += 1


class TradeBuffer:
    """Trades leave together, on average at most once in `interval` seconds; over `capacity` the oldest are dropped.

    So many times as `burst` they leave at once, until as often as that they might have left and didn't: where few are
    made, none waits. `dropped` counts what was.
    """

    def __init__(self, interval: float, capacity: int, *, burst: int = 1) -> None:
        self._interval = interval
        self._ahead = (burst - 1) * interval
        self._capacity = capacity
        self._room = self._room_before = 0
        self._next_at = 0.0
        self._waiting: deque[tuple[Trade, _Kind] | Resync] = deque()
        self._symbol = ""
        self._lost: Resync | None = None
        self.dropped = 0

    def offer(self, event: Event) -> None:
        """Take trades, behind those that wait; many at once have waited elsewhere, and find room here."""
        if isinstance(event, Resync):
            self._waiting.append(event)
            self._room = min(self._room + 1, _MOST_ROOM)
            return
        offered = _require_trades(event)
        self._symbol = offered.symbol
        if offered.repaired or len(offered.trades) > 1:
            self._room = min(self._room + len(offered.trades), _MOST_ROOM)
        self._waiting.extend((trade, _kind_of(offered)) for trade in offered.trades)
        self._bound()

    def take(self, now: float) -> list[Event]:
        """Return all that wait, where their time has come: live and fetched ones, and each source's, in own events."""
        if self.due is None or now < self.due:
            return []
        waiting = [*([] if self._lost is None else [self._lost]), *self._waiting]
        self._lost = None
        self._waiting.clear()
        self._room_before, self._room = self._room, 0
        self._next_at = max(self._next_at, now) + self._interval
        return list(self._events(waiting))

    def give_back(self, events: Sequence[Event]) -> None:
        """Keep them, in front of those that came since."""
        for event in reversed(events):
            if isinstance(event, Resync):
                self._waiting.appendleft(event)
            else:
                trades = _require_trades(event)
                self._waiting.extendleft((trade, _kind_of(trades)) for trade in reversed(trades.trades))
        self._room = min(self._room + self._room_before, _MOST_ROOM)
        self._bound()

    @property
    def due(self) -> float | None:
        """When the trades may leave."""
        return self._next_at - self._ahead if self._waiting or self._lost is not None else None

    def _events(self, waiting: Sequence[tuple[Trade, _Kind] | Resync]) -> Iterator[Event]:
        for kind, run in groupby(waiting, key=lambda item: None if isinstance(item, Resync) else item[1]):
            if kind is None:
                yield from (item for item in run if isinstance(item, Resync))
            else:
                trades = tuple(item[0] for item in run if isinstance(item, tuple))
                source, repaired = kind
                yield Trades(symbol=self._symbol, time=trades[-1].time, source=source, trades=trades, repaired=repaired)

    def _bound(self) -> None:
        while len(self._waiting) > self._capacity + self._room:
            oldest = self._waiting.popleft()
            if isinstance(oldest, Resync):
                self._lost = _joined(self._lost, oldest)
            else:
                self._lost = _joined(self._lost, _lost(oldest[0].time, oldest[0].time))
                self.dropped += 1


def _lost(start: int, end: int) -> Resync:
    return Resync(time=end, start=start, end=end, complete=False)


def _joined(one: Resync | None, other: Resync) -> Resync:
    """Return what is told of two gaps together."""
    if one is None:
        return other
    end = max(one.end, other.end)
    return Resync(time=end, start=min(one.start, other.start), end=end, complete=one.complete and other.complete)


def _kind_of(trades: Trades) -> _Kind:
    return trades.source, trades.repaired


def _require_trades(event: Event) -> Trades:
    if not isinstance(event, Trades):
        raise TypeError(f"not trades: {type(event).__name__}")
    return event
