"""Builds sub-accounts, grids and strategies from their rows; a few queries for a thousand of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from streaming.batches import batched
from streaming.events import Interval
from streaming.garbage_collection import collection_paused
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeSchedule
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.recordings.journal import RecordedGridDriver, RecordedSubAccount, StepJournal
from trading.engine.live.recordings.recording import RecordedGrid
from trading.engine.live.state import BalanceState, GridMemory, LotState, OrderMemory, SubAccountState
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.slippage import Slippage
from trading.engine.risk.gate import OrderGate
from trading.instruments import StoredInstruments
from trading.live.rows.grid_rows import LEVEL_COLUMNS, grid_columns, level_of, memory_of, parameters_of
from trading.live.rows.loaded import GateOf, LoadedJournal, LoadedSubAccount, StoredLot, StoredRows
from trading.live.rows.order_rows import READ_COLUMNS, order_memory
from trading.live.rows.strategy_rows import (
    call_guard,
    deliveries_of,
    installed_strategy,
    processor_ms,
    strategy_columns,
    strategy_limits,
    strategy_memory_of,
)
from trading.models import (
    OPEN_ORDERS,
    SUB_ACCOUNTS_IN_A_QUERY,
    Balance,
    Grid,
    GridLevel,
    Lot,
    Order,
    StrategyDelivery,
    SubAccount,
)

_BALANCE_COLUMNS = ("sub_account_id", "id", "asset", "free", "locked")
_LOT_COLUMNS = ("sub_account_id", "id", "asset", "number", "opened_by", "amount", "cost")
_Rows = Mapping[int, list[dict[str, Any]]]


def sub_accounts_load(
    ids: Collection[int],
    *,
    lock: bool,
    instruments: StoredInstruments | None = None,
    gate_of: GateOf | None = None,
    with_deliveries: bool = True,
) -> dict[int, LoadedSubAccount]:
    """Return those of the sub-accounts that exist, by id; with `lock`, locked until the transaction ends.

    Their rows are locked in the order of their ids, so that nobody waits for another in a circle. Without `lock`, what
    is read may be of two versions where another stores meanwhile; then storing it raises `StaleVersionError`. `gate_of`
    gives the gate that each grid's orders pass; `instruments` are shared by whoever loads often. `with_deliveries` of
    strategies, which are the more the longer they run, these can be warmed up; whoever only looks or stops needs none.
    """
    known = StoredInstruments() if instruments is None else instruments
    loaded: dict[int, LoadedSubAccount] = {}
    with collection_paused():
        for batch in batched(sorted(ids), SUB_ACCOUNTS_IN_A_QUERY):
            loaded |= _loaded(batch, known, gate_of, lock=lock, with_deliveries=with_deliveries)
    return loaded


def _loaded(
    ids: Sequence[int], instruments: StoredInstruments, gate_of: GateOf | None, *, lock: bool, with_deliveries: bool
) -> dict[int, LoadedSubAccount]:
    rows = _sub_accounts(ids, lock=lock)  # first: what is read after may only be newer, which storing notices
    balances = _by_sub_account(Balance.objects.filter(sub_account_id__in=ids).order_by("id"), _BALANCE_COLUMNS)
    lots = _by_sub_account(Lot.objects.filter(sub_account_id__in=ids).order_by("number"), _LOT_COLUMNS)
    is_open = Order.objects.filter(sub_account_id__in=ids, state__in=OPEN_ORDERS).order_by("number")
    orders = _by_sub_account(is_open, READ_COLUMNS)
    levels = _levels([row.grid_id for row in rows if row.grid_id is not None])
    deliveries = _deliveries([row.strategy_id for row in rows if row.strategy_id is not None and with_deliveries])
    instruments.load(_symbols(rows, orders))
    found = {}
    for row in rows:
        read = _read(row, balances[row.pk], lots[row.pk], orders[row.pk], instruments)
        if row.grid_id is not None:
            read = _with_grid(read, levels[row.grid_id], instruments, gate_of)
        elif row.strategy_id is not None:
            read = _with_strategy(read, deliveries[row.strategy_id], gate_of)
        found[row.pk] = read
    return found


def _sub_accounts(ids: Sequence[int], *, lock: bool) -> list[SubAccount]:
    rows = SubAccount.objects.filter(pk__in=ids).order_by("pk")
    if lock:  # by itself: where it waits, what is joined to it would be read as it was before
        list(rows.select_for_update().values_list("pk"))
    return list(rows.select_related("account", "grid", "strategy"))


def _by_sub_account(rows: QuerySet[Any], columns: tuple[str, ...]) -> _Rows:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.values(*columns):
        found[row["sub_account_id"]].append(row)
    return found


def _levels(grids: list[str]) -> Mapping[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    if grids:
        for row in GridLevel.objects.filter(grid_id__in=grids).order_by("gap").values(*LEVEL_COLUMNS):
            found[row["grid_id"]].append(row)
    return found


def _deliveries(strategies: list[str]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    if strategies:
        rows = StrategyDelivery.objects.filter(strategy_id__in=strategies).order_by("number")
        for strategy_id, delivery in rows.values_list("strategy_id", "delivery"):
            found[strategy_id].append(delivery)
    return found


def _symbols(rows: Iterable[SubAccount], orders: _Rows) -> set[str]:
    of_instances = {instance.symbol for row in rows if (instance := row.grid or row.strategy) is not None}
    return of_instances | {order["symbol"] for one in orders.values() for order in one}


def _read(
    row: SubAccount,
    balances: list[dict[str, Any]],
    lots: list[dict[str, Any]],
    orders: list[dict[str, Any]],
    instruments: StoredInstruments,
) -> LoadedSubAccount:
    stored = StoredRows(
        orders={order["number"]: order["id"] for order in orders},
        balances={balance["asset"]: balance["id"] for balance in balances},
        lots=_stored_lots(lots),
    )
    memories = tuple(order_memory(order, instruments[order["symbol"]]) for order in orders)
    state = _state(row, balances, stored.lots, memories)
    is_recorded = settings.TRADING_RECORDING and row.strategy_id is None
    journal = LoadedJournal(StepJournal(), state) if is_recorded else None
    return LoadedSubAccount(
        row=row,
        engine=_engine(row, state, instruments, journal),
        grid=None,
        version=row.version,
        rows=stored,
        instruments=instruments,
        journal=journal,
    )


def _engine(
    row: SubAccount, state: SubAccountState, instruments: StoredInstruments, journal: LoadedJournal | None
) -> PaperSubAccount:
    terms = {"fees": _fees(row), "slippage": Slippage(settings.PAPER_SLIPPAGE), "instruments": instruments}
    if journal is None:
        return PaperSubAccount(state, **terms)  # type: ignore[arg-type]  # as they are above
    return RecordedSubAccount(state, journal=journal.journal, **terms)


def _stored_lots(rows: Iterable[dict[str, Any]]) -> dict[str, list[StoredLot]]:
    lots: defaultdict[str, list[StoredLot]] = defaultdict(list)
    for row in rows:
        state = LotState(row["opened_by"], amount_of(row["amount"]), amount_of(row["cost"]))
        lots[row["asset"]].append(StoredLot(row["id"], row["number"], state))
    return dict(lots)


def _state(
    row: SubAccount,
    balances: Iterable[dict[str, Any]],
    lots: Mapping[str, list[StoredLot]],
    orders: tuple[OrderMemory, ...],
) -> SubAccountState:
    amounts = {one["asset"]: BalanceState(amount_of(one["free"]), amount_of(one["locked"])) for one in balances}
    return SubAccountState(
        quote=row.quote,
        deposited=amount_of(row.deposited),
        realised=amount_of(row.realised),
        fees=amount_of(row.fees),
        fills=row.fills,
        placed=row.placed,
        balances={asset: balance for asset, balance in amounts.items() if balance.free or balance.locked},
        lots={asset: tuple(lot.state for lot in held) for asset, held in lots.items()},
        orders=orders,
    )


def _fees(row: SubAccount) -> FeeSchedule:
    if row.grid is not None:
        return FeeSchedule(maker=row.grid.fee_rate, taker=row.grid.fee_rate)
    return FeeSchedule(maker=row.account.maker_fee, taker=row.account.taker_fee)


def _with_grid(
    loaded: LoadedSubAccount, levels: list[dict[str, Any]], instruments: StoredInstruments, gate_of: GateOf | None
) -> LoadedSubAccount:
    grid = loaded.row.grid
    assert grid is not None  # noqa: S101 - the caller has looked
    instrument = instruments[grid.symbol]
    loaded.rows.levels = {level.gap.gap: level for level in (level_of(row, instrument) for row in levels)}
    memory = memory_of(grid, (level.gap for level in loaded.rows.levels.values()), instrument)
    loaded.grid = _driver(loaded, grid, memory, gate=None if gate_of is None else gate_of(loaded.row))
    loaded.rows.grid = grid_columns(grid, loaded.grid, memory, instrument)
    return loaded


def _driver(loaded: LoadedSubAccount, grid: Grid, memory: GridMemory, *, gate: OrderGate | None) -> GridDriver:
    journal, parameters, instrument = loaded.journal, parameters_of(grid), loaded.instruments[grid.symbol]
    given = {"name": grid.pk, "instrument": instrument, "parameters": parameters, "memory": memory, "gate": gate}
    if journal is None:
        return GridDriver(loaded.engine, **given)  # type: ignore[arg-type]  # as they are above
    journal.grid = RecordedGrid(name=grid.pk, symbol=grid.symbol, parameters=parameters, memory=memory)
    return RecordedGridDriver(loaded.engine, journal=journal.journal, **given)  # type: ignore[arg-type]


def _with_strategy(loaded: LoadedSubAccount, deliveries: list[str], gate_of: GateOf | None) -> LoadedSubAccount:
    row = loaded.row.strategy
    assert row is not None  # noqa: S101 - the caller has looked
    installed = installed_strategy(row, loaded.instruments[row.symbol])
    memory = strategy_memory_of(row)
    loaded.strategy = StrategyDriver(
        loaded.engine,
        name=row.pk,
        strategy=installed.strategy,
        parameters=installed.parameters,
        instrument=loaded.instruments[row.symbol],
        interval=Interval(row.interval),
        memory=memory,
        deliveries=deliveries_of(deliveries),
        gate=None if gate_of is None else gate_of(loaded.row),
        limits=strategy_limits(),
        cpu_ms=processor_ms,
        guard=call_guard(),
    )
    loaded.rows.strategy = strategy_columns(memory)
    loaded.rows.deliveries, loaded.rows.signals = memory.deliveries, memory.signals
    return loaded
