"""Kill switches whose level was set, and nothing else done: whoever threw them is gone, or had no database.

The trading worker does it in their stead, as they would have: the audit says who threw which, why, and how.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import transaction

from streaming.workers.fencing import Fence, lease_hold
from trading.audit.services import Actor
from trading.engine.risk.levels import TradingLevel
from trading.events import KillSwitchScope
from trading.kill_switch.services import (
    CLOSES,
    SwitchTarget,
    known_level,
    switch_activated,
    switch_deactivated,
)
from trading.live.markets import TradedMarket
from trading.models import ActorSource, AuditEntry, KillSwitch

_GRACE = timedelta(seconds=3)
"""Whoever throws a switch has so long to do it; and as long again as they may wait for prices to sell at."""


class UnfinishedSwitch(msgspec.Struct, frozen=True, kw_only=True):
    """What was set, by whom, as the audit's row `number` says; with `closes` what is held is to be sold."""

    number: int
    actor: Actor
    target: SwitchTarget
    level: TradingLevel
    reason: str
    closes: bool


def switches_unfinished(*, now: datetime) -> Sequence[UnfinishedSwitch]:
    """Return those that nobody will finish any more, oldest first."""
    grace = _GRACE + timedelta(seconds=settings.MARKET_QUOTE_SECONDS)
    rows = KillSwitch.objects.filter(unfinished__isnull=False).order_by("unfinished")
    left = [row for row in rows if not now - grace < row.changed_at < now + grace]
    entries = AuditEntry.objects.in_bulk([row.unfinished for row in left]) if left else {}
    return [_unfinished(row, entries[row.unfinished]) for row in left if row.unfinished in entries]


@transaction.atomic
def switch_finish(
    unfinished: UnfinishedSwitch,
    *,
    markets: Mapping[str, TradedMarket] | None,
    fence: Fence | None,
    now: datetime,
) -> bool:
    """Do what is left of a switch; return whether anybody else hadn't.

    `markets` are those by which what is held is sold, where the switch closes positions. Raise `LeaseLostError` where
    another worker has the lease, and what stopping raises where no account can be stopped.
    """
    free = KillSwitch.objects.select_for_update(skip_locked=True, of=("self",)).filter(unfinished=unfinished.number)
    if free.first() is None:
        return False
    if unfinished.level is TradingLevel.ACTIVE:
        switch_deactivated(
            actor=unfinished.actor,
            target=unfinished.target,
            reason=unfinished.reason,
            unfinished=unfinished.number,
            now=now,
        )
    else:
        switch_activated(
            actor=unfinished.actor,
            target=unfinished.target,
            level=unfinished.level,
            reason=unfinished.reason,
            markets=markets,
            unfinished=unfinished.number,
            now=now,
        )
    lease_hold(fence)
    return True


def _unfinished(row: KillSwitch, entry: AuditEntry) -> UnfinishedSwitch:
    return UnfinishedSwitch(
        number=entry.number,
        actor=Actor(user_id=entry.actor_id, name=entry.actor, source=ActorSource(entry.source), address=entry.address),
        target=SwitchTarget(scope=KillSwitchScope(row.scope), owner_id=entry.owner_id, instance=row.instance),
        level=known_level(row.level),
        reason=entry.reason,
        closes=bool(json.loads(entry.after).get(CLOSES)),
    )
