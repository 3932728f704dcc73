"""What became of signals: when they are judged, and what is counted of that."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from streaming.events import Interval
from trading.engine.strategies.signals import SignalAction
from trading.signals.records import (
    ConfidenceBand,
    GivenSignal,
    JudgedSignal,
    SignalOutcome,
    outcome_of,
    signal_records,
)

D = Decimal
NOON = 1_700_049_600_000
"""2023-11-15 12:00:00 UTC, a Wednesday."""
MINUTE, DAY = 60_000, 86_400_000
BUY = GivenSignal(
    model="ma_cross",
    symbol="BTCUSDT",
    interval=Interval.MINUTE_1,
    action=SignalAction.BUY,
    time=NOON - 1,
    price=D(100),
    confidence=D("0.7"),
)
RIGHT, WRONG, WAITING, HOLD = SignalOutcome


def changed(**changes: Any) -> GivenSignal:
    return replace(BUY, **changes)


@pytest.mark.parametrize(
    ("interval", "time", "opens"),
    [
        (Interval.MINUTE_1, NOON - 1, NOON),
        (Interval.MINUTE_1, NOON, NOON),
        (Interval.MINUTE_1, NOON + 30_000, NOON + MINUTE),
        (Interval.DAY_1, NOON, NOON + DAY // 2),
        (Interval.MONTH_1, NOON, 1_701_388_800_000),  # the first of December
    ],
)
def test_a_signal_is_judged_by_the_first_candle_that_opens_once_it_was_given(
    interval: Interval, time: int, opens: int
) -> None:
    assert changed(interval=interval, time=time).judging_candle == opens


@pytest.mark.parametrize(
    ("action", "close", "outcome"),
    [
        (SignalAction.BUY, D("100.01"), RIGHT),
        (SignalAction.BUY, D("99.99"), WRONG),
        (SignalAction.BUY, D(100), WRONG),
        (SignalAction.SELL, D("99.99"), RIGHT),
        (SignalAction.SELL, D("100.01"), WRONG),
        (SignalAction.SELL, D(100), WRONG),
        (SignalAction.BUY, None, WAITING),
        (SignalAction.HOLD, D(200), HOLD),
        (SignalAction.HOLD, None, HOLD),
    ],
)
def test_its_direction_was_right_or_wrong_at_that_candles_close(
    action: SignalAction, close: Decimal | None, outcome: SignalOutcome
) -> None:
    assert outcome_of(changed(action=action), close) is outcome


def test_it_counts_what_became_of_each_and_how_sure_they_were() -> None:
    sure, unsure = changed(confidence=D(1)), changed(confidence=D("0.6"))
    [record] = signal_records(
        JudgedSignal(signal, outcome)
        for signal, outcome in (
            (sure, RIGHT),
            (sure, WRONG),
            (sure, RIGHT),
            (unsure, RIGHT),
            (unsure, WAITING),
            (unsure, HOLD),
        )
    )
    assert (record.right, record.wrong, record.waiting, record.hold) == (3, 1, 1, 1)
    assert record.hit_rate == D("0.75")
    assert record.brier_score == (0 + 1 + 0 + D("0.16")) / 4
    assert record.bands == [
        ConfidenceBand(least=D("0.6"), most=D("0.7"), signals=1, independent=1, confidence=D("0.6"), hit_rate=D(1)),
        ConfidenceBand(least=D("0.9"), most=D(1), signals=3, independent=1, confidence=D(1), hit_rate=D("0.666667")),
    ]


def test_signals_whose_horizons_overlap_count_once_for_what_chance_allows() -> None:
    every_minute = [changed(horizon=3, time=BUY.time + minute * MINUTE) for minute in range(7)]
    [record] = signal_records(JudgedSignal(signal, RIGHT) for signal in every_minute)
    assert (record.right, record.independent) == (7, 3)
    assert [band.independent for band in record.bands] == [3]
    [record] = signal_records(JudgedSignal(changed(time=BUY.time + minute * MINUTE), WRONG) for minute in range(7))
    assert (record.wrong, record.independent) == (7, 7)


def test_before_one_was_judged_it_has_no_rates() -> None:
    [record] = signal_records([JudgedSignal(BUY, WAITING)])
    assert (record.waiting, record.hit_rate, record.brier_score, record.bands) == (1, None, None, [])
    assert signal_records([]) == []


def test_each_symbol_model_and_interval_has_a_record_of_its_own() -> None:
    signals = [
        changed(symbol="ETHUSDT"),
        changed(interval=Interval.HOUR_1),
        changed(interval=Interval.MINUTE_30),
        changed(model="dca"),
        BUY,
    ]
    records = signal_records(JudgedSignal(signal, RIGHT) for signal in signals)
    assert [(record.symbol, record.model, record.interval.value, record.right) for record in records] == [
        ("BTCUSDT", "dca", "1m", 1),
        ("BTCUSDT", "ma_cross", "1m", 1),
        ("BTCUSDT", "ma_cross", "30m", 1),
        ("BTCUSDT", "ma_cross", "1h", 1),
        ("ETHUSDT", "ma_cross", "1m", 1),
    ]
