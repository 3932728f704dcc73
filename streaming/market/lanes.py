"""Gathered publishing: what of a topic's events leaves, and when.

A lane holds what one topic has still to publish. The first event after silence may leave at once; under load the newest
of a state replaces the one before, trades leave together, and closed candles are neither dropped nor displaced. Pure:
times are monotonic seconds, given by whoever calls.
"""

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from streaming.events import Candle, Event, Trade, Trades


class Lane(Protocol):
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


class StateLane:
    """Only the newest counts: at most one event in `interval` seconds."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self.dropped = 0
        self._newest: Event | None = None
        self._next_at = 0.0

    def offer(self, event: Event) -> None:
        """Replace what waits."""
        self._newest = event

    def take(self, now: float) -> list[Event]:
        """Return the newest, where its time has come."""
        if self._newest is None or now < self._next_at:
            return []
        taken, self._newest = self._newest, None
        self._next_at = now + self._interval
        return [taken]

    def give_back(self, events: Sequence[Event]) -> None:
        """Let them go: newer ones follow."""

    @property
    def due(self) -> float | None:
        """When the newest may leave."""
        return None if self._newest is None else self._next_at


class CandleLane:
    """The open candle like a state; a closed one leaves at once, always, and before any later candle.

    Where none can leave, the newest `capacity` closed ones wait; older ones are dropped and counted.
    """

    def __init__(self, interval: float, capacity: int) -> None:
        self._interval = interval
        self._capacity = capacity
        self.dropped = 0
        self._next_at = 0.0
        self._open: Candle | None = None
        self._closed: deque[Candle] = deque()
        self._closed_until = -1

    def offer(self, event: Event) -> None:
        """Take a candle; once one is closed, what is still told of it, or of an older one, is obsolete."""
        if not isinstance(event, Candle):
            raise TypeError(f"not a candle: {type(event).__name__}")
        if event.is_final:
            self._closed.append(event)
            self._bound()
            self._closed_until = max(self._closed_until, event.open_time)
            if self._open is not None and self._open.open_time <= self._closed_until:
                self._open = None
        elif event.open_time > self._closed_until:
            self._open = event

    def take(self, now: float) -> list[Event]:
        """Return every closed candle, and the open one where its time has come."""
        taken: list[Event] = [*self._closed]
        self._closed.clear()
        if self._open is not None and now >= self._next_at:
            taken.append(self._open)
            self._open = None
            self._next_at = now + self._interval
        return taken

    def give_back(self, events: Sequence[Event]) -> None:
        """Keep the closed ones, in front of those that came since."""
        self._closed.extendleft(event for event in reversed(events) if isinstance(event, Candle) and event.is_final)
        self._bound()

    @property
    def due(self) -> float | None:
        """When a candle may leave."""
        if self._closed:
            return 0.0
        return None if self._open is None else self._next_at

    def _bound(self) -> None:
        while len(self._closed) > self._capacity:
            self._closed.popleft()
            self.dropped += 1


class TradeLane:
    """Trades leave together, at most once in `interval` seconds; over `capacity` the oldest are dropped and counted."""

    def __init__(self, interval: float, capacity: int) -> None:
        self._interval = interval
        self._capacity = capacity
        self._next_at = 0.0
        self._trades: deque[Trade] = deque()
        self._newest: Trades | None = None
        self.dropped = 0

    def offer(self, event: Event) -> None:
        """Take trades, behind those that wait."""
        self._newest = _require_trades(event)
        self._trades.extend(self._newest.trades)
        self._bound()

    def take(self, now: float) -> list[Event]:
        """Return all that wait as one event, where their time has come."""
        if self._newest is None or not self._trades or now < self._next_at:
            return []
        trades = tuple(self._trades)
        self._trades.clear()
        self._next_at = now + self._interval
        newest = self._newest
        return [Trades(symbol=newest.symbol, time=trades[-1].time, source=newest.source, trades=trades)]

    def give_back(self, events: Sequence[Event]) -> None:
        """Keep them, in front of those that came since."""
        for event in reversed(events):
            self._trades.extendleft(reversed(_require_trades(event).trades))
        self._bound()

    @property
    def due(self) -> float | None:
        """When the trades may leave."""
        return self._next_at if self._trades else None

    def _bound(self) -> None:
        while len(self._trades) > self._capacity:
            self._trades.popleft()
            self.dropped += 1


def _require_trades(event: Event) -> Trades:
    if not isinstance(event, Trades):
        raise TypeError(f"not trades: {type(event).__name__}")
    return event
