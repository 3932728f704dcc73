"""Which rows of a sub-account have changed: what the engine says has happened to it, by table."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from streaming.database.table_changes import TableChanges, tables_write
from trading.engine.amounts import decimal_of
from trading.engine.live.state import GapMemory, GridMemory, LotState, SubAccountChanges, SubAccountState
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.state import StrategyEvent
from trading.engine.live.strategies.state import StrategySignal as EngineSignal
from trading.engine.strategies.registry import algorithm_of, version_of
from trading.ids import new_order_id
from trading.live.rows.account_rows import balance_columns, lot_changes, lot_columns
from trading.live.rows.grid_rows import grid_columns, grid_times, level_columns, shown_levels
from trading.live.rows.loaded import LoadedSubAccount, StoredLevel, StoredLot
from trading.live.rows.order_rows import fill_columns, progress_columns, request_columns
from trading.live.rows.strategy_rows import delivery_columns, signal_columns, strategy_columns, strategy_times
from trading.models import (
    Balance,
    Fill,
    Grid,
    GridLevel,
    Lot,
    Order,
    Strategy,
    StrategyDelivery,
    StrategySignal,
    SubAccount,
)


class ChangedRows:
    """What is to be written at `now` of any number of sub-accounts."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.sub_accounts = TableChanges(SubAccount)
        self.grids = TableChanges(Grid)
        self.levels = TableChanges(GridLevel)
        self.strategies = TableChanges(Strategy)
        self.signals = TableChanges(StrategySignal)
        self.deliveries = TableChanges(StrategyDelivery)
        self.balances = TableChanges(Balance)
        self.lots = TableChanges(Lot)
        self.orders = TableChanges(Order)
        self.fills = TableChanges(Fill)

    def write(self) -> None:
        """Write all of it; orders before their executions."""
        of_instances = (self.grids, self.levels, self.strategies, self.signals, self.deliveries)
        tables_write((self.sub_accounts, *of_instances, self.balances, self.lots, self.orders, self.fills))


def note_sub_account(rows: ChangedRows, one: LoadedSubAccount, state: SubAccountState) -> None:
    """Note the sums of a sub-account, and that it is a version newer."""
    row, today = one.row, rows.now.astimezone(UTC).date()
    if row.begins_day(today):
        row.day, row.realised_before_day = today, row.realised
    one.version += 1
    row.version, row.fills, row.placed = one.version, state.fills, state.placed
    row.deposited, row.realised, row.fees = map(decimal_of, (state.deposited, state.realised, state.fees))
    columns = ("id", "version", "deposited", "realised", "fees", "fills", "placed", "day", "realised_before_day")
    rows.sub_accounts.update({column: getattr(row, column) for column in columns})


def note_assets(rows: ChangedRows, one: LoadedSubAccount, changes: SubAccountChanges) -> None:
    """Note what is held of the assets of which something has changed."""
    for asset in sorted(changes.assets):
        columns = balance_columns(changes.state.balances.get(asset))
        known = one.rows.balances.get(asset)
        if known is None:
            new = {"sub_account_id": one.row.pk, "asset": asset, **columns}
            rows.balances.insert(new, _keep_id(one.rows.balances, asset))
        else:
            rows.balances.update({"id": known, **columns})
        _note_lots(rows, one, asset, changes.state.lots.get(asset, ()))


def note_orders(rows: ChangedRows, one: LoadedSubAccount, changes: SubAccountChanges) -> Mapping[int, str]:
    """Note the orders that are new or have changed, and their executions; return the orders' ids by number."""
    instruments, ids = one.instruments, {}
    for order in changes.orders:
        instrument = instruments[order.symbol]
        columns = progress_columns(order, instrument, rows.now)
        known = one.rows.orders.get(order.number)
        ids[order.number] = known or new_order_id()
        if known is not None:
            rows.orders.update({"id": known, **columns})
        else:
            fixed = {"id": ids[order.number], "account_id": one.row.account_id, "sub_account_id": one.row.pk}
            rows.orders.insert({**fixed, **request_columns(order, instrument), **columns})
        if order.state.is_open:
            one.rows.orders[order.number] = ids[order.number]
        else:
            one.rows.orders.pop(order.number, None)
    for event in changes.events:
        if event.fill is not None:
            columns = fill_columns(event.fill, event.symbol, instruments[event.symbol])
            rows.fills.insert({"order_id": ids[event.fill.order], "sub_account_id": one.row.pk, **columns})
    return ids


def note_grid(rows: ChangedRows, one: LoadedSubAccount, memory: GridMemory) -> bool:
    """Note what a grid remembers, and its levels; return whether anything of it has changed."""
    grid, driver = one.row.grid, one.grid
    assert grid is not None and driver is not None  # noqa: PT018, S101 - the caller has looked
    instrument = one.instruments[grid.symbol]
    columns = grid_columns(grid, driver, memory, instrument)
    has_changed = columns != one.rows.grid
    if has_changed:
        one.rows.grid = columns
        written = {**columns, **grid_times(grid, memory.state, rows.now)}
        for column, value in written.items():
            setattr(grid, column, value)
        rows.grids.update({"id": grid.pk, **written})
    return _note_levels(rows, one, memory) or has_changed


def note_strategy(rows: ChangedRows, one: LoadedSubAccount, driver: StrategyDriver) -> tuple[StrategyEvent, ...]:
    """Note what a strategy remembers, what it was told and what it has advised; return what happened to it."""
    row = one.row.strategy
    assert row is not None  # noqa: S101 - the caller has looked
    events, memory = driver.take_events(), driver.memory()
    columns = strategy_columns(memory)
    if columns != one.rows.strategy:
        one.rows.strategy = columns
        written = {**columns, **strategy_times(row, memory, rows.now)}
        for column, value in written.items():
            setattr(row, column, value)
        rows.strategies.update({"id": row.pk, **written})
    for delivery in driver.take_deliveries():
        one.rows.deliveries += 1
        rows.deliveries.insert({"strategy_id": row.pk, **delivery_columns(delivery, one.rows.deliveries)})
    for event in events:
        if isinstance(event, EngineSignal):
            one.rows.signals += 1
            version, algorithm = version_of(row.strategy), algorithm_of(row.strategy, row.parameters)
            columns = signal_columns(event, one.rows.signals, version, algorithm)
            rows.signals.insert({"strategy_id": row.pk, **columns})
    return events


def books_balance(state: SubAccountState) -> bool:
    """Return whether what a sub-account owns is what was moved in and earned, to the last digit."""
    quote = state.balances.get(state.quote)
    owned = (quote.free + quote.locked) if quote else 0
    return state.deposited + state.realised == owned + sum(lot.cost for lots in state.lots.values() for lot in lots)


def _note_lots(rows: ChangedRows, one: LoadedSubAccount, asset: str, lots: tuple[LotState, ...]) -> None:
    stored = one.rows.lots.get(asset, [])
    changes = lot_changes(stored, lots)
    rows.lots.delete(changes.deleted)
    if changes.shrunk is not None:
        rows.lots.update({"id": changes.shrunk.id, **lot_columns(changes.shrunk.state)})
    number = stored[-1].number if stored else 0
    held = one.rows.lots[asset] = list(changes.kept)
    for state in changes.new:
        number += 1
        lot = StoredLot(0, number, state)
        held.append(lot)
        new = {"sub_account_id": one.row.pk, "asset": asset, "number": number, **lot_columns(state)}
        rows.lots.insert(new, _note_id(lot))


def _note_levels(rows: ChangedRows, one: LoadedSubAccount, memory: GridMemory) -> bool:
    grid = one.row.grid
    assert grid is not None  # noqa: S101 - the caller has looked
    instrument, known = one.instruments[grid.symbol], one.rows.levels
    shown = shown_levels(memory, instrument)
    gone = known.keys() - shown.keys()
    rows.levels.delete(known.pop(gap).id for gap in gone)
    changed = [gap for gap in memory.gaps if _differs(known.get(gap.gap), gap, shown[gap.gap])]
    for gap in changed:
        columns = level_columns(gap, shown[gap.gap], instrument)
        stored = known.get(gap.gap)
        level = known[gap.gap] = StoredLevel(stored.id if stored else 0, gap, shown[gap.gap])
        if stored is None:
            rows.levels.insert({"grid_id": grid.pk, "gap": gap.gap, **columns}, _note_id(level))
        else:
            rows.levels.update({"id": stored.id, **columns})
    return bool(gone or changed)


def _differs(stored: StoredLevel | None, gap: GapMemory, shown: tuple[Any, ...]) -> bool:
    return stored is None or stored.gap != gap or stored.shown != shown


def _keep_id(ids: dict[str, int], name: str) -> Any:
    return lambda pk: ids.__setitem__(name, pk)


def _note_id(row: StoredLot | StoredLevel) -> Any:
    def note(pk: int) -> None:
        row.id = pk

    return note
