"""How often a rule would have fired over candles of the past."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.candle_path import states
from alerts.conditions.line import Line, LinePoint
from alerts.conditions.rule import MOVE_OPERATORS, AlertSource, Combine, Condition, Rule, Series, TriggerPolicy
from alerts.conditions.trial import candles_before, needed_intervals, trial
from alerts.conditions.trial_values import SeriesValues
from alerts.events import AlertOperator
from streaming.events import Interval
from streaming.indicators.bar import Bar, OpenBar
from streaming.indicators.catalogue import whole_parameters
from streaming.indicators.running import RunningIndicator
from tests.alerts.conditions.rules import PRICE, condition, evaluator_of, point, rule
from tests.streaming.indicators.bars import MINUTE_MS, bar, bars

_DAY = [bar(0, 100, 104, 98, 103), bar(1, 103, 108, 102, 107), bar(2, 107, 107, 95, 96), bar(3, 96, 99, 94, 98)]


def _times(tried: Condition, candles: Sequence[Bar] = _DAY, *, start: int = 0, **terms: Any) -> list[int]:
    return trial(rule(tried, **terms), {Interval.MINUTE_1: candles}, start=start)


def _series(source: AlertSource, field: str, **more: Any) -> Series:
    return Series(source=source, symbol="BTCUSDT", field=field, interval=Interval.MINUTE_1, **more)


def test_it_goes_along_the_way_within_each_candle() -> None:
    times = _times(condition(AlertOperator.CROSSING, 102))
    # From 100 down to 98 and up to 104; the second touches 102, the third falls through, the fourth stays below.
    assert times == [39_999, 79_999, 159_999]


def test_it_tries_a_line_at_the_time_of_each_price() -> None:
    line = Line(start=LinePoint(time=0, price=Decimal(103)), end=LinePoint(time=MINUTE_MS, price=Decimal(104)))
    tried = Condition(series=PRICE, operator=AlertOperator.CROSSING, line=line)
    # At 103.67 after 40 s the price is 104; at its close it is below, then above at 106.33, and it falls through.
    assert _times(tried) == [39_999, 59_999, 99_999, 159_999]


def test_it_tries_a_level_that_is_another_series_by_the_same_states_of_its_candle() -> None:
    # The candles' opens are 100, 103, 107 and 96. At the last it is level again, after a close far below its own open.
    opens = Condition(series=PRICE, operator=AlertOperator.CROSSING_UP, level=_series(AlertSource.CANDLE, "open"))
    assert _times(opens) == [39_999, 99_999, 180_000, 219_999]
    closing = Condition(
        series=_series(AlertSource.CANDLE, "close", at_close=True),
        operator=AlertOperator.CROSSING,
        level=_series(
            AlertSource.INDICATOR, "value", indicator="sma", parameters=(("period", Decimal(2)),), at_close=True
        ),
    )
    # The averages at the closes of the second candle to the fourth are 105, 101.5 and 97.
    assert _times(closing) == [179_999, 239_999]


_FIVE_MINUTES = 5 * MINUTE_MS
_AVERAGE_OF_FIVE = Series(
    source=AlertSource.INDICATOR, symbol="BTCUSDT", field="value", interval=Interval.MINUTE_5, indicator="sma",
    parameters=(("period", Decimal(2)),),
)  # fmt: skip


def _of_five(walk: Sequence[Bar], number: int) -> OpenBar:
    """Return the candle of the five minutes `number`, or as much of it as is known."""
    of = [each for each in walk if each.open_time // _FIVE_MINUTES == number]
    return OpenBar(
        open_time=number * _FIVE_MINUTES,
        close_time=(number + 1) * _FIVE_MINUTES - 1,
        open=of[0].open,
        high=max(each.high for each in of),
        low=min(each.low for each in of),
        close=of[-1].close,
        volume=sum((each.volume for each in of), Decimal(0)),
        quote_volume=sum((each.quote_volume for each in of), Decimal(0)),
        trades=sum(each.trades for each in of),
    )


def test_it_compares_a_price_with_the_average_of_longer_candles_at_the_same_price() -> None:
    flat = [bar(number, 100, 100, 100, 100) for number in range(10)]
    rests = [bar(number, 101, 101, 101, 101) for number in (11, 12, 13)]
    walk = [*flat, bar(10, 100, 104, 100, 101), *rests, bar(14, 101, 101, 96, 101)]
    fives = [_of_five(walk, number) for number in range(3)]
    # The average is halfway from 100 to the price, so they meet only as the price falls through 100, and comes back.
    # By an own way, from 100 to 96 and 104, the average would pass the price while that rests.
    tried = rule(Condition(series=PRICE, operator=AlertOperator.CROSSING, level=_AVERAGE_OF_FIVE))
    assert trial(tried, {Interval.MINUTE_1: walk, Interval.MINUTE_5: fives}, start=0) == [
        14 * MINUTE_MS + 39_999,
        15 * MINUTE_MS - 1,
    ]


def test_longer_candles_go_on_with_the_shorter_ones_after_the_last_that_has_closed() -> None:
    walk = [bar(number, 100, 100, 100, 100) for number in range(5)]
    walk += [bar(5, 101, 101, 101, 101), bar(6, 102, 103, 102, 103), bar(7, 103, 103, 101, 101)]
    highs = msgspec.structs.replace(_AVERAGE_OF_FIVE, source=AlertSource.CANDLE, field="high", indicator="",
                                    parameters=())  # fmt: skip
    tried = rule(Condition(series=PRICE, operator=AlertOperator.BELOW, level=highs))
    candles = {Interval.MINUTE_1: walk, Interval.MINUTE_5: [_of_five(walk, 0)]}
    assert trial(tried, candles, start=_FIVE_MINUTES) == [8 * MINUTE_MS - 20_001]


@given(
    seed=st.integers(1, 1000),
    first=st.integers(0, 2),
    start=st.integers(15, 25),
    level=st.sampled_from(["sma value", "donchian upper", "high", "open", "volume"]),
)
def test_both_sides_of_a_comparison_are_of_one_moment(seed: int, first: int, start: int, level: str) -> None:
    walk, (indicator, _, field) = bars(43, seed), level.rpartition(" ")
    series = PRICE if level != "volume" else _series(AlertSource.CANDLE, "volume")
    source = AlertSource.INDICATOR if indicator else AlertSource.CANDLE
    other = msgspec.structs.replace(_AVERAGE_OF_FIVE, source=source, field=field, indicator=indicator,
                                    parameters=_AVERAGE_OF_FIVE.parameters if indicator else ())  # fmt: skip
    tried = rule(Condition(series=series, operator=AlertOperator.CROSSING, level=other))
    fives = [_of_five(walk, number) for number in range(8)]
    candles = {Interval.MINUTE_1: walk[5 * first :], Interval.MINUTE_5: fives}
    assert trial(tried, candles, start=start * MINUTE_MS) == _crossed_live(tried, walk, start * MINUTE_MS)


def _crossed_live(tried: Rule, walk: Sequence[Bar], start: int) -> list[int]:
    """Return when two series cross, of which each state of a minute tells both."""
    own, other = (SeriesValues(series) for series in tried.series)
    evaluator, times = evaluator_of(tried), list[int]()
    for number, minute in enumerate(walk):
        for time, state, is_closed in states(minute):
            five = _of_five([*walk[:number], state], number // 5)
            told = [own.go_to(state, is_closed=is_closed), other.go_to(five, is_closed=is_closed and number % 5 == 4)]
            known = [
                (each, point(value, time)) for each, value in zip(tried.series, told, strict=True) if value is not None
            ]
            times += [firing.time for firing in evaluator.observe_all(known) if time >= start]
    return times


def test_it_needs_the_candles_of_a_level_that_is_another_series() -> None:
    average = Series(
        source=AlertSource.INDICATOR, symbol="BTCUSDT", field="value", interval=Interval.HOUR_1, indicator="sma",
        parameters=(("period", Decimal(20)),),
    )  # fmt: skip
    tried = rule(Condition(series=PRICE, operator=AlertOperator.ABOVE, level=average))
    assert needed_intervals(tried) == {Interval.MINUTE_1, Interval.HOUR_1}
    assert candles_before(tried, Interval.HOUR_1, candle_seconds=3600) == 20
    assert candles_before(tried, Interval.MINUTE_1, candle_seconds=60) == 1440  # the hours grow with them
    of_hours = rule(condition(AlertOperator.ABOVE, 1, series=average), condition(AlertOperator.ABOVE, 1))
    assert candles_before(of_hours, Interval.MINUTE_1, candle_seconds=60) == 1


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
    quiet_day = [bar(number, 100, 100, 100, 100, volume=0) for number in range(-1440, 0)]
    tried = condition(AlertOperator.ABOVE, threshold, series=_series(source, field))
    assert _times(tried, [*quiet_day, *_DAY]) == expected


def test_it_tells_a_tickers_change_in_percent_of_what_the_day_opened_at() -> None:
    values = SeriesValues(_series(AlertSource.TICKER, "change_percent"))
    for number in range(1440):
        values.go_to(bar(number, 200, 200, 200, 200), is_closed=True)
    assert values.go_to(bar(1440, 200, 207, 200, 207), is_closed=True) == Decimal("3.5")


def test_it_rolls_a_tickers_day() -> None:
    low = _series(AlertSource.TICKER, "low")
    walk = [bar(0, 50, 51, 49, 50), *(bar(number, 100, 101, 99, 100) for number in range(1, 1500))]
    assert _times(condition(AlertOperator.ABOVE, 60, series=low), walk) == [1441 * MINUTE_MS - 1]


@pytest.mark.parametrize(("missing", "expected"), [(0, [1439]), (1, [1440]), (2, [])])
def test_it_knows_no_figure_of_a_tickers_day_before_there_is_a_whole_one(missing: int, expected: list[int]) -> None:
    high = _series(AlertSource.TICKER, "high")
    walk = [bar(number, 100, 101, 99, 100) for number in range(missing, 1441)]
    times = _times(condition(AlertOperator.ABOVE, 60, series=high), walk)
    assert times == [(number + 1) * MINUTE_MS - 1 for number in expected]


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
    assert candles_before(tried, Interval.MINUTE_1, candle_seconds=60) == 435
    assert candles_before(tried, Interval.HOUR_1, candle_seconds=3600) == 1
    figure = rule(condition(AlertOperator.ABOVE, 1, series=rolling))
    assert candles_before(figure, Interval.MINUTE_1, candle_seconds=60) == 1440


@pytest.mark.parametrize(
    ("series", "seconds", "expected"),
    [
        (PRICE, 3600, 61),
        (PRICE, 3601, 62),
        (PRICE, 1, 2),
        (_series(AlertSource.INDICATOR, "value", indicator="sma", parameters=(("period", Decimal(20)),)), 600, 30),
        (Series(source=AlertSource.TICKER, symbol="BTCUSDT", field="high"), 86_400, 2880),
    ],
)
def test_it_needs_the_candles_of_a_window_too(series: Series, seconds: int, expected: int) -> None:
    moving = condition(AlertOperator.MOVING_UP, series=series, amount=1, window_seconds=seconds)
    assert candles_before(rule(moving), Interval.MINUTE_1, candle_seconds=60) == expected


def test_it_seeds_a_window_with_what_was_before_the_start() -> None:
    rise = [bar(number, 100 + number, 101 + number, 100 + number, 101 + number) for number in range(20)]
    moving = condition(AlertOperator.MOVING_UP, percent=5, window_seconds=3600)
    # It has risen by 8 % when it is switched on; without what was before it begins at 108 and passes 113.4 within 13.
    assert _times(moving, rise, start=8 * MINUTE_MS) == [8 * MINUTE_MS]
    assert _times(moving, rise[8:], start=8 * MINUTE_MS) == [13 * MINUTE_MS + 39_999]


@pytest.mark.parametrize("trigger", [TriggerPolicy.ONCE, TriggerPolicy.EVERY_TIME])
def test_what_it_would_have_done_before_the_start_holds_nothing_back(trigger: TriggerPolicy) -> None:
    moving = condition(AlertOperator.MOVING_UP, amount=6, window_seconds=120)
    # It has moved so far from 98 to 104 before the start, and does so again.
    times = _times(moving, [*_DAY[:1], *_DAY], start=MINUTE_MS, trigger=trigger, cooldown_seconds=3600)
    assert times[0] >= MINUTE_MS
    assert len(times) == 1


_SERIES_THAT_MOVE = [
    PRICE,
    _series(AlertSource.CANDLE, "close", at_close=True),
    _series(AlertSource.CANDLE, "volume"),
    _series(AlertSource.INDICATOR, "value", indicator="sma", parameters=(("period", Decimal(5)),)),
    _series(AlertSource.INDICATOR, "value", indicator="sma", parameters=(("period", Decimal(5)),), at_close=True),
]


@st.composite
def _moving_rules(draw: st.DrawFn) -> Rule:
    moves = st.builds(
        lambda operator, series, amount, seconds, back: condition(
            operator, series=series, amount=amount, window_seconds=seconds, hysteresis=amount * back / 4
        ),
        st.sampled_from(sorted(MOVE_OPERATORS)),
        st.sampled_from(_SERIES_THAT_MOVE),
        st.integers(1, 8),
        st.sampled_from([1, 45, 60, 61, 300, 1800]),
        st.integers(0, 3),
    )
    return rule(
        *draw(st.lists(moves, min_size=1, max_size=2)),
        combine=draw(st.sampled_from(Combine)),
        trigger=draw(st.sampled_from([TriggerPolicy.ONCE, TriggerPolicy.EVERY_TIME])),
        cooldown_seconds=draw(st.sampled_from([0, 100])),
    )


@given(tried=_moving_rules(), seed=st.integers(1, 1000), start=st.integers(50 * MINUTE_MS, 60 * MINUTE_MS))
def test_it_fires_when_the_rule_would_have_that_was_switched_on_then(tried: Rule, seed: int, start: int) -> None:
    walk = bars(80, seed)
    first = start // MINUTE_MS - candles_before(tried, Interval.MINUTE_1, candle_seconds=60)
    assert trial(tried, {Interval.MINUTE_1: walk[first:]}, start=start) == _fired_live(tried, walk, start)


def _fired_live(tried: Rule, candles: Sequence[Bar], start: int) -> list[int]:
    """Return when a rule fires that is made at `start`, beside one that has looked at the same all along."""
    evaluator = evaluator_of(rule(*tried.conditions, rule_id=tried.id + 1))
    values = [SeriesValues(series) for series in {each.series for each in tried.conditions}]
    is_made, times = False, list[int]()
    for candle in candles:
        for time, state, is_closed in states(candle):
            if time >= start and not is_made:
                evaluator.put(tried)
                is_made = True
            known = [(each.series, each.go_to(state, is_closed=is_closed)) for each in values]
            fired = evaluator.observe_all(
                [(series, point(value, time)) for series, value in known if value is not None]
            )
            times += [firing.time for firing in fired if firing.rule_id == tried.id]
    return times
