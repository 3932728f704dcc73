"""The choices of the tables, from the enums of the pure core."""

from django.db import models

from streaming.database.choices import choices_of
from streaming.events import Interval, Side
from trading.engine.fees import Liquidity
from trading.engine.grid.state import GridState
from trading.engine.live.strategies.state import StrategyState
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce
from trading.engine.risk.levels import TradingLevel
from trading.engine.strategies.signals import SignalAction
from trading.events import KillSwitchScope
from trading.learning.kinds import ModelKind

SIDES = choices_of(Side)
ORDER_TYPES = choices_of(OrderType)
ORDER_STATES = choices_of(OrderState)
TIMES_IN_FORCE = choices_of(TimeInForce)
LIQUIDITIES = choices_of(Liquidity)
GRID_STATES = choices_of(GridState)
STRATEGY_STATES = choices_of(StrategyState)
SIGNAL_ACTIONS = choices_of(SignalAction)
INTERVALS = choices_of(Interval)
LEVELS = choices_of(TradingLevel)
MODEL_KINDS = choices_of(ModelKind)
KILL_SWITCH_SCOPES = choices_of(KillSwitchScope)


class ActorSource(models.TextChoices):
    """From where something was done."""

    REST = "rest", "REST"
    WEBSOCKET = "websocket", "WebSocket"
    ADMIN = "admin", "Admin"
    COMMAND_LINE = "command_line", "Command line"
    WORKER = "worker", "Worker"
