"""The strategies that come along. docs/strategies.md describes them, and how to write one."""

from typing import Any

from trading.engine.strategies.shipped.bollinger_breakout import BollingerBreakout
from trading.engine.strategies.shipped.dca import DollarCostAveraging
from trading.engine.strategies.shipped.donchian_breakout import DonchianBreakout
from trading.engine.strategies.shipped.grid import GridTrading
from trading.engine.strategies.shipped.learned_direction import LearnedDirection
from trading.engine.strategies.shipped.ma_cross import MovingAverageCross
from trading.engine.strategies.shipped.rsi_reversion import RsiReversion
from trading.engine.strategies.strategy import Strategy

SHIPPED: tuple[type[Strategy[Any]], ...] = (
    MovingAverageCross,
    RsiReversion,
    BollingerBreakout,
    DonchianBreakout,
    DollarCostAveraging,
    GridTrading,
    LearnedDirection,
)
