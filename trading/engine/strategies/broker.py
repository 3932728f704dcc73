"""What strategies order by. Decimals at this border; how they are rounded to ticks and steps is said here.

A quantity is rounded down to a step, an amount of quote to 24 decimals. A limit is rounded so that it is never
executed at a worse price than was asked for: of a buy down, of a sell up. A stop is rounded so that it is never reached
later: of a buy down, of a sell up.
"""

from abc import ABC, abstractmethod
from decimal import Decimal

from streaming.events import Side
from trading.engine.fees import FeeSchedule
from trading.engine.orders.refusal import Refusal
from trading.engine.orders.types import TimeInForce
from trading.engine.strategies.order_requests import OrderTerms
from trading.engine.strategies.orders import PlacedOrder


class Broker(ABC):
    """Takes a strategy's orders on one instrument, and tells what it owns."""

    def buy(
        self,
        *,
        quantity: Decimal | None = None,
        quote_amount: Decimal | None = None,
        price: Decimal | None = None,
        stop_price: Decimal | None = None,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        post_only: bool = False,
        group: str = "",
        client_order_id: str = "",
    ) -> PlacedOrder:
        """Order to buy a `quantity` of base, or for a `quote_amount`, fee included; a refusal is told, not raised.

        Without prices at the market's; with `price` a limit, with `stop_price` a stop, with both a stop limit. What is
        executed of one order of a `group` cancels its others. Raise `ValueError` for neither or both amounts.
        """
        terms = OrderTerms(quantity, quote_amount, price, stop_price, time_in_force, post_only, group)
        return self._order(Side.BUY, terms, client_order_id)

    def sell(
        self,
        *,
        quantity: Decimal | None = None,
        quote_amount: Decimal | None = None,
        price: Decimal | None = None,
        stop_price: Decimal | None = None,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        post_only: bool = False,
        group: str = "",
        client_order_id: str = "",
    ) -> PlacedOrder:
        """Order to sell, as `buy` does to buy; a `quote_amount` is what is earned before the fee. Never short."""
        terms = OrderTerms(quantity, quote_amount, price, stop_price, time_in_force, post_only, group)
        return self._order(Side.SELL, terms, client_order_id)

    @abstractmethod
    def would_refuse(self, side: Side, *, quantity: Decimal, price: Decimal) -> Refusal | None:
        """Return why a limit order would be refused now, as far as that is known before it is placed."""

    @abstractmethod
    def close_position(self) -> PlacedOrder | None:
        """Cancel all open sells, and sell all that is held at the market's price; None where that is under a step."""

    @abstractmethod
    def cancel(self, order: PlacedOrder) -> None:
        """Cancel an order; one that isn't open any more stays as it is."""

    @abstractmethod
    def cancel_all(self) -> None:
        """Cancel all open orders."""

    @property
    @abstractmethod
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""

    @property
    @abstractmethod
    def position(self) -> Decimal:
        """What is held of base, with what open sells have set aside."""

    @property
    @abstractmethod
    def cash(self) -> Decimal:
        """What is free of quote: without what open buys have set aside."""

    @property
    @abstractmethod
    def equity(self) -> Decimal:
        """What all is worth at the last price, in quote."""

    @property
    @abstractmethod
    def open_orders(self) -> tuple[PlacedOrder, ...]:
        """The open orders, oldest first."""

    @abstractmethod
    def _order(self, side: Side, terms: OrderTerms, client_order_id: str) -> PlacedOrder: ...
