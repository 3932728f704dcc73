"""Strategies of another package, as a deployment's processes find them: by entry points beside what is installed."""

from collections.abc import Mapping
from pathlib import Path

from tests.own_packages import install_package, with_packages_of
from tests.trading.engine.live.strategies.strategies_of_faults import Faulty, NoParameters
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import PlacedOrder
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy

_KEPT = 5
"""So many of its orders rest at a time."""
_PRIME = 1_000_003


class Counting(Strategy[NoParameters]):
    """Orders by all closes that it has ever seen, which it keeps itself; what becomes of its orders it doesn't heed."""

    name = title = description = "counting"
    Parameters = NoParameters

    def __init__(self, parameters: NoParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._seen = 0
        self._resting: list[PlacedOrder] = []

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy at the market, or far below it, or sell, or cancel, or do nothing."""
        self._seen = (self._seen * 31 + int(candle.close * 100)) % _PRIME
        broker, step = self.context.broker, self.context.instrument.step_size * 10
        match self._seen % 4:
            case 0:
                self.context.signal(SignalAction.BUY, reason=str(self._seen))
                broker.buy(quantity=step)
            case 1:
                self._resting.append(broker.buy(quantity=step, price=candle.close * 9 / 10))
            case 2:
                self.context.signal(SignalAction.SELL, reason=str(self._seen))
                broker.sell(quantity=step)
        if len(self._resting) > _KEPT:
            broker.cancel(self._resting.pop(0))


_STRATEGIES = (Counting, Faulty)


def with_own_strategies(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of processes that find these strategies, as a package that is installed in a folder."""
    points = [f"{one.name} = {one.__module__}:{one.__qualname__}" for one in _STRATEGIES]
    install_package(folder, "own-strategies", points)
    return with_packages_of(folder, environment)
