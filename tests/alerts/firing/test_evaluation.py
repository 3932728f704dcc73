"""The evaluation without input or output: what it takes, leaves out, and hands on to be stored."""

from decimal import Decimal

import msgspec
import pytest

from alerts.conditions.rule import AlertSource, Combine, Condition, Point, Rule, RuleMemory, Series, TriggerPolicy
from alerts.events import AlertOperator, AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.restored_series import RecentEvents
from alerts.firing.types import Batch, LoadedRule, SeriesMemory
from streaming.events import Candle, Interval, Source
from tests.alerts.firing.market import Number, candle, candle_topic, price, price_topic, ticker, ticker_topic
from tests.manual_clock import ManualClock

_SYMBOL = "ONEUSDT"
_TOPIC = price_topic(_SYMBOL)
_SERIES = Series(source=AlertSource.PRICE, symbol=_SYMBOL, field="price")
_TICKER, _BID = (Series(source=AlertSource.TICKER, symbol=_SYMBOL, field=field) for field in ("price", "bid"))
_LIMITS = NoiseLimits(per_minute=2, per_hour=100, per_user=100)
_KNOWN = RuleMemory(state=AlertState.ARMED, holds=(False,))


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock()


@pytest.fixture
def evaluation(clock: ManualClock) -> Evaluation:
    """One that lets no simulated value count."""
    return Evaluation(clock=clock, noise=_LIMITS, no_data_seconds=60, may_use_simulated=False)


def _loaded(rule_id: int, threshold: int = 100, *, memory: RuleMemory | None = None, firings: int = 0,
            since: int = 0, left: int | None = None) -> LoadedRule:  # fmt: skip
    condition = Condition(series=_SERIES, operator=AlertOperator.CROSSING_UP, threshold=Decimal(threshold))
    rule = Rule(id=rule_id, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME, firings_left=left)
    return LoadedRule(id=rule_id, owner_id=1, rule=rule, memory=memory, firings=firings, since=since)


def _take(evaluation: Evaluation, *values: Number, begin: int = 1_000) -> None:
    for number, value in enumerate(values):
        evaluation.take(_TOPIC, price(_SYMBOL, value, begin + number))


def _fired(batch: Batch) -> list[tuple[int, int, Decimal, bool]]:
    return [(one.firing.rule_id, one.number, one.firing.value, one.firing.late) for one in batch.firings]


def test_it_numbers_the_firings_of_a_rule_behind_those_that_are_stored(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1, firings=5, memory=_KNOWN))
    evaluation.plan()
    _take(evaluation, 90, 110, 90, 120)
    assert _fired(evaluation.take_batch()) == [(1, 6, Decimal(110), False), (1, 7, Decimal(120), False)]


def test_it_hands_on_rules_and_values_as_of_the_same_moment(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90)
    batch = evaluation.take_batch()
    assert batch.series == {_SERIES.key: SeriesMemory(point=Point(value=Decimal(90), time=1_000))}
    assert (batch.updates[1].state, batch.updates[1].newest) == (AlertState.ARMED, batch.series[_SERIES.key].point)
    assert evaluation.take_batch().is_empty


def test_it_hands_on_a_firing_without_the_values_that_changed_no_rule(evaluation: Evaluation) -> None:
    other = msgspec.structs.replace(_SERIES, symbol="TWOUSDT")
    condition = Condition(series=other, operator=AlertOperator.CROSSING_UP, threshold=Decimal(100))
    evaluation.put(_loaded(1, memory=_KNOWN))
    evaluation.put(LoadedRule(id=2, owner_id=1, rule=Rule(id=2, conditions=(condition,)), memory=_KNOWN))
    evaluation.plan()
    evaluation.take_batch()
    evaluation.take(price_topic("TWOUSDT"), price("TWOUSDT", 95, 1_000))
    _take(evaluation, 90, 110)
    batch = evaluation.take_batch(whole=False)
    assert (_fired(batch), {*batch.series}) == ([(1, 1, Decimal(110), False)], {_SERIES.key})
    later = evaluation.take_batch()
    assert (later.updates, later.series) == ({}, {other.key: SeriesMemory(point=Point(value=Decimal(95), time=1_000))})


def test_it_gives_a_rule_up_with_all_that_it_did_and_with_the_value_that_only_it_saw(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1, memory=_KNOWN))
    evaluation.plan()
    _take(evaluation, 90, 110)
    evaluation.give_up({1})
    assert evaluation.take_batch().is_empty
    evaluation.put(_loaded(1))
    evaluation.plan()
    assert evaluation.take_batch().updates[1].newest is None


def test_it_takes_no_firing_for_left_that_is_not_stored_yet(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1, memory=_KNOWN, left=2))
    evaluation.plan()
    _take(evaluation, 90, 110)
    evaluation.put(_loaded(1, memory=_KNOWN, left=2))
    _take(evaluation, 90, 110, 90, 110, begin=2_000)
    batch = evaluation.take_batch()
    assert [number for _, number, _, _ in _fired(batch)] == [1, 2]
    assert batch.updates[1].state is AlertState.EXPIRED


def test_it_counts_no_firing_that_was_not_stored_because_the_rule_was_switched_off(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1, memory=_KNOWN))
    evaluation.plan()
    _take(evaluation, 90, 110)
    evaluation.take_batch()
    evaluation.remove(1)
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90, 110, begin=2_000)
    assert [number for _, number, _, _ in _fired(evaluation.take_batch())] == [1]


@pytest.mark.parametrize("marks", [{"stale": True}, {"source": Source.SIMULATOR}])
def test_it_leaves_out_what_is_stale_or_simulated(evaluation: Evaluation, marks: dict[str, object]) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90)
    evaluation.take(_TOPIC, price(_SYMBOL, 110, 2_000, **marks))  # type: ignore[arg-type]  # a test's own marks
    assert not evaluation.has_fired


def test_it_leaves_out_what_comes_too_late(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90, begin=50_000)
    _take(evaluation, 110, begin=49_000)
    assert not evaluation.has_fired


def test_it_takes_a_live_value_that_is_much_older_for_one_of_a_clock_that_began_anew(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90, begin=200_000)
    _take(evaluation, 110, begin=100_000)
    assert evaluation.has_fired


def test_it_tells_a_noisy_rule(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, *(90, 110) * 4)
    assert [one.collapse for one in evaluation.take_batch().firings] == [False, False, True, True]


def test_it_lets_no_rule_get_around_noise_by_cooling_down_or_by_beginning_anew(evaluation: Evaluation) -> None:
    loaded = _loaded(1)
    assert loaded.rule is not None
    rule = msgspec.structs.replace(loaded.rule, cooldown_seconds=30)
    for turn in range(110):
        evaluation.put(msgspec.structs.replace(loaded, rule=rule, beginnings=turn))
        evaluation.plan()
        _take(evaluation, 90, 110, begin=1_000 + turn * 30_000)
    assert sum(not one.collapse for one in evaluation.take_batch().firings) == 100


def test_it_says_that_no_data_comes_and_that_it_does_again(evaluation: Evaluation, clock: ManualClock) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90)
    evaluation.take_batch()
    clock.advance(61)
    evaluation.tick()
    assert evaluation.take_batch().updates[1].state is AlertState.NO_DATA
    _take(evaluation, 91, begin=2_000)
    evaluation.tick()
    assert evaluation.take_batch().updates[1].state is AlertState.ARMED


def test_it_marks_the_rules_on_a_symbol_that_is_no_longer_listed(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    evaluation.set_faults({_SYMBOL})
    update = evaluation.take_batch().updates[1]
    assert (update.state, update.error) == (AlertState.ERROR, f"No longer listed: {_SYMBOL}")
    evaluation.set_faults(())
    assert evaluation.take_batch().updates[1].error == ""


def test_it_goes_on_behind_the_stored_value_where_what_came_since_was_heard(
    evaluation: Evaluation, clock: ManualClock
) -> None:
    recent = RecentEvents(seconds=60, limit=100, clock=clock)
    for number, value in enumerate((90, 110, 90, 105)):
        recent.add(_TOPIC, price(_SYMBOL, value, 1_000 + number))
    evaluation.put(_loaded(1, memory=_KNOWN, firings=1))
    evaluation.plan()
    evaluation.restore(_SERIES, SeriesMemory(point=Point(value=Decimal(110), time=1_001)))
    evaluation.replay(tuple(recent), ())
    assert _fired(evaluation.take_batch()) == [(1, 2, Decimal(105), False)]


def test_it_fires_late_where_nobody_heard_what_came_behind_the_stored_value(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1, memory=_KNOWN))
    evaluation.plan()
    evaluation.restore(_SERIES, SeriesMemory(point=Point(value=Decimal(90), time=900)))
    evaluation.replay((), ())
    _take(evaluation, 110)
    assert _fired(evaluation.take_batch()) == [(1, 1, Decimal(110), True)]


@pytest.mark.parametrize("was_heard", [True, False])
def test_it_sees_a_move_that_began_before_it_took_over(
    evaluation: Evaluation, clock: ManualClock, was_heard: bool
) -> None:
    condition = Condition(series=_SERIES, operator=AlertOperator.MOVING_UP, amount=Decimal(20), window_seconds=60)
    rule = Rule(id=1, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME)
    evaluation.put(LoadedRule(id=1, owner_id=1, rule=rule))
    evaluation.plan()
    _take(evaluation, "90.0", 95, 100)
    batch = evaluation.take_batch()
    stored = msgspec.convert(msgspec.to_builtins(batch.series[_SERIES.key]), SeriesMemory)
    successor = Evaluation(clock=clock, noise=_LIMITS, no_data_seconds=60, may_use_simulated=False)
    successor.put(LoadedRule(id=1, owner_id=1, rule=rule, memory=batch.updates[1].memory))
    successor.plan()
    successor.restore(_SERIES, stored)
    recent = RecentEvents(seconds=60, limit=100, clock=clock)
    for number, value in enumerate((100, 105) if was_heard else (), 1_002):
        recent.add(_TOPIC, price(_SYMBOL, value, number))
    successor.replay(tuple(recent), ())
    _take(successor, 110, begin=2_000)
    (fired,) = successor.take_batch().firings
    assert (fired.firing.previous, fired.firing.value, fired.firing.late) == (Decimal(90), Decimal(110), not was_heard)


def test_it_lets_nothing_fire_a_rule_that_was_made_afterwards(evaluation: Evaluation, clock: ManualClock) -> None:
    recent = RecentEvents(seconds=60, limit=100, clock=clock)
    evaluation.put(_loaded(1, memory=_KNOWN))
    evaluation.plan()
    evaluation.restore(_SERIES, SeriesMemory(point=Point(value=Decimal(90), time=900)))
    for number, value in enumerate((90, 110)):
        recent.add(_TOPIC, price(_SYMBOL, value, 1_000 + number))
    clock.advance(1)
    newcomer = _loaded(2, since=clock.now_ms())
    clock.advance(1)
    for number, value in enumerate((90, 120)):
        recent.add(_TOPIC, price(_SYMBOL, value, 2_000 + number))
    evaluation.replay(tuple(recent), [newcomer])
    fired = [(rule_id, value) for rule_id, _, value, _ in _fired(evaluation.take_batch())]
    assert fired == [(1, Decimal(110)), (1, Decimal(120)), (2, Decimal(120))]


@pytest.mark.parametrize(("beginnings", "fires"), [(0, True), (1, False)], ids=["goes on", "begins anew"])
def test_it_begins_a_rule_anew_only_where_its_row_counts_another_beginning(
    beginnings: int, fires: bool, evaluation: Evaluation
) -> None:
    evaluation.put(_loaded(1))
    evaluation.plan()
    _take(evaluation, 90)
    evaluation.put(msgspec.structs.replace(_loaded(1), beginnings=beginnings))
    evaluation.plan()
    _take(evaluation, 110, begin=2_000)
    assert evaluation.has_fired is fires
    assert evaluation.take_batch().beginnings == {1: beginnings}


def test_it_lets_rules_show_the_newest_value_by_turns(evaluation: Evaluation) -> None:
    evaluation.put(_loaded(1))
    evaluation.put(_loaded(2))
    evaluation.plan()
    _take(evaluation, 90)
    evaluation.take_batch()
    _take(evaluation, 91, begin=2_000)
    evaluation.show(1)
    assert evaluation.take_batch().updates.keys() == {1}
    evaluation.show(2)
    assert evaluation.take_batch().updates.keys() == {2}


_AVERAGE = Series(
    source=AlertSource.INDICATOR, symbol=_SYMBOL, field="value", interval=Interval.MINUTE_1, indicator="sma",
    parameters=(("period", Decimal(2)),),
)  # fmt: skip
_CANDLES = candle_topic(_SYMBOL)
_MINUTE = 60_000


def _put_compared(evaluation: Evaluation, memory: RuleMemory | None = None) -> None:
    condition = Condition(series=_SERIES, operator=AlertOperator.CROSSING_UP, level=_AVERAGE)
    rule = Rule(id=1, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME)
    evaluation.put(LoadedRule(id=1, owner_id=1, rule=rule, memory=memory))
    evaluation.plan()


def _fill(evaluation: Evaluation, *closes: int) -> None:
    (need,) = evaluation.needs
    past = [candle(_SYMBOL, close, minute * _MINUTE, is_final=True) for minute, close in enumerate(closes)]
    evaluation.fill(need, past, simulated=False)


def _opened(minute: int, close: int, seconds: int) -> Candle:
    return candle(_SYMBOL, close, minute * _MINUTE, time=minute * _MINUTE + 1000 * seconds)


def test_it_follows_both_series_that_a_rule_compares(evaluation: Evaluation) -> None:
    _put_compared(evaluation)
    assert evaluation.topics == {_TOPIC, _CANDLES}
    evaluation.take(_TOPIC, price(_SYMBOL, 99, 2 * _MINUTE))
    assert evaluation.take_batch().updates[1].state is AlertState.PENDING  # the average isn't known yet
    _fill(evaluation, 100, 100)
    evaluation.take(_CANDLES, _opened(2, 99, 1))  # the average is 99.5
    assert evaluation.take_batch().updates[1].state is AlertState.ARMED
    evaluation.take(_TOPIC, price(_SYMBOL, 101, 2 * _MINUTE + 2000))
    batch = evaluation.take_batch(whole=False)
    [fired] = batch.firings
    assert (fired.firing.value, fired.firing.operand, fired.firing.late) == (Decimal(101), Decimal("99.5"), False)
    assert {*batch.series} == {_SERIES.key}
    evaluation.remove(1)
    evaluation.plan()
    assert evaluation.topics == frozenset()


def test_it_compares_nothing_after_a_restart_until_candles_are_known_again(evaluation: Evaluation) -> None:
    _put_compared(evaluation, _KNOWN)
    for series, value in ((_SERIES, 99), (_AVERAGE, 100)):
        evaluation.restore(series, SeriesMemory(point=Point(value=Decimal(value), time=_MINUTE)))
    evaluation.replay((), ())
    evaluation.take(_TOPIC, price(_SYMBOL, 104, 2 * _MINUTE + 1000))
    evaluation.take(_CANDLES, _opened(2, 104, 1))
    assert evaluation.take_batch().firings == ()
    _fill(evaluation, 100, 102)  # with the open candle the average is 103
    [fired] = evaluation.take_batch().firings
    assert (fired.firing.value, fired.firing.operand, fired.firing.late) == (Decimal(104), Decimal(103), True)


def test_it_compares_nothing_while_one_of_both_has_not_been_told_for_long(evaluation: Evaluation) -> None:
    _put_compared(evaluation)
    _fill(evaluation, 100, 100)
    evaluation.take(_CANDLES, _opened(2, 100, 0))
    evaluation.take(_TOPIC, price(_SYMBOL, 99, 2 * _MINUTE))
    evaluation.take(_TOPIC, price(_SYMBOL, 101, 3 * _MINUTE + 1))
    assert evaluation.take_batch().firings == ()
    evaluation.take(_CANDLES, candle(_SYMBOL, 100, 2 * _MINUTE, is_final=True))
    assert evaluation.take_batch().firings == ()  # it is of a close, and so only the next one tells
    evaluation.take(_CANDLES, _opened(3, 101, 6))
    [fired] = evaluation.take_batch().firings
    assert (fired.firing.operand, fired.firing.late) == (Decimal("100.5"), True)


def test_it_stores_of_two_series_that_are_compared_both_or_none_whichever_rule_fires(
    evaluation: Evaluation, clock: ManualClock
) -> None:
    above = Condition(series=_SERIES, operator=AlertOperator.CROSSING, level=_TICKER)
    beside = Condition(series=_TICKER, operator=AlertOperator.CROSSING, level=_BID)
    compared = Rule(id=2, conditions=(above, beside), combine=Combine.ANY, trigger=TriggerPolicy.EVERY_TIME)
    evaluation.put(_loaded(1, 104, memory=_KNOWN))
    evaluation.put(LoadedRule(id=2, owner_id=1, rule=compared))
    evaluation.plan()
    _take(evaluation, 99)
    evaluation.take(ticker_topic(_SYMBOL), ticker(_SYMBOL, 100, 1_000))
    stored = evaluation.take_batch()
    evaluation.take(ticker_topic(_SYMBOL), ticker(_SYMBOL, 106, 2_000))
    _take(evaluation, 105, begin=2_000)
    fired = evaluation.take_batch(whole=False)
    assert (_fired(fired), {*fired.series}) == (
        [(1, 1, Decimal(105), False)],
        {one.key for one in (_SERIES, _TICKER, _BID)},
    )

    successor = Evaluation(clock=clock, noise=_LIMITS, no_data_seconds=60, may_use_simulated=False)
    successor.put(LoadedRule(id=2, owner_id=1, rule=compared, memory=stored.updates[2].memory))
    successor.plan()
    series = {**stored.series, **fired.series}
    for one in (_SERIES, _TICKER, _BID):
        successor.restore(one, series[one.key])
    successor.replay((), ())
    _take(successor, 105, begin=3_000)
    successor.take(ticker_topic(_SYMBOL), ticker(_SYMBOL, 106, 3_000))
    assert successor.take_batch().firings == ()
