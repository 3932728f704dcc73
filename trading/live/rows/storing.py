"""Stores what has happened to sub-accounts, grids and strategies: all of it in one transaction, or nothing.

A sub-account that another has changed since it was loaded isn't stored: `StaleVersionError` names it.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from streaming.batches import batched
from trading.engine.live.strategies.state import StrategyEvent
from trading.live.errors import StaleVersionError, UnbalancedBooksError
from trading.live.rows.changed_rows import (
    ChangedRows,
    books_balance,
    note_assets,
    note_grid,
    note_orders,
    note_strategy,
    note_sub_account,
)
from trading.live.rows.loaded import LoadedSubAccount, StoredChanges
from trading.live.rows.recorded_rows import steps_store
from trading.models import SUB_ACCOUNTS_IN_A_QUERY, SubAccount


@transaction.atomic(savepoint=False)
def sub_accounts_store(loaded: Collection[LoadedSubAccount], *, now: datetime) -> tuple[StoredChanges, ...]:
    """Store what has changed in memory since it was loaded or last stored; return it, of those in which something has.

    Each of these becomes a version newer. Raise `StaleVersionError` where a row's version isn't the loaded one.
    Whatever is raised, and where the transaction around this is rolled back, nothing is stored: drop what is in memory,
    and load it again.
    """
    _lock(loaded)
    versions = {one.row.pk: one.version for one in loaded}
    rows = ChangedRows(now=now)
    stored = tuple(changes for one in loaded if (changes := _noted(rows, one)) is not None)
    rows.write()
    steps_store(loaded, versions=versions, now=now)
    return stored


def _lock(loaded: Collection[LoadedSubAccount]) -> None:
    versions = {one.row.pk: one.version for one in loaded}
    stored: dict[int, int] = {}
    for ids in batched(sorted(versions), SUB_ACCOUNTS_IN_A_QUERY):
        rows = SubAccount.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        stored |= dict(rows.values_list("pk", "version"))
    stale = [pk for pk, version in versions.items() if stored.get(pk) != version]
    if stale:
        raise StaleVersionError(stale)


def _noted(rows: ChangedRows, one: LoadedSubAccount) -> StoredChanges | None:
    changes = one.engine.take_changes()
    grid_events = one.grid.take_events() if one.grid is not None else ()
    if not books_balance(changes.state):
        raise UnbalancedBooksError(one.row.pk)
    has_changed = bool(changes.orders or changes.assets)
    if one.grid is not None:
        has_changed |= note_grid(rows, one, one.grid.memory())
    strategy_events: tuple[StrategyEvent, ...] = ()
    if one.strategy is not None:
        before = one.rows.strategy
        strategy_events = note_strategy(rows, one, one.strategy)
        has_changed |= one.rows.strategy != before
    if not has_changed:
        return None
    note_sub_account(rows, one, changes.state)
    note_assets(rows, one, changes)
    order_ids = note_orders(rows, one, changes)
    return StoredChanges(
        loaded=one,
        changes=changes,
        order_ids=order_ids,
        grid_events=grid_events,
        strategy_events=strategy_events,
    )
