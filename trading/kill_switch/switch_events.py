"""What is told when the kill switch is thrown: to all whom it concerns, and by each grid and strategy that it stops."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import transaction

from streaming.stored_events.event_outbox import PendingEvent
from streaming.times import milliseconds
from trading.audit.services import Actor
from trading.engine.risk.gate import RiskCode
from trading.engine.risk.levels import TradingLevel
from trading.events import Affected, GridRisk, GridRiskEvent, KillSwitchScope, StrategyRisk, StrategyRiskEvent
from trading.live.changing import wake_worker
from trading.live.events.change_events import kill_switch_event
from trading.live.events.outbox import OUTBOX
from trading.live.rows.loaded import LoadedSubAccount


class Target(Protocol):
    """For whom a switch is."""

    @property
    def scope(self) -> KillSwitchScope:
        """For all, for a user, or for a grid."""
        ...

    @property
    def owner_id(self) -> int | None:
        """The user whom it concerns; None for all."""
        ...

    @property
    def id(self) -> str | None:
        """The user's or the grid's id; None for all."""
        ...


def switch_told(
    *,
    actor: Actor,
    target: Target,
    level: TradingLevel,
    reason: str,
    affected: Affected,
    driven: Iterable[LoadedSubAccount],
    now: datetime,
) -> None:
    """Have it told, once this transaction has committed."""
    event = kill_switch_event(
        time=milliseconds(now),
        owner="" if target.owner_id is None else str(target.owner_id),
        is_active=level is not TradingLevel.ACTIVE,
        scope=target.scope,
        of=target.id,
        reason=reason,
        by=actor.name,
        affected=affected,
    )
    of_driven = (
        PendingEvent(
            event=(_of_strategy if one.grid is None else _of_grid)(one, level, reason, now),
            owner_id=one.owner_id,
            subject_id=one.row.pk,
        )
        for one in driven
    )
    OUTBOX.append([PendingEvent(event=event, owner_id=target.owner_id), *of_driven], now=now)
    transaction.on_commit(wake_worker)


def _of_grid(loaded: LoadedSubAccount, level: TradingLevel, reason: str, now: datetime) -> GridRisk:
    return GridRisk(
        time=milliseconds(now),
        owner=str(loaded.owner_id),
        channel=f"grid.{loaded.row.grid_id}.risk",
        event=GridRiskEvent.KILL_SWITCH,
        grid_id=str(loaded.row.grid_id),
        check="kill_switch",
        passed=False,
        code=RiskCode.HALTED.value,
        message=reason,
        level=level,
    )


def _of_strategy(loaded: LoadedSubAccount, level: TradingLevel, reason: str, now: datetime) -> StrategyRisk:
    return StrategyRisk(
        time=milliseconds(now),
        owner=str(loaded.owner_id),
        channel=f"strategy.{loaded.row.strategy_id}.risk",
        event=StrategyRiskEvent.KILL_SWITCH,
        strategy_id=str(loaded.row.strategy_id),
        check="kill_switch",
        passed=False,
        code=RiskCode.HALTED.value,
        message=reason,
        level=level,
    )
