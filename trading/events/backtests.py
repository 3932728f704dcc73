"""What users are told of their backtests: how far one is, and that it started or ended."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from streaming.events import JsonText, NamedEvent, Update


class BacktestPhase(StrEnum):
    """What a backtest does now: it fetches the candles that are missing, or runs over them."""

    CANDLES = "candles"
    RUN = "run"


class BacktestProgress(NamedEvent, frozen=True, kw_only=True, tag="backtest_progress"):
    """How far a backtest is in its phase: `progress` from 0 to 1, `current_date` as `2024-06-15`."""

    event: Update = Update.UPDATE
    id: str
    phase: BacktestPhase = BacktestPhase.RUN
    progress: Decimal
    current_date: str
    trades_count: int
    current_equity: Decimal


class BacktestState(StrEnum):
    """The life of a backtest."""

    CREATED = "created"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"


class BacktestLifecycleEvent(StrEnum):
    """What happened to a backtest."""

    STARTED = "started"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"


class BacktestLifecycle(NamedEvent, frozen=True, kw_only=True, tag="backtest_lifecycle"):
    """A backtest started or ended; `metrics` are told when it is completed."""

    event: BacktestLifecycleEvent
    id: str
    state: BacktestState
    reason: str | None = None
    metrics: JsonText | msgspec.UnsetType = msgspec.UNSET
