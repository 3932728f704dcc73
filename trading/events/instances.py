"""What happens to grids and to live strategies alike."""

from enum import StrEnum


class InstanceOrderEvent(StrEnum):
    """What happened to an order of a grid or a strategy."""

    PLACED = "placed"
    FILLED = "filled"
    CANCELLED = "cancelled"


class InstanceTradeEvent(StrEnum):
    """What happened in a trade."""

    EXECUTED = "executed"


class InstanceProfitEvent(StrEnum):
    """What happened to the profit of a grid or a strategy."""

    UPDATED = "updated"


class InstanceLifecycleEvent(StrEnum):
    """What happened to a grid or a strategy."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    ERROR = "error"
