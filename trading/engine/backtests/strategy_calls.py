"""How a run calls its strategy: what goes wrong in the strategy's own code is told as that."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trading.engine.accounts.settlement import Fill
from trading.engine.backtests.candle_exchange import CandleExchange
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.series_context import SeriesContext
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.errors import StrategyError
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.parameters import read_parameters
from trading.engine.strategies.strategy import Strategy

T = TypeVar("T")


class StrategyCalls:
    """Makes the plan's strategy, and tells it what happens; raises `StrategyError` where it raises."""

    def __init__(
        self, plan: BacktestPlan, kind: type[Strategy[Any]], context: SeriesContext, exchange: CandleExchange
    ) -> None:
        self._context = context
        self._exchange = exchange
        self._name = plan.strategy
        parameters = read_parameters(kind, plan.parameters, plan.instrument)
        self._predictions = plan.predictions.get(getattr(parameters, kind.model_parameter or "", ""), {})
        self._strategy = self._call(kind, parameters, context)
        self._hears_of_fills = kind.on_fill is not Strategy.on_fill

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_] | None:
        """Return at which candles the strategy wants to be called; None for all."""
        mask = self._call(self._strategy.interesting, data)
        return None if mask is None else self._call(_checked, mask, len(data))

    def start(self) -> None:
        """Let it begin."""
        self._call(self._strategy.on_start)

    def candle(self, candle: StrategyCandle) -> None:
        """Tell it of a candle that has closed."""
        self._context.prediction = self._predictions.get(candle.open_time) if self._predictions else None
        self._call(self._strategy.on_candle, candle)
        self._context.prediction = None

    def fills(self, fills: Iterable[Fill]) -> None:
        """Tell it of executions, one by one."""
        if not self._hears_of_fills:
            return
        instrument = self._context.instrument
        for fill in fills:
            order = PlacedOrder(self._exchange.order(fill.order), instrument)
            self._call(self._strategy.on_fill, OrderFill(order, fill, instrument))

    def stop(self) -> None:
        """Let it end."""
        self._call(self._strategy.on_stop)

    def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        try:
            return function(*arguments)
        except Exception as fault:
            raise StrategyError(self._name, self._context.clock.now_ms(), fault) from fault


def _checked(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Return what says at which candles a strategy is interested; raise `ValueError` where it doesn't fit them."""
    if mask.dtype != np.bool_ or mask.shape != (length,):
        raise ValueError(f"interesting must give a truth value for each of {length} candles")
    return mask
