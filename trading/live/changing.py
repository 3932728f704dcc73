"""Storing what has happened to sub-accounts with all that is told of it, and waking whoever is to go on with it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from streaming.events import BaseEvent
from streaming.installed import notices_store
from streaming.market.own_source import own_source
from streaming.stored_events.event_outbox import OutboxRow, PendingEvent
from streaming.workers.wake_ups import wake_soon
from trading.declared_workers import TRADING_WORKER
from trading.engine.live.state import GridFigures, InstanceFigures
from trading.engine.live.strategies.state import StrategySignal
from trading.live.events.change_events import profit_event
from trading.live.events.outbox import OUTBOX
from trading.live.events.stored_events import event_origin, public_signals, stored_events, stored_notices
from trading.live.events.strategy_events import strategy_profit_event
from trading.live.order_counting import order_events_count
from trading.live.rows.loaded import LoadedSubAccount, StoredChanges
from trading.live.rows.storing import sub_accounts_store
from trading.models import OF_HAND, Strategy, SubAccount, TradingAccount
from trading.signals.track_records import RecordsByHorizon


def sub_accounts_changed(loaded: Collection[LoadedSubAccount], *, now: datetime) -> None:
    """Store what has changed in memory, with its events; the trading worker is woken after the commit.

    Raise what `sub_accounts_store` raises; then nothing is stored.
    """
    with transaction.atomic(savepoint=False):
        changes_store(loaded, figures={}, now=now)
        transaction.on_commit(wake_worker)


class ChangesWithEvents(NamedTuple):
    """What was stored, and what of it is to be told, as it stands in the outbox."""

    changes: Sequence[StoredChanges]
    told: Sequence[OutboxRow]


@transaction.atomic(savepoint=False)
def changes_store(
    loaded: Collection[LoadedSubAccount],
    *,
    figures: Mapping[int, InstanceFigures],
    records: Mapping[str, RecordsByHorizon] = {},
    now: datetime,
) -> ChangesWithEvents:
    """Store what has changed in memory with all that is told of it, and return it.

    `figures` are of grids and strategies at the market's price, by sub-account: after an execution it is told what
    they have earned. `records` are of the strategies that were public just before: anyone is told the signals of these.
    """
    changes = sub_accounts_store(list(loaded), now=now)
    transaction.on_commit(lambda: order_events_count(changes))
    public = _still_public(changes, records)
    told = OUTBOX.append([told for stored in changes for told in _told(stored, figures, public)], now=now)
    notices_store([notice for stored in changes for notice in stored_notices(stored)], now=now)
    return ChangesWithEvents(changes, told)


@transaction.atomic(savepoint=False)
def hands_changed(account: TradingAccount, *, now: datetime) -> None:
    """Have the owner told of an account whose hands' rows have changed; the worker is woken after the commit."""
    hands = SubAccount.objects.filter(OF_HAND, account=account).values_list("pk", flat=True)
    OUTBOX.append([PendingEvent(owner_id=account.owner_id, subject_id=hand) for hand in hands], now=now)
    transaction.on_commit(wake_worker)


def wake_worker() -> None:
    """Have the trading worker look at what is stored; nobody waits for it to hear."""
    wake_soon(TRADING_WORKER.name)


def _told(
    stored: StoredChanges, figures: Mapping[int, InstanceFigures], public: Mapping[str, RecordsByHorizon]
) -> list[PendingEvent]:
    """Return the events of a change; of one without any, that there is one."""
    owner_id, sub_account_id = stored.loaded.owner_id, stored.loaded.row.pk
    events: list[BaseEvent | None] = [*stored_events(stored), *_earned(stored, figures)]
    records = public.get(stored.loaded.row.strategy_id or "")
    if records is not None:
        events += public_signals(stored, records=records, source=own_source())
    return [PendingEvent(event=one, owner_id=owner_id, subject_id=sub_account_id) for one in events or [None]]


def _still_public(
    changes: Iterable[StoredChanges], records: Mapping[str, RecordsByHorizon]
) -> Mapping[str, RecordsByHorizon]:
    """Return the records of those with a new signal that are public now: what is in memory doesn't hear of the mark."""
    advised = {
        stored.loaded.row.strategy_id
        for stored in changes
        if stored.loaded.row.strategy_id in records
        and any(isinstance(event, StrategySignal) for event in stored.strategy_events)
    }
    if not advised:
        return {}
    public = Strategy.objects.filter(pk__in=advised, is_public=True)
    return {pk: records[pk] for pk in public.values_list("pk", flat=True)}


def _earned(stored: StoredChanges, figures: Mapping[int, InstanceFigures]) -> Iterator[BaseEvent]:
    """Yield what a grid or a strategy has earned, where something of it was executed."""
    at_price, origin = figures.get(stored.loaded.row.pk), event_origin(stored.loaded)
    times = [event.time for event in stored.changes.events if event.fill is not None]
    if not times:
        return
    if isinstance(at_price, GridFigures):
        yield profit_event(at_price, origin=origin, time=times[-1])
    elif at_price is not None and origin.strategy is not None:
        yield strategy_profit_event(at_price, strategy=origin.strategy.id, owner=origin.owner, time=times[-1])
