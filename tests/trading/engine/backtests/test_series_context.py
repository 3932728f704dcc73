"""What a strategy knows in a backtest: only what has closed."""

from decimal import Decimal

import numpy as np
import pytest

from streaming.indicators.errors import IndicatorParametersError
from tests.trading.engine.backtests.random_trading import coarser, random_finer
from tests.trading.engine.backtests.scripted import START, series_of
from trading.engine.backtests.series_context import MOST_SIGNALS, BacktestClock, SeriesCandle, SeriesContext
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.strategies.candles import MOST_CANDLES
from trading.engine.strategies.signals import SignalAction

SERIES = coarser(random_finer(1, 1_500))


def context_at(index: int) -> SeriesContext:
    return SeriesContext(SERIES, SeriesIndicators(SERIES), BacktestClock(START), index)


@pytest.mark.parametrize(("index", "first"), [(-1, 0), (0, 0), (999, 0), (1_000, 1), (1_499, 500)])
def test_its_data_are_the_last_closed_candles(index: int, first: int) -> None:
    data = context_at(index).data
    assert len(data) == len(data.close) == min(index + 1, MOST_CANDLES)
    assert data.close.tolist() == SERIES.column("close")[first : index + 1].tolist()
    told, whole = (columns.indicator("sma", period=3) for columns in (data, context_at(0).all_data()))
    assert np.array_equal(told, whole[first : index + 1], equal_nan=True)


def test_an_indicator_goes_with_the_time_and_has_no_value_while_it_warms_up() -> None:
    context = context_at(-1)
    reading = context.indicator("sma", period=2)
    told = []
    for context.index in range(-1, 4):
        told.append((reading.previous, reading.value))
    _, *means = context.all_data().indicator("sma", period=2)[:4].tolist()
    assert told == [(None, None), (None, None), (None, means[0]), (means[0], means[1]), (means[1], means[2])]
    assert context.warm_up() == 1


def test_what_is_asked_for_again_is_the_same_reading() -> None:
    context = context_at(0)
    assert context.indicator("sma", period=20) is context.indicator("sma")
    assert context.indicator("bollinger", output="lower") is not context.indicator("bollinger")
    with pytest.raises(IndicatorParametersError):
        context.indicator("sma", period=0)


def test_a_candle_is_told_in_decimals() -> None:
    candle = SeriesCandle(series_of("100 110 90 105 of 7"), 0)
    assert (candle.open, candle.high, candle.low, candle.close) == tuple(map(Decimal, ("1.00", "1.10", "0.90", "1.05")))
    assert (candle.open_time, candle.close_time, candle.volume) == (START, START + 59_999, Decimal("0.00007"))


def test_it_keeps_the_first_signals_and_counts_all() -> None:
    context = context_at(0)
    for number in range(MOST_SIGNALS + 2):
        context.signal(SignalAction.BUY, reason=str(number))
    assert (len(context.signals), context.signal_count) == (MOST_SIGNALS, MOST_SIGNALS + 2)
    assert (context.signals[0].reason, context.signals[0].time) == ("0", START)


def test_indicators_are_computed_once_and_the_oldest_forgotten_where_they_take_too_much() -> None:
    bytes_of_one = SERIES.column("close").nbytes
    indicators = SeriesIndicators(SERIES, most_bytes=2 * bytes_of_one)
    first, second = (indicators.output("sma", "", {"period": period}) for period in (5, 6))
    assert indicators.output("sma", "value", {"period": Decimal(5)}) is first
    indicators.output("sma", "", {"period": 7})
    assert indicators.output("sma", "", {"period": 5}) is first
    assert indicators.output("sma", "", {"period": 6}) is not second
