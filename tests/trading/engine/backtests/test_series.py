"""Candles in columns: what makes none, how they are cut, and the floats that indicators see."""

from decimal import Decimal

import numpy as np
import pytest

from streaming.events import Interval
from tests.trading.engine.backtests.random_trading import coarser, random_finer
from tests.trading.engine.backtests.scripted import START, series_of
from tests.trading.engine.instruments import BTC
from trading.engine.backtests.series import CandleSeries, CandleSeriesError

ROW = (START, 100, 110, 90, 105, 7)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([ROW, ROW], "in the order of their times"),
        ([(START, 100, 104, 90, 105, 7)], "no price of a candle may be outside of its range"),
        ([(START, 100, 110, 101, 105, 7)], "no price of a candle may be outside of its range"),
        ([(START, 0, 0, 0, 0, 7)], "or not above 0"),
        ([(START, 100, 110, 90, 105, -1)], "volume must not be below 0"),
    ],
)
def test_it_refuses_what_is_no_series(rows: list[tuple[int, ...]], fault: str) -> None:
    with pytest.raises(CandleSeriesError, match=fault):
        CandleSeries.of_rows(BTC, Interval.MINUTE_1, rows)


def test_it_refuses_columns_of_different_lengths_and_floats() -> None:
    time, opened, high, low, close = (np.array([value]) for value in ROW[:5])
    for wrong in (np.array([1, 2]), np.array([7.0])):
        with pytest.raises(CandleSeriesError, match="64 bit integers of one length"):
            CandleSeries(BTC, Interval.MINUTE_1, time, opened, high, low, close, wrong)


def test_nothing_can_be_written_to_it() -> None:
    series = series_of("100 101 99 100")
    for column in (series.close, series.column("close"), series.until(1).volume):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_its_floats_are_those_nearest_to_its_decimals() -> None:
    series = coarser(random_finer(3, 500))
    assert series.column("close").tolist() == [float(BTC.price(ticks)) for ticks in series.close.tolist()]
    assert series.column("volume").tolist() == [float(BTC.quantity(steps)) for steps in series.volume.tolist()]
    assert series.column("close")[0] == float(Decimal(int(series.close[0])) * BTC.tick_size)


def test_it_is_cut_by_number_and_by_time() -> None:
    series = series_of(", ".join(["100 101 99 100"] * 5))
    assert len(series.until(2)) == 2
    part = series.between(int(series.open_time[1]), int(series.open_time[3]))
    assert part.open_time.tolist() == series.open_time[1:3].tolist()
    assert part.column("close").tolist() == [1.0, 1.0]


def test_a_month_ends_where_the_next_begins() -> None:
    january, february, march = 1_704_067_200_000, 1_706_745_600_000, 1_709_251_200_000
    rows = [(time, *ROW[1:]) for time in (january, february)]
    assert CandleSeries.of_rows(BTC, Interval.MONTH_1, rows).next_open_times().tolist() == [february, march]
