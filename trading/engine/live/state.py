"""What is remembered of a sub-account and of a grid: all that they need to go on as if nothing had happened.

Prices in ticks, quantities in steps, amounts in 10⁻²⁴ of an asset, times in ms since the epoch.
"""

from collections.abc import Mapping

import msgspec

from streaming.events import Side
from trading.engine.accounts.settlement import Fill
from trading.engine.grid.state import GridState
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal
from trading.engine.orders.state import OrderState


class LotState(msgspec.Struct, frozen=True, gc=False):
    """A lot: `opened_by` is the number of the fill that brought it, 0 where it was moved in; its cost with fees."""

    opened_by: int
    amount: int
    cost: int


class BalanceState(msgspec.Struct, frozen=True, gc=False):
    """How much of an asset is free, and how much is set aside for open orders."""

    free: int
    locked: int


class OrderMemory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order of a sub-account. `number` counts the orders of the sub-account, over all of its symbols, from 1.

    `filled_notional`, `fees_in_quote`, `locked` are amounts (`locked` of what the order gives away). `is_taken`:
    it has looked at the book once, and rests; a stop that wasn't reached counts as that. `ahead` are the steps that
    stand before it at its price. `refusal` is why it was rejected, or has expired.
    """

    number: int
    symbol: str
    request: OrderRequest
    placed_at: int
    state: OrderState
    filled: int = 0
    filled_notional: int = 0
    fees_in_quote: int = 0
    locked: int = 0
    is_triggered: bool = False
    is_taken: bool = False
    ahead: int = 0
    refusal: Refusal | None = None

    def order(self) -> Order:
        """Return the order as the exchange has it."""
        return Order(
            number=self.number,
            request=self.request,
            placed_at=self.placed_at,
            state=self.state,
            filled=self.filled,
            filled_notional=self.filled_notional,
            fees_in_quote=self.fees_in_quote,
            locked=self.locked,
            is_triggered=self.is_triggered,
            refusal=self.refusal,
        )


class SubAccountState(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-account: what one hand, or one grid, trades with for one quote asset.

    `deposited` is what was moved in less what was moved out, lots at what they cost; `realised` is net of fees.
    Always: `deposited` + `realised` = total of quote + cost of all lots. `fees` is what all fees were worth in quote
    when they were charged. `fills` and `placed` count the executions and orders that there ever were. `balances` and
    `lots` (oldest first) name only assets that are held; `orders` are the open ones, oldest first.
    """

    quote: str
    deposited: int = 0
    realised: int = 0
    fees: int = 0
    fills: int = 0
    placed: int = 0
    balances: Mapping[str, BalanceState] = {}
    lots: Mapping[str, tuple[LotState, ...]] = {}
    orders: tuple[OrderMemory, ...] = ()


class LiveOrderEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened to an order of a sub-account: the order as it stood right after it.

    `position` is how much of the symbol's base was held then, an amount.
    """

    kind: OrderEventKind
    symbol: str
    time: int
    order: OrderMemory
    position: int
    fill: Fill | None = None


class SubAccountChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the state that is stored: `state` is the new one, whole.

    `events` in their order, each fill in one of them; `orders` the last of each order that is new or has changed
    (also without an event: what stood before it was traded), ended ones too; `assets` those of which balance or lots
    have changed, also where none of it is left.
    """

    state: SubAccountState
    events: tuple[LiveOrderEvent, ...]
    orders: tuple[OrderMemory, ...]
    assets: frozenset[str]


class TransferredHoldings(msgspec.Struct, frozen=True, kw_only=True):
    """What is moved from one sub-account to another: an amount of quote, and lots of other assets at their cost."""

    quote: int = 0
    lots: Mapping[str, tuple[LotState, ...]] = {}


class GapMemory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A gap between two lines: the steps that it holds, and how many buys and sells were ever placed for it.

    `fraction` is what it holds beyond whole steps, an amount; `has_bought` where it has bought since it last was empty.
    """

    gap: int
    held: int = 0
    buys: int = 0
    sells: int = 0
    fraction: int = 0
    has_bought: bool = False


class UnplacedLevel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order that a grid wants and hasn't: at which line (`level`), and why not: `code` for programs."""

    gap: int
    side: Side
    level: int
    price: int
    code: str
    message: str


class GridMemory(msgspec.Struct, frozen=True, kw_only=True):
    """A grid, besides its parameters and its sub-account: all that it must remember.

    `reason` is why it is paused (a `PauseReason`), is stopping, has stopped or failed. `lines` in ticks; `empty` is the
    line that was nearest when it began; `order_steps` is 0 until it runs. `reference_price` is the market's when it
    began to wait for its trigger; `budget` and `cash_before` are amounts, of the start; `opening` names the order that
    buys at the start. `closes` where what it holds is to be sold before it ends. `market_orders` counts those that open
    and close. `gaps` are those of which anything is known, the lowest first. `effective_since` is when it was last
    started, changed, or told to go on (ms; 0: not noted): older trades neither trigger nor end it.
    """

    state: GridState = GridState.CREATED
    reason: str = ""
    lines: tuple[int, ...] = ()
    empty: int = 0
    order_steps: int = 0
    reference_price: int = 0
    budget: int = 0
    cash_before: int = 0
    opening: str = ""
    closes: bool = False
    market_orders: int = 0
    cycles: int = 0
    gaps: tuple[GapMemory, ...] = ()
    unplaced: tuple[UnplacedLevel, ...] = ()
    effective_since: int = 0


class GridStateChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A grid went from one state to another (a pause for another reason: to the same)."""

    time: int
    before: GridState
    state: GridState
    reason: str


class LevelRefusal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A level of a grid isn't placed, for another reason than before; without a code nothing refuses it any more."""

    time: int
    level: UnplacedLevel


GridEvent = GridStateChange | LevelRefusal


class InstanceFigures(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a grid or a strategy stands at a price in ticks: amounts of quote; `position` an amount of base.

    `realised` + `unrealised` = `equity` - what was deposited, exactly.
    """

    price: int
    position: int
    buy_orders: int
    sell_orders: int
    realised: int
    unrealised: int
    equity: int
    fees: int


class GridFigures(InstanceFigures, frozen=True, kw_only=True, gc=False):
    """How a grid stands. `is_without_orders`: it runs, the price is between its lines, and no order rests.

    That is an alarm, unless the kill switch is why; then it isn't said.
    """

    cycles: int
    is_without_orders: bool


class GridChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of parameters did: by name what was and what is (None: not given); whether lines were rebuilt.

    `cancelled` counts orders; `returnable` is the amount of quote that the grid doesn't need any more, and is free.
    """

    updated: Mapping[str, tuple[object, object]]
    rebuilt: bool
    cancelled: int
    returnable: int = 0
