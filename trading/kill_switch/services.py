"""What throws the kill switch. Activating blocks first, in a transaction of its own; then it cancels, and reports.

Until the second transaction has committed the switch is `unfinished`: the trading worker does it where whoever threw
the switch is gone. Deactivating resumes nothing: what was stopped is started anew by whoever wants it.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import msgspec
import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from streaming.batches import batched
from streaming.commands.errors import CommandRefusedError, PermissionDeniedError
from streaming.commands.outcome import CommandErrorCode
from streaming.database.partial_storage import store_in_parts
from streaming.garbage_collection import collection_paused
from trading.audit.services import Actor, audit_append
from trading.engine.risk.levels import TradingLevel
from trading.events import Affected, KillSwitchScope
from trading.kill_switch.barrier import pass_to_switch
from trading.kill_switch.stopping import accounts_stop
from trading.kill_switch.switch_events import switch_told
from trading.live.markets import TradedMarket
from trading.models import OF_ACTIVE_INSTANCES, SUB_ACCOUNTS_IN_A_QUERY, AuditEntry, KillSwitch, SubAccount

logger = structlog.get_logger(__name__)

CLOSES = "close_positions"
"""So the audit says that positions are to be closed."""
_STRICTNESS = {level: strictness for strictness, level in enumerate(TradingLevel)}


class SwitchTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a switch is for: all, a user, or a grid or a strategy of a user (`owner_id`)."""

    scope: KillSwitchScope
    owner_id: int | None = None
    instance: str = ""

    @property
    def id(self) -> str | None:
        """The id of the user, the grid or the strategy; None for all."""
        return self.instance or (None if self.owner_id is None else str(self.owner_id))

    def sub_accounts(self) -> QuerySet[SubAccount]:
        """Return the sub-accounts that it concerns."""
        concerned = Q(grid_id=self.instance) | Q(strategy_id=self.instance) if self.instance else Q()
        if self.owner_id is not None:
            concerned &= Q(account__owner_id=self.owner_id)
        return SubAccount.objects.filter(concerned)


@transaction.atomic
def switch_set(
    *,
    actor: Actor,
    target: SwitchTarget,
    level: TradingLevel,
    reason: str,
    may_free: bool,
    now: datetime,
    closes: bool = False,
) -> int:
    """Set what may be ordered from now on, once all who may still order have committed; return what is `unfinished`.

    With it `switch_activated` (with markets where it `closes` positions) or `switch_deactivated` is to be called next.

    What somebody else has activated stays theirs, with their reason, also where it is made stricter: only they, and
    whoever `may_free` it, deactivate it. Raise CONFLICT where activating would allow more than is allowed, and
    `PermissionDeniedError` for deactivating what is another's.
    """
    pass_to_switch()
    row = _row_of(target, now)
    before = known_level(row.level)
    is_others = before is not TradingLevel.ACTIVE and row.changed_by_id != actor.user_id and not may_free
    if level is TradingLevel.ACTIVE:
        if is_others:
            raise PermissionDeniedError
    elif _STRICTNESS[level] < _STRICTNESS[before]:
        message = f"The kill switch is {before.value} already; deactivate it first"
        raise CommandRefusedError(CommandErrorCode.CONFLICT, message)
    row.level, row.changed_at = level.value, now
    if not is_others:
        row.reason, row.changed_by_id = reason, actor.user_id
    verb = "deactivate" if level is TradingLevel.ACTIVE else "activate"
    after = {"level": level.value, **({CLOSES: True} if closes else {})}
    entry = _audited(verb, target, after, before={"level": before.value}, actor=actor, reason=reason, now=now)
    row.unfinished = entry.number
    row.save()
    return entry.number


@collection_paused()
@transaction.atomic
def switch_activated(
    *,
    actor: Actor,
    target: SwitchTarget,
    level: TradingLevel,
    reason: str,
    markets: Mapping[str, TradedMarket] | None,
    unfinished: int,
    now: datetime,
) -> Affected:
    """Stop and cancel what is in the way of a level that was set; with `markets` (by symbol), sell what is held.

    Return what was done. An account that can't be stopped holds up no other: it is logged, and named in the audit.
    Where none can be, raise why.
    """
    _note_finished(unfinished)
    accounts = sorted(set(target.sub_accounts().values_list("account_id", flat=True)))
    stop = partial(accounts_stop, rows=target.sub_accounts(), level=level, markets=markets, now=now)
    done = store_in_parts(accounts, stop)
    if done.refused:
        logger.error("accounts could not be stopped by the kill switch", accounts=sorted(done.refused))
        if not done.stored:
            raise next(iter(done.refused.values()))
    affected = Affected(
        grids_stopped=sum(part.grids_stopped for part in done.stored),
        strategies_stopped=sum(part.strategies_stopped for part in done.stored),
        orders_cancelled=sum(part.orders_cancelled for part in done.stored),
    )
    driven = tuple(one for part in done.stored for one in part.driven)
    switch_told(actor=actor, target=target, level=level, reason=reason, affected=affected, driven=driven, now=now)
    after = {**msgspec.structs.asdict(affected), "not_stopped": sorted(done.refused)}
    _audited("affected", target, after, actor=actor, reason=reason, now=now)
    return affected


@transaction.atomic
def switch_deactivated(*, actor: Actor, target: SwitchTarget, reason: str, unfinished: int, now: datetime) -> Affected:
    """Tell that everything may be ordered again; what still runs asks for the level anew."""
    _note_finished(unfinished)
    affected = Affected()
    _note_changed(target.sub_accounts().filter(OF_ACTIVE_INSTANCES))
    level = TradingLevel.ACTIVE
    switch_told(actor=actor, target=target, level=level, reason=reason, affected=affected, driven=(), now=now)
    return affected


def _note_finished(unfinished: int) -> None:
    """Note that what was unfinished is being done, in the transaction that does it: nobody else does it meanwhile."""
    KillSwitch.objects.filter(unfinished=unfinished).update(unfinished=None)


def _note_changed(rows: QuerySet[SubAccount]) -> None:
    """Let sub-accounts count as changed; locked in one order first, so that no two wait for each other in a circle."""
    ids = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    for batch in batched(ids, SUB_ACCOUNTS_IN_A_QUERY):
        SubAccount.objects.filter(pk__in=batch).update(version=F("version") + 1)


def _row_of(target: SwitchTarget, now: datetime) -> KillSwitch:
    whose = {"user_id": target.owner_id} if target.scope is KillSwitchScope.USER else {"user": None}
    row, _ = KillSwitch.objects.select_for_update(of=("self",)).get_or_create(
        scope=target.scope.value, instance=target.instance, **whose, defaults={"changed_at": now}
    )
    return row


def known_level(level: str) -> TradingLevel:
    """Return a level that is stored; one that isn't known counts as `HALTED`."""
    return TradingLevel(level) if level in _STRICTNESS else TradingLevel.HALTED


def _audited(
    what: str,
    target: SwitchTarget,
    after: Mapping[str, object],
    *,
    actor: Actor,
    reason: str,
    now: datetime,
    before: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Audit that the level was set, in the transaction that sets it; and later what that has `affected`."""
    return audit_append(
        actor=actor,
        action=f"system.kill_switch.{what}",
        owner_id=target.owner_id,
        target=target.id or target.scope.value,
        reason=reason,
        before=before,
        after={"scope": target.scope.value, **after},
        now=now,
    )
