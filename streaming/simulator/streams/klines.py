"""The streams of candles, of UTC and of the time zone eight hours east of it."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from streaming.simulator.candles.candles import HOUR, SECOND, Candle
from streaming.simulator.candles.time_zone import ShiftedCandles, is_shifted
from streaming.simulator.market.market import Step, SymbolMarket
from streaming.simulator.streams import wire
from streaming.simulator.streams.stream import Event

EASTERN_OFFSET = 8 * HOUR
EASTERN = "@+08:00"
"""How a stream's name ends whose candles open and close by the clock of UTC+8."""


class _Candles(Protocol):
    def closed(self, step: Step) -> list[Candle]:
        """Return the candles that a step closed."""
        ...

    def running(self) -> Candle:
        """Return the candle that takes trades now."""
        ...


class Klines:
    """`@kline_<interval>`: the running candle every 2 s (1 s for `1s`) where it changed, and each closed one once.

    One without trades is sent closed, too, and once when it has opened. Where the frame that closes a candle is late,
    those of the next candle come before it; closing frames stay in order among themselves. `offset` is that of the
    time zone by whose clock candles open and close, in ms.
    """

    def __init__(
        self, symbol: SymbolMarket, interval: str, lateness: Callable[[], int | None], offset: int = 0
    ) -> None:
        self._instrument = symbol.instrument
        self._interval = interval
        self._lateness = lateness
        self._offset = offset
        self._candles: _Candles = (
            _OfTimeZone(symbol, interval, offset) if is_shifted(interval, offset) else _OfUtc(symbol, interval)
        )
        self._every = SECOND if interval == "1s" else 2 * SECOND
        self._changed = True
        self._closed: deque[tuple[int, Candle]] = deque()

    def events(self, step: Step) -> list[Event]:
        """Return the candles whose closing frame is due, then the running one when it is time."""
        self._changed = self._changed or bool(step.symbols[self._instrument.symbol].trades)
        just_closed = self._candles.closed(step)
        for candle in just_closed:
            self._close(candle, step.time)
        events: list[Event] = []
        while self._closed and self._closed[0][0] <= step.time:
            events.append(self._frame(self._closed.popleft()[1], step.time, closed=True))
        if self._changed and not just_closed and step.time % self._every == 0:
            events.append(self._frame(self._candles.running(), step.time, closed=False))
            self._changed = False
        return events

    def _close(self, candle: Candle, now: int) -> None:
        self._changed = True  # the next one has opened
        lateness = self._lateness()
        if lateness is not None:
            self._closed.append((now + lateness, candle))

    def _frame(self, candle: Candle, now: int, *, closed: bool) -> Event:
        return partial(
            wire.kline_frame, self._instrument, self._interval, candle, now, closed=closed, offset=self._offset
        )


class _OfUtc:
    def __init__(self, symbol: SymbolMarket, interval: str) -> None:
        self._symbol = symbol
        self._interval = interval

    def closed(self, step: Step) -> list[Candle]:
        brought = step.symbols[self._symbol.instrument.symbol]
        return [candle for interval, candle in brought.closed if interval == self._interval]

    def running(self) -> Candle:
        return self._symbol.candles.running(self._interval).snapshot()


class _OfTimeZone:
    def __init__(self, symbol: SymbolMarket, interval: str, offset: int) -> None:
        self._candles = ShiftedCandles(symbol.candles, interval, offset)
        self._open_time = self._candles.running_open_time()

    def closed(self, _step: Step) -> list[Candle]:
        ended: list[Candle] = []
        running = self._candles.running_open_time()
        while self._open_time < running:
            ended.append(self._candles.row(self._open_time))
            self._open_time = self._candles.next_open_time(self._open_time)
        return ended

    def running(self) -> Candle:
        return self._candles.row(self._open_time)
