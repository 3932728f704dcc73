"""Candles: closes that were missed, indicators that need the past, and holes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from alerts.conditions.rule import AlertSource, Point, Series
from alerts.firing.candle_lines import CandleLine
from streaming.events import Candle, Interval
from tests.alerts.firing.market import Number, candle, candle_topic, ticker

_SYMBOL = "ONEUSDT"
_MINUTE = 60_000
_CLOSES = Series(
    source=AlertSource.CANDLE, symbol=_SYMBOL, field="close", interval=Interval.MINUTE_1, at_close=True
)  # fmt: skip
_AVERAGE = Series(
    source=AlertSource.INDICATOR,
    symbol=_SYMBOL,
    field="value",
    interval=Interval.MINUTE_1,
    indicator="sma",
    parameters=(("period", Decimal(2)),),
)
_TICKER = Series(
    source=AlertSource.TICKER, symbol=_SYMBOL, field="price", interval=Interval.MINUTE_1, at_close=True
)  # fmt: skip


def _line(*series: Series) -> CandleLine:
    line = CandleLine(candle_topic(_SYMBOL), lambda symbol: ticker(symbol, 77, 5))
    line.follow(series)
    return line


def _closed(minute: int, close: Number) -> Candle:
    return candle(_SYMBOL, close, minute * _MINUTE, is_final=True)


def _open(minute: int, close: Number) -> Candle:
    return candle(_SYMBOL, close, minute * _MINUTE, time=minute * _MINUTE + 1)


def _needs(line: CandleLine) -> bool:
    return line.need is not None


def _values(observed: Iterable[tuple[Series, Point]]) -> list[Decimal]:
    return [point.value for _, point in observed]


def _filled(line: CandleLine, past: Sequence[Candle]) -> list[list[Decimal]]:
    return [_values(together) for together in line.fill(past, simulated=False) if together]


def test_it_counts_a_close_only_when_the_candle_has_closed() -> None:
    line = _line(_CLOSES)
    assert _values(line.take(_open(1, 5))) == []
    assert list(line.take(_closed(1, 6))) == [(_CLOSES, Point(value=Decimal(6), time=2 * _MINUTE - 1))]


def test_it_counts_the_newest_ticker_when_a_candle_closes_and_says_when_that_was_told() -> None:
    line = _line(_TICKER)
    assert _values(line.take(_open(1, 5))) == []
    assert list(line.take(_closed(1, 6))) == [(_TICKER, Point(value=Decimal(77), time=2 * _MINUTE - 1, told_at=5))]


def test_it_puts_closes_by_until_those_that_were_missed_are_known() -> None:
    line = _line(_CLOSES)
    line.resume(_CLOSES, 2 * _MINUTE - 1)
    assert _values(line.take(_closed(4, 14))) == []
    past = [_closed(1, 11), _closed(2, 12), _closed(3, 13)]
    assert _filled(line, past) == [[12], [13], [14]]
    assert not _needs(line)
    assert _values(line.take(_closed(5, 15))) == [15]


def test_it_goes_on_without_the_missed_closes_where_they_cant_be_had() -> None:
    line = _line(_CLOSES)
    line.resume(_CLOSES, 2 * _MINUTE - 1)
    list(line.take(_closed(4, 14)))
    assert _filled(line, ()) == [[14]]


def test_it_needs_no_past_where_the_next_close_follows_the_last_one() -> None:
    line = _line(_CLOSES)
    line.resume(_CLOSES, 2 * _MINUTE - 1)
    assert _values(line.take(_closed(2, 12))) == [12]
    assert not _needs(line)


def test_it_waits_for_the_past_where_an_earlier_close_comes_after_a_later_one() -> None:
    line = _line(_CLOSES)
    line.resume(_CLOSES, 2 * _MINUTE - 1)
    assert _values(line.take(_closed(3, 13))) == []
    assert _values(line.take(_closed(2, 12))) == []
    assert _filled(line, [_closed(1, 11)]) == [[12], [13]]


def test_it_gives_the_missed_closes_one_by_one_with_all_that_belongs_to_each() -> None:
    average_at_close = msgspec.structs.replace(_AVERAGE, at_close=True)
    line = _line(_CLOSES, average_at_close, _AVERAGE)
    for series in (_CLOSES, average_at_close):
        line.resume(series, 2 * _MINUTE - 1)
    assert _values(line.take(_closed(2, 20))) == []
    list(line.take(_open(4, 50)))
    moments = line.fill([_closed(0, 0), _closed(1, 10), _closed(2, 20), _closed(3, 30)], simulated=False)
    told = [[(series, int(point.value)) for series, point in together] for together in moments]
    assert told == [
        [(_CLOSES, 20), (average_at_close, 15)],
        [(_CLOSES, 30), (average_at_close, 25)],
        [(_AVERAGE, 40)],
    ]


def test_it_computes_an_indicator_from_the_past_on() -> None:
    line = _line(_AVERAGE)
    need = line.need
    assert need is not None
    assert need.count >= 2
    assert _values(line.take(_open(3, 30))) == []
    assert _filled(line, [_closed(1, 10), _closed(2, 20)]) == [[25]]
    assert _values(line.take(_open(3, 40))) == [30]
    assert _values(line.take(_closed(3, 40))) == []
    assert _values(line.take(_open(4, 60))) == [50]


def test_it_asks_for_the_past_again_behind_a_hole() -> None:
    line = _line(_AVERAGE)
    assert _filled(line, [_closed(1, 10), _closed(2, 20)]) == []
    assert not _needs(line)
    assert _values(line.take(_open(5, 50))) == []
    assert _needs(line)
    assert _filled(line, [_closed(3, 30), _closed(4, 40)]) == [[45]]
