"""What candles say of the rules' series: their fields, values at their close, and indicators. Pure.

Indicators need candles of the past, and rules that wait for closes must not miss those that came while nobody
evaluated: `need` says what of the past is wanted, and `fill` takes it. Until then such closes are put by.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

import msgspec

from alerts.conditions.rule import AlertSource, Point, Series
from alerts.firing.indicator_line import IndicatorKey, IndicatorLine, Observed, key_of
from alerts.firing.series_values import candle_point, point_of
from streaming.events import Candle, Interval, Ticker
from streaming.events.intervals import next_open_time
from streaming.indicators.bar import Bar
from streaming.topics.topic import Topic

_KEPT = 250
"""Closed candles that are put by while those of the past are on their way."""

TickerOf = Callable[[str], Ticker | None]


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """Candles of the past that a topic's rules want: `count` of the newest that have closed, and all after `since`.

    `since` is in ms since the epoch; None where only their number matters.
    """

    topic: Topic
    interval: Interval
    count: int
    since: int | None


class CandleLine:
    """The candles of one symbol and interval. `ticker_of` returns the newest ticker of a symbol."""

    def __init__(self, topic: Topic, ticker_of: TickerOf) -> None:
        if topic.interval is None:
            raise ValueError(f"{topic.key} is no topic of candles")
        self._topic = topic
        self._interval = topic.interval
        self._ticker_of = ticker_of
        self._series: tuple[Series, ...] = ()
        self._indicators: dict[IndicatorKey, IndicatorLine] = {}
        self._behind: dict[Series, int] = {}
        self._closed: deque[Candle] = deque(maxlen=_KEPT)
        self._open: Candle | None = None

    def follow(self, series: Sequence[Series]) -> None:
        """Make these the series that are wanted."""
        self._series = tuple(one for one in series if one.source is not AlertSource.INDICATOR)
        self._behind = {one: time for one, time in self._behind.items() if one in series}
        wanted: dict[IndicatorKey, list[Series]] = {}
        for one in series:
            if one.source is AlertSource.INDICATOR:
                wanted.setdefault(key_of(one), []).append(one)
        self._indicators = {key: self._line(key, held) for key, held in wanted.items()}

    def resume(self, series: Series, time: int) -> None:
        """Note that a series' closes until `time` (ms) are known: later ones of the past are wanted."""
        if series.source is AlertSource.INDICATOR:
            self._indicators[key_of(series)].resume(series, time)
        elif series.source is AlertSource.CANDLE:
            self._behind[series] = time

    @property
    def need(self) -> Need | None:
        """What is wanted of the past; None where nothing is."""
        unready = [line for line in self._indicators.values() if not line.is_ready]
        times = [*self._behind.values(), *(line.since for line in unready if line.since is not None)]
        if not unready and not times:
            return None
        count = max((line.needed for line in unready), default=1)
        return Need(topic=self._topic, interval=self._interval, count=count, since=min(times, default=None))

    def take(self, candle: Candle) -> Iterator[Observed]:
        """Take a candle that came; yield what it says, which belongs together."""
        if candle.is_final:
            self._closed.append(candle)
            self._catch_up(candle)
        elif not candle.repaired:
            self._open = candle
        yield from self._fields(candle)
        for line in self._indicators.values():
            yield from line.take(candle)

    def fill(self, past: Sequence[Bar], *, simulated: bool) -> Iterator[Sequence[Observed]]:
        """Take closed candles of the past, oldest first (none: they can't be had).

        Yield what was missed: close by close what belongs together, and at last what the open candle says.
        """
        bars: dict[int, Bar] = {bar.open_time: bar for bar in (*past, *self._closed)}
        ordered = [bars[time] for time in sorted(bars)]
        behind, self._behind = self._behind, {}
        closes = [one for series, since in behind.items() for one in _missed(series, ordered, since, simulated)]
        opened: list[Observed] = []
        run = _without_hole(ordered, self._interval)
        for line in self._indicators.values():
            if past and not line.is_ready:
                closes += line.fill(run, simulated=simulated)
                if self._open is not None:
                    opened += line.take(self._open)
        yield from _by_time(closes)
        yield opened

    def _catch_up(self, candle: Candle) -> None:
        """Miss nothing of the series whose last close came right before this candle, the newest.

        What is computed from the past has to wait for it, and those that are judged with it do so, too.
        """
        is_newest = all(one.open_time <= candle.open_time for one in self._closed)
        if is_newest and all(line.is_ready for line in self._indicators.values()):
            self._behind = {series: since for series, since in self._behind.items() if since + 1 != candle.open_time}

    def _line(self, key: IndicatorKey, series: Sequence[Series]) -> IndicatorLine:
        line = self._indicators.get(key) or IndicatorLine(series[0], self._interval)
        line.follow(series)
        return line

    def _fields(self, candle: Candle) -> Iterator[Observed]:
        for series in self._series:
            if series not in self._behind:
                is_ticker = series.source is AlertSource.TICKER
                point = self._ticker_at(series, candle) if is_ticker else candle_point(series, candle)
                if point is not None:
                    yield series, point

    def _ticker_at(self, series: Series, candle: Candle) -> Point | None:
        """Return the newest ticker's value, for a series that counts it when a candle closes; it says how old it is."""
        ticker = self._ticker_of(series.symbol) if candle.is_final else None
        point = None if ticker is None else point_of(series, ticker)
        return None if point is None else msgspec.structs.replace(point, time=candle.close_time, told_at=point.time)


def _missed(series: Series, bars: Iterable[Bar], since: int, simulated: bool) -> Iterator[Observed]:
    for bar in bars:
        if bar.close_time > since:
            value = Decimal(getattr(bar, series.field))
            yield series, Point(value=value, time=bar.close_time, simulated=simulated)


def _by_time(observed: Iterable[Observed]) -> Iterator[Sequence[Observed]]:
    """Yield what belongs together, oldest first."""
    for _, together in groupby(sorted(observed, key=_time), key=_time):
        yield tuple(together)


def _time(observed: Observed) -> int:
    return observed[1].time


def _without_hole(bars: Sequence[Bar], interval: Interval) -> Sequence[Bar]:
    """Return the newest candles that follow one another."""
    for index in range(len(bars) - 1, 0, -1):
        if bars[index].open_time != next_open_time(interval, bars[index - 1].open_time):
            return bars[index:]
    return bars
