"""The lines of both runs' equity."""

from decimal import Decimal
from itertools import islice

import pytest

from streaming.events import Interval, Side
from streaming.events.intervals import open_times
from tests.trading.engine.backtests.comparison.runs import INTERVAL, at, fill
from trading.engine.backtests.comparison.equity import equity_line, line_candles

D = Decimal


def test_a_run_is_worth_its_money_and_what_it_holds_at_each_close() -> None:
    fills = (fill(1, at(1), 100), fill(2, at(3), 120, side=Side.SELL))
    closes = [(at(minute), D(price)) for minute, price in ((1, 100), (2, 110), (3, 115), (4, 90))]
    line = equity_line(D(1000), fills, closes)
    assert line.times == tuple(at(minute) for minute in (1, 2, 3, 4))
    assert line.equity == (1000.0, 1009.9, 1014.9, 1019.8)


@pytest.mark.parametrize("interval", list(Interval))
def test_a_line_has_so_many_candles_at_most_and_always_the_last(interval: Interval) -> None:
    candles = list(islice(open_times(interval, at(0), at(10**9)), 50))
    start = candles[0]
    assert line_candles(interval, start, candles[-1] + 1) == candles
    few = line_candles(interval, start, candles[-1] + 1, most=10)
    assert set(few) <= set(candles)
    assert (len(few) <= 10, few[-1]) == (True, candles[-1])


def test_a_time_without_a_candle_has_none() -> None:
    assert line_candles(INTERVAL, at(5), at(5)) == ()
