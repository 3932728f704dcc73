"""The shipped strategies, driven candle by candle as a live market would, signal what they do in a backtest."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.indicators.catalogue import check_output, indicator_of, whole_parameters
from streaming.indicators.running import RunningIndicator
from tests.trading.engine.backtests.random_trading import coarser, random_finer
from tests.trading.engine.backtests.scripted import plan_for
from trading.engine.backtests.candle_exchange import CandleExchange
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.series_context import BacktestClock, SeriesCandle, SeriesColumns
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.backtests.skipping import CandleReader
from trading.engine.strategies.candles import CandleColumns
from trading.engine.strategies.context import Context, IndicatorReading
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.paper_broker import PaperBroker
from trading.engine.strategies.parameters import read_parameters
from trading.engine.strategies.predictions import Prediction
from trading.engine.strategies.registry import strategy_of
from trading.engine.strategies.signals import Signal, SignalAction

PARAMETERS: dict[str, dict[str, object]] = {
    "ma_cross": {"fast": 3, "slow": 8},
    "rsi_reversion": {"period": 5, "oversold": 40, "overbought": 60},
    "bollinger_breakout": {"period": 10, "deviations": Decimal("1.5")},
    "donchian_breakout": {"entry": 10, "exit": 5},
}


class RunningReading:
    """An indicator carried forward by each candle that closes."""

    def __init__(self, name: str, output: str, parameters: dict[str, Any]) -> None:
        chosen = whole_parameters(name, {each: Decimal(str(value)) for each, value in parameters.items()})
        self._place = indicator_of(name).outputs.index(check_output(name, output))
        self._running = RunningIndicator(name, chosen)
        self.value: float | None = None
        self.previous: float | None = None

    def close(self, candle: Any) -> None:
        """Take a candle that has closed."""
        self._running.close(candle)
        values = self._running.floats
        self.previous, self.value = self.value, values[self._place] if values else None


class LiveContext(Context):
    """What a live worker would give: nothing but what has happened so far."""

    def __init__(self, series: CandleSeries, exchange: CandleExchange) -> None:
        self.clock: BacktestClock = BacktestClock(0)
        self.instrument = series.instrument
        self.interval = series.interval
        self.candles = series.until(0)
        self.readings: list[RunningReading] = []
        self.signals: list[Signal] = []
        self.broker = PaperBroker(
            exchange.exchange,
            exchange.settlement,
            place=exchange.exchange.place,
            market=lambda: int(self.candles.close[-1]),
            clock=self.clock,
        )

    @property
    def data(self) -> CandleColumns:
        """The candles so far."""
        return SeriesColumns(self.candles, SeriesIndicators(self.candles), 0, len(self.candles))

    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> IndicatorReading:
        """Return a running indicator."""
        self.readings.append(RunningReading(name, output, parameters))
        return self.readings[-1]

    def signal(
        self,
        action: SignalAction,
        confidence: Decimal = Decimal(1),
        reason: str = "",
        *,
        prediction: Prediction | None = None,
    ) -> None:
        """Keep it."""
        self.signals.append(Signal(time=self.clock.time, action=action, confidence=confidence, reason=reason))


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_strategy_does_live_what_it_does_in_a_backtest(name: str) -> None:
    series = coarser(random_finer(5, 300))
    plan = plan_for(series, strategy=name, parameters=PARAMETERS[name])
    exchange, reader, kind = CandleExchange(plan), CandleReader(series), strategy_of(name)
    context = LiveContext(series, exchange)
    strategy = kind(read_parameters(kind, plan.parameters), context)
    for index in range(len(series)):
        fills = exchange.match(reader, index)
        context.candles, context.clock.time = series.until(index + 1), reader.close_time(index)
        for reading in context.readings:
            reading.close(SeriesCandle(series, index))
        for fill in fills:
            order = PlacedOrder(exchange.order(fill.order), series.instrument)
            strategy.on_fill(OrderFill(order, fill, series.instrument))
        strategy.on_candle(SeriesCandle(series, index))
    outcome = run(plan, series)
    assert outcome.signals
    assert (tuple(context.signals), tuple(exchange.fills)) == (outcome.signals, outcome.fills)
