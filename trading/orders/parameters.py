"""What clients say of orders: to place, cancel and find them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.events import Side
from streaming.market.selectors import symbol_of_pair
from trading.engine.orders.types import OrderType, TimeInForce
from trading.events import OrderStatus
from trading.ids import GRID_PREFIX, STRATEGY_PREFIX
from trading.parameters import Id, Pair, positive

LONGEST_DEAD_MAN_SECONDS = 86_400
_NAME = Meta(
    min_length=1,
    max_length=36,
    pattern=r"\A[A-Za-z0-9._-]+\Z",
    extra_json_schema={"description": "1 to 36 letters, digits, dots, hyphens or underscores"},
)

Positive = Annotated[Decimal, positive(10**12)]
ClientOrderId = Annotated[str, _NAME]
_RESERVED = {GRID_PREFIX: "grids", STRATEGY_PREFIX: "strategies"}
"""How the names of orders begin that nobody places by hand."""


class NewOrder(Parameters, frozen=True, kw_only=True):
    """An order: `quantity` of base, or of a market order instead `quote_quantity`, for how much of quote.

    A `stop` becomes a market order, a `stop_limit` a limit order, once the market has reached `stop_price`; a
    `limit_maker` is refused where it would be executed at once. Without an `account` it is the default one's.
    """

    symbol: Pair
    side: Side
    type: OrderType
    quantity: Positive | None = None
    quote_quantity: Positive | None = None
    price: Positive | None = None
    stop_price: Positive | None = None
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    client_order_id: ClientOrderId | None = None
    account: Id | None = None

    @property
    def symbol_name(self) -> str:
        """The symbol as the exchange writes it."""
        return symbol_of_pair(self.symbol)

    def wrong_together(self) -> Mapping[str, str]:
        """Return what the order's type asks for that is missing, and what it doesn't take."""
        faults = {
            **_quantity_faults(self),
            **_presence_fault("price", self.price, self.type, is_wanted=self.type.has_price),
            **_presence_fault("stop_price", self.stop_price, self.type, is_wanted=self.type.has_stop_price),
        }
        if self.type is OrderType.LIMIT_MAKER and self.time_in_force is not TimeInForce.GOOD_TILL_CANCELLED:
            faults["time_in_force"] = "time_in_force of a limit_maker order must be gtc"
        for prefix, whose in _RESERVED.items():
            if self.client_order_id is not None and self.client_order_id.startswith(prefix):
                faults["client_order_id"] = f"client_order_id must not begin with {prefix}, as orders of {whose} do"
        return faults


def _quantity_faults(given: NewOrder) -> dict[str, str]:
    if given.type is OrderType.MARKET:
        if (given.quantity is None) == (given.quote_quantity is None):
            return {"quantity": "either quantity or quote_quantity is required"}
        return {}
    faults = {}
    if given.quantity is None:
        faults["quantity"] = f"quantity is required for an order of type {given.type}"
    if given.quote_quantity is not None:
        faults["quote_quantity"] = f"an order of type {given.type} takes no quote_quantity"
    return faults


def _presence_fault(name: str, value: Decimal | None, kind: OrderType, *, is_wanted: bool) -> dict[str, str]:
    if is_wanted and value is None:
        return {name: f"{name} is required for an order of type {kind}"}
    if value is not None and not is_wanted:
        return {name: f"an order of type {kind} takes no {name}"}
    return {}


class OrderName(Parameters, frozen=True, kw_only=True):
    """Which order: by its id, or by the name that its owner gave it in an account, by default the default one."""

    id: Id | None = None
    client_order_id: Id | None = None
    account: Id | None = None

    def wrong_together(self) -> Mapping[str, str]:
        """Return that it is named by neither, or by both."""
        if (self.id is None) == (self.client_order_id is None):
            return {"id": "either id or client_order_id is required"}
        return {}


class OrderQuery(Paged, frozen=True, kw_only=True):
    """Which orders to list: `open` ones only, or those that have ended; `instance` is a grid's id, or a strategy's."""

    symbol: Pair | None = None
    status: OrderStatus | None = None
    open: bool | None = None
    instance: Id | None = None
    client_order_id: Id | None = None
    account: Id | None = None

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.symbol is None else symbol_of_pair(self.symbol)


class OrdersCancelled(Parameters, frozen=True, kw_only=True):
    """Which of one's own open orders to cancel, those of grids and strategies aside: of a symbol or account, or all."""

    symbol: Pair | None = None
    account: Id | None = None

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.symbol is None else symbol_of_pair(self.symbol)


class CancelAllAfter(Parameters, frozen=True, kw_only=True):
    """In how many seconds all open orders of an account are cancelled unless asked again; 0 disarms."""

    seconds: Annotated[int, Meta(ge=0, le=LONGEST_DEAD_MAN_SECONDS)]
    account: Id | None = None
