"""Dollar-cost averaging: when it buys, by arithmetic of its own, and at what price it sells."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby

import numpy as np
import pytest

from streaming.events import Interval, Side
from tests.trading.engine.instruments import BTC
from tests.trading.engine.strategies.walks import COSTLESS, run_over, walk
from trading.engine.amounts import decimal_of
from trading.engine.backtests.series import CandleSeries

HOUR = 3_600_000


def bought_at(series: CandleSeries, every: int) -> list[int]:
    outcome = run_over(series, "dca", {"every": every, "amount": 1})
    assert {fill.side for fill in outcome.fills} == {Side.BUY}
    return [fill.time for fill in outcome.fills]


@pytest.mark.parametrize(("every", "hours"), [(24, 24), (1, 1), (7, 7)])
def test_it_buys_at_the_open_of_each_round_of_candles(every: int, hours: int) -> None:
    series = walk(200, interval=Interval.HOUR_1)
    assert bought_at(series, every) == list(range(hours * HOUR, 200 * HOUR, hours * HOUR))


def test_it_buys_at_the_same_times_wherever_a_run_begins() -> None:
    series = walk(200, interval=Interval.HOUR_1)
    assert bought_at(series.between(30 * HOUR, 10**15), 24) == [time * HOUR for time in range(48, 200, 24)]


def test_it_buys_after_a_gap_what_the_gap_swallowed() -> None:
    series = walk(200, interval=Interval.HOUR_1)
    kept = np.ones(200, dtype=np.bool_)
    kept[40:60] = False
    names = ("open_time", "open", "high", "low", "close", "volume")
    gappy = CandleSeries(BTC, Interval.HOUR_1, *(getattr(series, name)[kept] for name in names))
    assert bought_at(gappy, 24)[:3] == [24 * HOUR, 61 * HOUR, 72 * HOUR]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval.WEEK_1, [datetime(1970, 1, 12, tzinfo=UTC), datetime(1970, 1, 26, tzinfo=UTC)]),
        (Interval.MONTH_1, [datetime(1970, 3, 1, tzinfo=UTC), datetime(1970, 5, 1, tzinfo=UTC)]),
    ],
)
def test_weeks_begin_on_monday_and_months_on_their_first(interval: Interval, expected: list[datetime]) -> None:
    daily = walk(140, interval=Interval.DAY_1)
    days = [datetime.fromtimestamp(time / 1000, UTC) for time in daily.open_time.tolist()]
    kept = [day.weekday() == 0 if interval is Interval.WEEK_1 else day.day == 1 for day in days]
    names = ("open_time", "open", "high", "low", "close", "volume")
    series = CandleSeries(BTC, interval, *(getattr(daily, name)[np.array(kept)] for name in names))
    assert [datetime.fromtimestamp(time / 1000, UTC) for time in bought_at(series, 2)][:2] == expected


def test_it_buys_no_more_than_there_is() -> None:
    outcome = run_over(walk(100), "dca", {"every": 1, "amount": 300}, **COSTLESS)
    assert len(outcome.fills) == 3
    assert (outcome.refusal_count, len(outcome.orders)) == (0, 3)


def test_it_sells_all_above_the_average_of_what_was_paid() -> None:
    series = walk(3000, 5)
    outcome = run_over(series, "dca", {"every": 10, "amount": 20, "take_profit": "0.004"}, **COSTLESS)
    paid = bought = held = target = quantity = Decimal(0)
    sales = 0
    for time, fills in groupby(outcome.fills, key=lambda fill: fill.time):
        opened = BTC.price(int(series.open[np.searchsorted(series.open_time, time)]))
        for fill in fills:
            price, executed = BTC.price(fill.price), BTC.quantity(fill.quantity)
            if fill.side is Side.BUY:
                paid, bought, held = paid + price * executed, bought + executed, held + executed
                continue
            assert executed == quantity
            assert 0 <= price - target < BTC.tick_size or target <= price == opened
            held, sales = held - executed, sales + 1
        if not held:
            paid = bought = Decimal(0)
        target, quantity = (paid / bought * Decimal("1.004") if held else Decimal(0)), held
    assert sales >= 3
    assert decimal_of(outcome.holdings.base[-1]) == held
