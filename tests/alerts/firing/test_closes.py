"""Rules that are judged when candles close: all that a close says together, each close once, and in order."""

from decimal import Decimal

import msgspec
import pytest

from alerts.conditions.rule import (
    AlertSource,
    Combine,
    Condition,
    Point,
    Rule,
    RuleMemory,
    Series,
    TriggerPolicy,
    WindowsMemory,
)
from alerts.events import AlertOperator, AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.types import LoadedRule, SeriesMemory
from streaming.events import Candle, Interval, Ticker
from tests.alerts.firing.market import candle, candle_topic, ticker, ticker_topic
from tests.manual_clock import ManualClock

_LIMITS = NoiseLimits(per_minute=100, per_hour=100, per_user=100)
_SYMBOL = "ONEUSDT"
_MINUTE = 60_000
_TOPIC = candle_topic(_SYMBOL)
_CLOSE, _VOLUME = (
    Series(source=AlertSource.CANDLE, symbol=_SYMBOL, field=field, interval=Interval.MINUTE_1, at_close=True)
    for field in ("close", "volume")
)
_AVERAGE = Series(
    source=AlertSource.INDICATOR, symbol=_SYMBOL, field="value", interval=Interval.MINUTE_1, indicator="sma",
    parameters=(("period", Decimal(2)),), at_close=True,
)  # fmt: skip


@pytest.fixture
def evaluation() -> Evaluation:
    """One that knows no rule."""
    return Evaluation(
        clock=ManualClock(),
        noise=_LIMITS,
        no_data_seconds=60,
        may_use_simulated=False,
    )


def _crossing(series: Series, threshold: int = 100) -> Condition:
    return Condition(series=series, operator=AlertOperator.CROSSING_UP, threshold=Decimal(threshold))


def _above(series: Series, threshold: int) -> Condition:
    return Condition(series=series, operator=AlertOperator.ABOVE, threshold=Decimal(threshold))


def _put(evaluation: Evaluation, *conditions: Condition, combine: Combine = Combine.ALL, known: bool = False) -> None:
    rule = Rule(id=1, conditions=conditions, combine=combine, trigger=TriggerPolicy.ONCE_PER_CANDLE_CLOSE)
    memory = RuleMemory(state=AlertState.ARMED, holds=(False,) * len(conditions)) if known else None
    evaluation.put(LoadedRule(id=1, owner_id=1, rule=rule, memory=memory))
    evaluation.plan()


def _closed(minute: int, close: int, volume: int = 1, *, repaired: bool = False) -> Candle:
    closed = candle(_SYMBOL, close, minute * _MINUTE, is_final=True, repaired=repaired)
    return msgspec.structs.replace(closed, volume=Decimal(volume))


def _take(evaluation: Evaluation, *candles: Candle) -> list[int]:
    """Take candles; return at which closes the rule fires, by minute."""
    for one in candles:
        evaluation.take(_TOPIC, one)
    return _fired(evaluation)


def _fired(evaluation: Evaluation) -> list[int]:
    return [one.firing.time // _MINUTE for one in evaluation.take_batch().firings]


@pytest.mark.parametrize("order", [1, -1])
def test_it_judges_the_fields_of_a_close_together(evaluation: Evaluation, order: int) -> None:
    _put(evaluation, *[_crossing(_CLOSE), _above(_VOLUME, 1000)][::order])
    closes = [(99, 500), (101, 2000), (99, 2000), (101, 10), (99, 10), (101, 2000)]
    assert _take(evaluation, *(_closed(minute, *said) for minute, said in enumerate(closes, 1))) == [2, 6]


def test_it_fires_once_at_a_close_at_which_any_of_several_becomes_true(evaluation: Evaluation) -> None:
    _put(evaluation, _crossing(_CLOSE), _above(_VOLUME, 1000), combine=Combine.ANY)
    assert _take(evaluation, _closed(1, 99, 500), _closed(2, 101, 2000)) == [2]


def test_it_judges_an_indicator_together_with_the_fields_of_its_close(evaluation: Evaluation) -> None:
    _put(evaluation, _crossing(_CLOSE), _above(_AVERAGE, 95))
    (need,) = evaluation.needs
    evaluation.fill(need, [_closed(1, 90), _closed(2, 90)], simulated=False)
    # The averages are 93, 99, 99.5 and 94.
    assert _take(evaluation, _closed(3, 96), _closed(4, 102), _closed(5, 97), _closed(6, 91), _closed(7, 101)) == [4, 7]


def test_it_judges_all_that_a_ticker_says_together(evaluation: Evaluation) -> None:
    price, volume = (Series(source=AlertSource.TICKER, symbol=_SYMBOL, field=field) for field in ("price", "volume"))
    _put(evaluation, _crossing(price), _above(volume, 1000))

    def said(second: int, value: int, traded: int) -> Ticker:
        return msgspec.structs.replace(ticker(_SYMBOL, value, 1000 * second), volume=Decimal(traded))

    for one in (said(1, 99, 2000), said(2, 101, 10), said(3, 99, 10), said(4, 101, 2000)):
        evaluation.take(ticker_topic(_SYMBOL), one)
    assert [one.firing.time for one in evaluation.take_batch().firings] == [4000]


def test_it_judges_the_closes_that_were_missed_one_by_one(evaluation: Evaluation) -> None:
    _put(evaluation, _crossing(_CLOSE), _above(_VOLUME, 1000), known=True)
    for series in (_CLOSE, _VOLUME):
        point = Point(value=Decimal(99), time=2 * _MINUTE - 1)
        evaluation.restore(series, SeriesMemory(point=point, windows=WindowsMemory()))
    evaluation.replay((), ())
    assert _take(evaluation, _closed(5, 99, 10)) == []
    (need,) = evaluation.needs
    evaluation.fill(need, [_closed(2, 101, 10), _closed(3, 99, 2000), _closed(4, 101, 2000)], simulated=False)
    assert _fired(evaluation) == [4]


def test_it_counts_no_close_behind_a_later_one_and_none_twice(evaluation: Evaluation) -> None:
    _put(evaluation, _crossing(_CLOSE))
    assert _take(evaluation, _closed(1, 99), _closed(3, 98), _closed(2, 101, repaired=True)) == []
    assert _take(evaluation, _closed(3, 101, repaired=True), _closed(4, 99)) == []
    assert _take(evaluation, _closed(5, 101), _closed(3, 99), _closed(6, 102)) == [5]


def _above_average() -> Condition:
    return Condition(series=_CLOSE, operator=AlertOperator.CROSSING_UP, level=_AVERAGE)


def test_it_compares_a_close_with_the_average_of_the_same_close(evaluation: Evaluation) -> None:
    _put(evaluation, _above_average())
    assert _take(evaluation, _closed(3, 90), _closed(4, 96)) == []  # of the past nothing is known yet
    (need,) = evaluation.needs
    evaluation.fill(need, [_closed(1, 90), _closed(2, 90)], simulated=False)
    # The averages are 94.5, 98.5 and 100.
    assert _take(evaluation, _closed(5, 93), _closed(6, 104), _closed(7, 96)) == [6]


def test_it_compares_a_close_with_no_ticker_that_was_told_long_before_it(evaluation: Evaluation) -> None:
    told = msgspec.structs.replace(_CLOSE, source=AlertSource.TICKER, field="price")
    _put(evaluation, Condition(series=_CLOSE, operator=AlertOperator.CROSSING, level=told))
    evaluation.take(ticker_topic(_SYMBOL), ticker(_SYMBOL, 100, 2 * _MINUTE - 30_000))
    # At the close of the minute 2 the ticker is 90 s old.
    assert _take(evaluation, _closed(1, 99), _closed(2, 101), _closed(3, 99), _closed(4, 101)) == []
    evaluation.take(ticker_topic(_SYMBOL), ticker(_SYMBOL, 100, 6 * _MINUTE - 30_000))
    evaluation.take(_TOPIC, _closed(5, 101))
    [fired] = evaluation.take_batch().firings
    assert (fired.firing.time, fired.firing.late) == (6 * _MINUTE - 1, True)


def test_it_judges_by_a_quiet_ticker_what_is_compared_with_a_number(evaluation: Evaluation) -> None:
    told = msgspec.structs.replace(_CLOSE, source=AlertSource.TICKER, field="price")
    _put(evaluation, _above(told, 99))
    evaluation.take(ticker_topic(_SYMBOL), ticker(_SYMBOL, 100, _MINUTE))
    assert _take(evaluation, _closed(4, 1)) == [4]


def test_it_compares_the_closes_that_were_missed_one_by_one(evaluation: Evaluation) -> None:
    _put(evaluation, _above_average(), known=True)
    for series, value in ((_CLOSE, 90), (_AVERAGE, 91)):
        evaluation.restore(series, SeriesMemory(point=Point(value=Decimal(value), time=2 * _MINUTE - 1)))
    evaluation.replay((), ())
    assert _take(evaluation, _closed(5, 90)) == []
    (need,) = evaluation.needs
    # The averages at the closes of the minutes 2 to 5 are 91, 95.5, 99.5 and 94.5.
    evaluation.fill(need, [_closed(minute, close) for minute, close in ((0, 90), (1, 90), (2, 92), (3, 99), (4, 98))],
                    simulated=False)  # fmt: skip
    assert _fired(evaluation) == [2]
