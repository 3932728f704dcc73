"""One indicator of one symbol and interval, carried forward with the candles as they come. Pure.

It is computed once for all rules that look at it, whichever of its outputs and whether at closes only.
"""

from collections.abc import Iterator, Sequence

from alerts.conditions.rule import Point, Series
from streaming.events import Candle, Interval
from streaming.events.intervals import next_open_time
from streaming.indicators.bar import Bar
from streaming.indicators.running import RunningIndicator, Values, candles_needed

IndicatorKey = tuple[str, tuple[tuple[str, object], ...]]
Observed = tuple[Series, Point]


def key_of(series: Series) -> IndicatorKey:
    """Return what the series of one indicator have in common, within a symbol and an interval."""
    return series.indicator, series.parameters


class IndicatorLine:
    """Carries one indicator forward with the candles as they come.

    It is ready once it has had candles of the past; a hole in the candles makes it begin anew.
    """

    def __init__(self, series: Series, interval: Interval) -> None:
        self._name = series.indicator
        self._parameters = series.parameters
        self._interval = interval
        self._series: tuple[Series, ...] = ()
        self._running: RunningIndicator | None = None
        self._next = 0
        self._seen_until: dict[Series, int] = {}

    def follow(self, series: Sequence[Series]) -> None:
        """Make these the series that are wanted."""
        self._series = tuple(series)
        self._seen_until = {one: time for one, time in self._seen_until.items() if one in series}

    def resume(self, series: Series, time: int) -> None:
        """Note that a series' closes until `time` (ms) have been seen: later ones of the past count."""
        self._seen_until[series] = time

    @property
    def is_ready(self) -> bool:
        """True while candles carry it forward."""
        return self._running is not None

    @property
    def needed(self) -> int:
        """How many closed candles of the past it wants."""
        return candles_needed(self._name, self._parameters)

    @property
    def since(self) -> int | None:
        """The time (ms) after which closes were missed; None where none was seen yet."""
        return min(self._seen_until.values(), default=None)

    def take(self, candle: Candle) -> Iterator[Observed]:
        """Take a candle that came; yield the values that it gives. One that was taken already gives none."""
        if self._running is None or candle.open_time < self._next:
            return
        if candle.open_time > self._next:
            self._running = None
            return
        if candle.is_final:
            self._next = next_open_time(self._interval, candle.open_time)
            yield from self._told(
                self._running.close(candle), candle.close_time, simulated=candle.simulated, at_close=True
            )
            return
        yield from self._told(self._running.peek(candle), candle.time, simulated=candle.simulated, at_close=False)

    def fill(self, past: Sequence[Bar], *, simulated: bool) -> Iterator[Observed]:
        """Begin with closed candles without a hole, oldest first; yield the closes that were missed."""
        since = self.since
        known = [bar for bar in past if since is None or bar.close_time <= since]
        missed = past[len(known) :]
        self._running = RunningIndicator(self._name, self._parameters, known)
        for bar in missed:
            yield from self._told(self._running.close(bar), bar.close_time, simulated=simulated, at_close=True)
        self._next = next_open_time(self._interval, past[-1].open_time)

    def _told(self, values: Values | None, time: int, *, simulated: bool, at_close: bool) -> Iterator[Observed]:
        """Yield the values of the series that want them: those at a close, or those while a candle is open."""
        if values is None:
            return
        for series in self._series:
            if series.at_close is not at_close or (at_close and time <= self._seen_until.get(series, 0)):
                continue
            if at_close:
                self._seen_until[series] = time
            yield series, Point(value=values[series.field], time=time, simulated=simulated)
