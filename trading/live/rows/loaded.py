"""A sub-account in memory: the engine's objects, and which rows they are stored in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from streaming.indicators.bar import PricesAndVolume
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.recordings.journal import StepJournal
from trading.engine.live.recordings.recording import RecordedGrid
from trading.engine.live.state import GapMemory, GridEvent, LotState, SubAccountChanges, SubAccountState
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.state import StrategyEvent
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.predictions import PredictionSource
from trading.instruments import StoredInstruments
from trading.models import Grid, Strategy, SubAccount, TradingAccount
from trading.price_models.selectors import ModelName

GateOf = Callable[[SubAccount], OrderGate]
"""Returns what is asked before each order of a grid's sub-account, or a strategy's."""


@dataclass(slots=True)
class StoredLot:
    """A lot and its row."""

    id: int
    number: int
    state: LotState


@dataclass(slots=True)
class StoredLevel:
    """A gap of a grid, its row, and what of the row isn't the gap's."""

    id: int
    gap: GapMemory
    shown: tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class StoredRows:
    """The rows of a sub-account: open orders by number, balances and lots by asset, levels by gap.

    `grid` and `strategy` are the columns of what it is a part of; of a strategy `deliveries` and `signals` are counted.
    """

    orders: dict[int, str] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    lots: dict[str, list[StoredLot]] = field(default_factory=dict)
    levels: dict[int, StoredLevel] = field(default_factory=dict)
    grid: Mapping[str, Any] = field(default_factory=dict)
    strategy: Mapping[str, Any] = field(default_factory=dict)
    deliveries: int = 0
    signals: int = 0


@dataclass(slots=True)
class LoadedJournal:
    """What reaches a sub-account, where that is recorded; `state` and `grid` are as they were loaded.

    `is_new` until some of it was stored; one that `has_ended` isn't recorded before it is loaded again.
    """

    journal: StepJournal
    state: SubAccountState
    grid: RecordedGrid | None = None
    is_new: bool = True
    has_ended: bool = False


class ModelOfStrategy(PredictionSource, Protocol):
    """The model that a strategy asks, shared by all that ask it."""

    @property
    def name(self) -> ModelName: ...

    @property
    def needed_from(self) -> int | None:
        """From which open time (ms) on it waits for candles of the past; None where it waits for none."""
        ...

    def warming_up(self, history: Iterable[PricesAndVolume], last: Iterable[PricesAndVolume]) -> Iterator[None]:
        """Take all candles of the past that there are, step by step, and then those that were told meanwhile."""
        ...


@dataclass(slots=True, kw_only=True)
class LoadedSubAccount:
    """A sub-account as it was stored under `version`, and what has happened to it in memory since.

    `row` has its account, and its grid or strategy, if it is one's; `grid` or `strategy` drives that. Change the
    engine's objects, then store.
    Where it is recorded, `journal` is what has reached it; `model` is what its strategy asks, where it asks any.
    """

    row: SubAccount
    engine: PaperSubAccount
    grid: GridDriver | None
    version: int
    rows: StoredRows
    instruments: StoredInstruments
    journal: LoadedJournal | None = None
    strategy: StrategyDriver | None = None
    model: ModelOfStrategy | None = None

    @property
    def driver(self) -> GridDriver | StrategyDriver | None:
        """What drives its grid or its strategy; None for an account's own hand."""
        return self.grid or self.strategy

    @property
    def account(self) -> TradingAccount:
        """Whose part it is."""
        return self.row.account

    @property
    def owner_id(self) -> int:
        """The user whose it is."""
        return self.row.account.owner_id

    @property
    def grid_row(self) -> Grid | None:
        """The grid whose it is; None for any other."""
        return self.row.grid

    @property
    def strategy_row(self) -> Strategy | None:
        """The strategy whose it is; None for any other."""
        return self.row.strategy

    @property
    def instance_symbol(self) -> str:
        """What its grid or its strategy trades; empty for an account's own hand."""
        instance = self.row.grid or self.row.strategy
        return "" if instance is None else instance.symbol

    def order_id(self, number: int) -> str:
        """Return the id of an open order by its number."""
        return self.rows.orders[number]


class StoredChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What was stored of a sub-account, for those who are to be told of it.

    `order_ids` are by number those of all orders in `changes`, ended ones too.
    """

    loaded: LoadedSubAccount
    changes: SubAccountChanges
    order_ids: Mapping[int, str]
    grid_events: tuple[GridEvent, ...] = ()
    strategy_events: tuple[StrategyEvent, ...] = ()
