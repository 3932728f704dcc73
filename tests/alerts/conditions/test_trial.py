"""How often a rule would have fired over candles of the past."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from alerts.conditions.bars import Bar
from alerts.conditions.indicators import RunningIndicator, whole_parameters
from alerts.conditions.trial import candles_before, needed_intervals, trial
from alerts.conditions.words import AlertSource, Condition, Series, TriggerPolicy
from streaming.events import AlertOperator, Interval
from tests.alerts.conditions.bars import MINUTE_MS, bar, bars
from tests.alerts.conditions.rules import PRICE, condition, rule

_DAY = [bar(0, 100, 104, 98, 103), bar(1, 103, 108, 102, 107), bar(2, 107, 107, 95, 96), bar(3, 96, 99, 94, 98)]


def _times(tried: Condition, candles: Sequence[Bar] = _DAY, *, start: int = 0, **terms: Any) -> list[int]:
    return trial(rule(tried, **terms), {Interval.MINUTE_1: candles}, start=start)


def _series(source: AlertSource, field: str, **more: Any) -> Series:
    return Series(source=source, symbol="BTCUSDT", field=field, interval=Interval.MINUTE_1, **more)


def test_it_goes_along_the_way_within_each_candle() -> None:
    times = _times(condition(AlertOperator.CROSSING, 102))
    # From 100 down to 98 and up to 104; the second touches 102, the third falls through, the fourth stays below.
    assert times == [39_999, 79_999, 159_999]


def test_it_counts_from_the_start_on_and_compares_with_what_was_before() -> None:
    assert _times(condition(AlertOperator.CROSSING_UP, 105), start=MINUTE_MS) == [99_999]
    assert _times(condition(AlertOperator.CROSSING_UP, 103), start=MINUTE_MS) == [99_999]
    assert _times(condition(AlertOperator.ABOVE, 102), start=MINUTE_MS)[0] == MINUTE_MS


def test_it_leaves_aside_when_a_rule_ends_but_not_how_it_fires() -> None:
    crossing = condition(AlertOperator.CROSSING, 102)
    assert len(_times(crossing, expires_at=1, snoozed_until=10**12, firings_left=1)) == 3
    assert len(_times(crossing, trigger=TriggerPolicy.ONCE)) == 1
    assert _times(crossing, cooldown_seconds=60) == [39_999, 159_999]


def test_it_finds_nothing_without_candles() -> None:
    assert _times(condition(AlertOperator.ABOVE, 1), ()) == []
    assert _times(condition(AlertOperator.ABOVE, 1), start=10**12) == []


def test_it_judges_at_the_close_what_is_to_be_judged_there() -> None:
    at_close = _series(AlertSource.CANDLE, "close", at_close=True)
    assert _times(condition(AlertOperator.ABOVE, 104, series=at_close)) == [2 * MINUTE_MS - 1]
    assert _times(condition(AlertOperator.ABOVE, 104, series=_series(AlertSource.CANDLE, "close"))) == [99_999]


@pytest.mark.parametrize(("edge", "level"), [("close", "volume"), ("volume", "close")])
def test_it_judges_all_that_a_candle_says_together(edge: str, level: str) -> None:
    crossing = condition(AlertOperator.CROSSING_UP, 100, series=_series(AlertSource.CANDLE, edge, at_close=True))
    above = condition(AlertOperator.ABOVE, 200, series=_series(AlertSource.CANDLE, level, at_close=True))
    pairs = [(99, 150), (101, 250), (99, 250), (101, 150), (99, 150), (102, 250)]
    walk = [_said(number, **{edge: crossed, level: held}) for number, (crossed, held) in enumerate(pairs)]
    times = trial(rule(crossing, above), {Interval.MINUTE_1: walk}, start=0)
    assert times == [2 * MINUTE_MS - 1, 6 * MINUTE_MS - 1]


def _said(number: int, *, close: int, volume: int) -> Bar:
    return bar(number, close, close, close, close, volume=volume)


@pytest.mark.parametrize(
    ("source", "field", "threshold", "expected"),
    [
        (AlertSource.CANDLE, "high", "107.5", [99_999]),
        (AlertSource.CANDLE, "volume", "3.5", [39_999, 99_999, 159_999, 219_999]),
        (AlertSource.CANDLE, "trades", "8.5", [59_999, 119_999, 179_999, 239_999]),
        (AlertSource.TICKER, "price", "107.5", [99_999]),
        (AlertSource.TICKER, "high", "107.5", [119_999]),
        (AlertSource.TICKER, "volume", "17", [179_999]),
        (AlertSource.TICKER, "quote_volume", "1700", [179_999]),
        (AlertSource.TICKER, "change", "6", [119_999]),
        (AlertSource.TICKER, "change_percent", "6", [119_999]),
        (AlertSource.TICKER, "open", "99", [59_999]),
    ],
)
def test_it_knows_every_field(source: AlertSource, field: str, threshold: str, expected: list[int]) -> None:
    assert _times(condition(AlertOperator.ABOVE, threshold, series=_series(source, field))) == expected


def test_it_rolls_a_tickers_day() -> None:
    low = _series(AlertSource.TICKER, "low")
    walk = [bar(0, 50, 51, 49, 50), *(bar(number, 100, 101, 99, 100) for number in range(1, 1500))]
    assert _times(condition(AlertOperator.ABOVE, 60, series=low), walk) == [1441 * MINUTE_MS - 1]


def test_it_computes_indicators_as_they_run_live() -> None:
    parameters, walk = whole_parameters("rsi", {}), bars(600)
    at_close = _series(AlertSource.INDICATOR, "value", indicator="rsi", parameters=parameters, at_close=True)
    times = _times(condition(AlertOperator.CROSSING, 50, series=at_close), walk, start=200 * MINUTE_MS)
    running = RunningIndicator("rsi", parameters)
    values = [values["value"] if (values := running.close(each)) else Decimal(50) for each in walk]
    above = [value >= 50 for value in values]
    crossings = [walk[at].close_time for at in range(200, 600) if above[at] != above[at - 1]]
    assert times == crossings


def test_it_tells_which_candles_it_needs() -> None:
    rsi = _series(AlertSource.INDICATOR, "value", indicator="rsi", parameters=whole_parameters("rsi", {}))
    rolling = Series(source=AlertSource.TICKER, symbol="BTCUSDT", field="high")
    hourly = Series(source=AlertSource.CANDLE, symbol="BTCUSDT", field="close", interval=Interval.HOUR_1)
    tried = rule(*(condition(AlertOperator.ABOVE, 1, series=series) for series in (PRICE, rsi, hourly)))
    assert needed_intervals(tried) == {Interval.MINUTE_1, Interval.HOUR_1}
    assert candles_before(tried, Interval.MINUTE_1) == 155
    assert candles_before(tried, Interval.HOUR_1) == 1
    assert candles_before(rule(condition(AlertOperator.ABOVE, 1, series=rolling)), Interval.MINUTE_1) == 1440
