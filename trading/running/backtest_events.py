"""What users are told of their backtests, as events."""

from decimal import Decimal
from typing import Any

import msgspec

from streaming.fan_out.hub import Hub
from streaming.times import iso_time
from trading.backtests.metrics_json import metrics_json
from trading.events import BacktestLifecycle, BacktestLifecycleEvent, BacktestPhase, BacktestProgress, BacktestState
from trading.models import Backtest

_DAY = len("2024-06-15")
_STEP = Decimal("0.0001")
_EVENT_OF = {
    BacktestState.RUNNING: BacktestLifecycleEvent.STARTED,
    BacktestState.COMPLETED: BacktestLifecycleEvent.COMPLETED,
    BacktestState.CANCELLED: BacktestLifecycleEvent.CANCELLED,
    BacktestState.ERROR: BacktestLifecycleEvent.ERROR,
}


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """How far a backtest is: `progress` from 0 to 1 in its phase, at `time` (ms) of its candles."""

    phase: BacktestPhase
    progress: float
    time: int
    fills: int
    equity: Decimal


async def advance_tell(hub: Hub, backtest: Backtest, advance: Advance, *, now_ms: int) -> None:
    """Tell how far a backtest is."""
    await hub.publish(
        BacktestProgress(
            channel=f"backtest.{backtest.pk}.progress",
            owner=str(backtest.owner_id),
            time=now_ms,
            id=backtest.pk,
            phase=advance.phase,
            progress=Decimal(str(advance.progress)).quantize(_STEP),
            current_date=iso_time(advance.time)[:_DAY],
            trades_count=advance.fills,
            current_equity=advance.equity,
        )
    )


async def state_tell(hub: Hub, backtest: Backtest, *, now_ms: int) -> None:
    """Tell in which state a backtest is; of one that waits anew there is nothing to tell."""
    state = BacktestState(backtest.state)
    if state not in _EVENT_OF:
        return
    metrics: dict[str, Any] = {}
    if state is BacktestState.COMPLETED and backtest.metrics is not None:
        metrics["metrics"] = metrics_json(backtest.metrics)
    await hub.publish(
        BacktestLifecycle(
            channel=f"backtest.{backtest.pk}.lifecycle",
            owner=str(backtest.owner_id),
            time=now_ms,
            event=_EVENT_OF[state],
            id=backtest.pk,
            state=state,
            reason=backtest.reason or None,
            **metrics,
        )
    )
