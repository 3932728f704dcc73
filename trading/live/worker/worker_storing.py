"""What the worker reads when it begins, and how it stores what the market has done: behind the fence of its lease."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog
from django.db import transaction
from django.db.models import Q

from streaming.batches import batched
from streaming.database.errors import DATABASE_OUTAGES
from streaming.stored_events.event_outbox import OutboxRow
from streaming.workers.fencing import Fence, idle_limit, lease_hold
from trading.engine.live.state import InstanceFigures
from trading.live.changing import changes_store
from trading.live.errors import StaleVersionError
from trading.live.events.outbox import OUTBOX
from trading.live.rows.loaded import LoadedSubAccount, StoredChanges
from trading.models import (
    ENDED_GRIDS,
    ENDED_STRATEGIES,
    OF_ACTIVE_INSTANCES,
    OPEN_ORDERS,
    SUB_ACCOUNTS_IN_A_QUERY,
    MarketPosition,
    SubAccount,
)
from trading.signals.track_records import RecordsByHorizon

logger = structlog.get_logger(__name__)


class StoredPosition(msgspec.Struct, frozen=True):
    """How far a symbol's trades are stored: the last one's id, and its time in ms."""

    symbol: str
    source: str
    trade_id: int
    time: int


def active_sub_accounts() -> frozenset[int]:
    """Return the sub-accounts that have something to do: with open orders, or of what has not ended."""
    found = SubAccount.objects.filter(Q(orders__state__in=OPEN_ORDERS) | OF_ACTIVE_INSTANCES)
    return frozenset(found.values_list("pk", flat=True))


class ChangedSubAccounts(NamedTuple):
    """The sub-accounts that another has changed, those of what has `ended` apart; and the users whose they are.

    Those have nothing to do any more, so that there is no need to load them.
    """

    active: frozenset[int]
    ended: frozenset[int]
    owner_ids: frozenset[int]


def changed_sub_accounts(versions: Mapping[int, int]) -> ChangedSubAccounts:
    """Return those whose row is of a later version than the one that is known; 0 where none is."""
    active, ended, owner_ids = set[int](), set[int](), set[int]()
    for ids in batched(sorted(versions), SUB_ACCOUNTS_IN_A_QUERY):
        rows = SubAccount.objects.filter(pk__in=ids)
        columns = ("pk", "version", "grid__state", "strategy__state", "account__owner")
        for pk, version, grid, strategy, owner_id in rows.values_list(*columns):
            if version > versions[pk]:
                (ended if grid in ENDED_GRIDS or strategy in ENDED_STRATEGIES else active).add(pk)
                owner_ids.add(owner_id)
    return ChangedSubAccounts(frozenset(active), frozenset(ended), frozenset(owner_ids))


def positions_read(source: str) -> dict[str, StoredPosition]:
    """Return how far the symbols of a source are stored."""
    columns = ("symbol", "source", "trade_id", "time")
    return {row[0]: StoredPosition(*row) for row in MarketPosition.objects.filter(source=source).values_list(*columns)}


class StoredTurn(NamedTuple):
    """What a turn has stored, and what of it can be told at once; `others_wait` of which some are told before that."""

    changes: Sequence[StoredChanges]
    told: Sequence[OutboxRow]
    others_wait: bool


@transaction.atomic
def live_store(
    touched: Collection[LoadedSubAccount],
    *,
    figures: Mapping[int, InstanceFigures],
    records: Mapping[str, RecordsByHorizon] = {},
    positions: Iterable[StoredPosition],
    published: Collection[int] = (),
    fence: Fence | None,
    now: datetime,
) -> StoredTurn:
    """Store what has changed in memory, what is to be told of it, and how far the market was followed, or nothing.

    What was `published` of the outbox is deleted with it. Raise `StaleVersionError` where another has changed a
    sub-account meanwhile, and `LeaseLostError` where another worker has the lease.
    """
    idle_limit()
    changes, told = changes_store(touched, figures=figures, records=records, now=now)
    OUTBOX.delete(published)
    waiting = OUTBOX.owners_waiting(told)
    _store_positions(positions)
    lease_hold(fence)
    at_once = [row for row in told if row.told.owner_id not in waiting]
    return StoredTurn(changes, at_once, len(at_once) < len(told))


def changes_refused(
    touched: Collection[LoadedSubAccount], *, records: Mapping[str, RecordsByHorizon] = {}, now: datetime
) -> frozenset[int]:
    """Return of which sub-accounts the changes can't be stored, whatever is tried; nothing is stored.

    What is in memory is used up by it, as by storing.
    """
    return frozenset(one.row.pk for one in touched if not _can_be_stored(one, records, now))


def _can_be_stored(one: LoadedSubAccount, records: Mapping[str, RecordsByHorizon], now: datetime) -> bool:
    try:
        with transaction.atomic():
            changes_store([one], figures={}, records=records, now=now)
            transaction.set_rollback(True)
    except (*DATABASE_OUTAGES, StaleVersionError):
        raise
    except Exception:
        logger.exception("what a sub-account did can't be stored", sub_account=one.row.pk, instance=one.row.instance_id)
        return False
    return True


def _store_positions(positions: Iterable[StoredPosition]) -> None:
    rows = [MarketPosition(**msgspec.structs.asdict(position)) for position in positions]
    if not rows:
        return
    MarketPosition.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["symbol", "source"], update_fields=["trade_id", "time"]
    )
