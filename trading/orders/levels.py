"""Whether anything may be ordered now, as the kill switch says: asked before something that will order is started."""

from trading.engine.risk.levels import TradingLevel
from trading.kill_switch.selectors import level_for, reason_for
from trading.orders.errors import TradingHaltedError

_WORDS = {
    TradingLevel.HALTED: "Trading is halted",
    TradingLevel.REDUCE_ONLY: "Only orders that make a position smaller are taken",
}


def check_may_order(owner_id: int, instance_id: str = "") -> None:
    """Raise `TradingHaltedError` where a user, or one of their grids or strategies, may not order everything."""
    level = level_for(owner_id, instance_id)
    if level is not TradingLevel.ACTIVE:
        raise TradingHaltedError(_WORDS[level], reason_for(owner_id, instance_id), level)
