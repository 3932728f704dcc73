"""Orders and their executions as strategies see them: decimals, read from what the engine counts in ticks and steps."""

from decimal import Decimal

import msgspec

from streaming.events import Side
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import decimal_of, exactly
from trading.engine.instrument import Instrument
from trading.engine.orders.order import Order
from trading.engine.orders.refusal import RefusalCode
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType


class PlacedOrder(msgspec.Struct, frozen=True, eq=False, gc=False):
    """An order that a strategy has placed: what it says of itself changes as the order does."""

    _order: Order
    _instrument: Instrument

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same order."""
        return isinstance(other, PlacedOrder) and other._order is self._order

    def __hash__(self) -> int:
        """Return a hash of the order that it is."""
        return hash(self._order)

    @property
    def number(self) -> int:
        """Its number at the exchange; a later order has a higher one."""
        return self._order.number

    @property
    def client_order_id(self) -> str:
        """The name under which it was placed."""
        return self._order.request.client_order_id

    @property
    def side(self) -> Side:
        """Whether it buys or sells."""
        return self._order.request.side

    @property
    def type(self) -> OrderType:
        """Its type."""
        return self._order.request.type

    @property
    def state(self) -> OrderState:
        """Where it stands."""
        return self._order.state

    @property
    def is_open(self) -> bool:
        """Whether it can still be executed."""
        return self._order.state.is_open

    @property
    def is_triggered(self) -> bool:
        """Whether it is a stop that the market has reached."""
        return self._order.is_triggered

    @property
    def refusal(self) -> str:
        """Why it was refused, or expired, in words; empty where it wasn't."""
        return self._order.refusal.message if self._order.refusal else ""

    @property
    def refusal_code(self) -> RefusalCode | None:
        """Why it was refused, or expired, for programs; None where it wasn't."""
        return self._order.refusal.code if self._order.refusal else None

    @property
    def price(self) -> Decimal | None:
        """Its limit; None where it has none."""
        return self._instrument.price(self._order.request.price) if self._order.request.price else None

    @property
    def stop_price(self) -> Decimal | None:
        """Its stop price; None where it has none."""
        return self._instrument.price(self._order.request.stop_price) if self._order.request.stop_price else None

    @property
    def quantity(self) -> Decimal:
        """What was ordered, of base; 0 where it was so much of quote."""
        return self._instrument.quantity(self._order.request.quantity)

    @property
    def filled(self) -> Decimal:
        """What was executed of it, of base."""
        return self._instrument.quantity(self._order.filled)

    @property
    @exactly
    def average_price(self) -> Decimal:
        """At which price it was executed on average, before fees, in quote; 0 while nothing of it was."""
        return decimal_of(self._order.filled_notional) / self.filled if self._order.filled else Decimal(0)


class OrderFill(msgspec.Struct, frozen=True, eq=False, gc=False):
    """An execution of one of a strategy's orders."""

    order: PlacedOrder
    _fill: Fill
    _instrument: Instrument

    @property
    def side(self) -> Side:
        """Whether it bought or sold."""
        return self._fill.side

    @property
    def price(self) -> Decimal:
        """At which price, in quote."""
        return self._instrument.price(self._fill.price)

    @property
    def quantity(self) -> Decimal:
        """How much, of base."""
        return self._instrument.quantity(self._fill.quantity)

    @property
    def fee(self) -> Decimal:
        """What it cost besides, of `fee_asset`."""
        return decimal_of(self._fill.fee)

    @property
    def fee_asset(self) -> str:
        """In what the fee was charged."""
        return self._fill.fee_asset

    @property
    def realised(self) -> Decimal:
        """What it realised, net of all fees, in quote; 0 where it bought."""
        return decimal_of(self._fill.realised)

    @property
    def time(self) -> int:
        """When, in ms; in a backtest when the candle opened."""
        return self._fill.time
