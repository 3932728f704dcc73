"""The broker of a strategy that runs live: it shows what the strategy was told, and orders by an execution client."""

from decimal import Decimal
from typing import Protocol

from msgspec.structs import replace

from streaming.events import Side
from trading.engine.accounts.account import value_of
from trading.engine.accounts.settlement import Settlement
from trading.engine.amounts import decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.foreseen import ForeseenRefusals
from trading.engine.live.strategies.memory import OrderForeseen, OwnOrderCancelled, OwnOrderHeldBack, OwnOrderPlaced
from trading.engine.live.strategies.orders import KnownOrders
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal
from trading.engine.orders.types import OrderType
from trading.engine.strategies.broker import Broker
from trading.engine.strategies.order_requests import OrderTerms, limit_request, order_request
from trading.engine.strategies.orders import PlacedOrder


class ExecutionClient(Protocol):
    """Where orders go: to the exchange, or, as a strategy is told again what it was told, to what was answered then."""

    def place(self, request: OrderRequest) -> OwnOrderPlaced | OwnOrderHeldBack:
        """Place an order, and tell what became of it."""
        ...

    def cancel(self, name: str) -> OwnOrderCancelled:
        """Cancel an open order by its name at the exchange."""
        ...

    def foresee(self, request: OrderRequest, *, number: int, before: Refusal | None) -> OrderForeseen | None:
        """Tell what would refuse an order, as question `number`; None where that is what it was `before`."""
        ...


class LastPrice(Protocol):
    """The last price that a strategy knows."""

    price: int


class LiveBroker(Broker):
    """Orders by an `execution` client, on one instrument.

    `last` has the last price in ticks; `settlement` says what orders cost.
    """

    def __init__(
        self,
        instrument: Instrument,
        settlement: Settlement,
        *,
        known: KnownOrders,
        execution: ExecutionClient,
        last: LastPrice,
    ) -> None:
        self._instrument = instrument
        self._settlement = settlement
        self._known = known
        self.execution = execution
        self._last = last
        self._foreseen = ForeseenRefusals()

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        return self._settlement.fees

    @property
    def position(self) -> Decimal:
        """What is held of base, with what open sells have set aside."""
        return decimal_of(self._known.held.base_free + self._known.held.base_locked)

    @property
    def cash(self) -> Decimal:
        """What is free of quote: without what open buys have set aside."""
        return decimal_of(self._known.held.quote_free)

    @property
    def equity(self) -> Decimal:
        """What all is worth at the last price, in quote."""
        held = self._known.held
        worth = value_of(held.base_free + held.base_locked, self._last.price * self._instrument.price_unit)
        return decimal_of(held.quote_free + held.quote_locked + worth)

    @property
    def open_orders(self) -> tuple[PlacedOrder, ...]:
        """The open orders, oldest first."""
        return tuple(PlacedOrder(order, self._instrument) for order in self._known.open_orders)

    def would_refuse(self, side: Side, *, quantity: Decimal, price: Decimal) -> Refusal | None:
        """Return what would refuse a limit order now: a limit of the strategy's or its account's, or the exchange."""
        request = limit_request(self._settlement, self._instrument, side, quantity=quantity, price=price)
        return self._foreseen.ask(request, self.execution.foresee)

    def close_position(self) -> PlacedOrder | None:
        """Cancel all open sells, and sell all that is held at the market's price; None where that is under a step."""
        for order in self._known.open_orders:
            if order.request.side is Side.SELL:
                self._cancel(order)
        steps = self._known.held.base_free // self._instrument.quantity_unit
        if not steps:
            return None
        request = OrderRequest(client_order_id="", side=Side.SELL, type=OrderType.MARKET, quantity=steps)
        return self._send(request)

    def cancel(self, order: PlacedOrder) -> None:
        """Cancel an order; one that isn't open any more stays as it is."""
        for known in self._known.open_orders:
            if known.number == order.number:
                self._cancel(known)

    def cancel_all(self) -> None:
        """Cancel all open orders."""
        for order in self._known.open_orders:
            self._cancel(order)

    def _order(self, side: Side, terms: OrderTerms, client_order_id: str) -> PlacedOrder:
        request = order_request(self._settlement, self._instrument, side, terms)
        before = self._known.named_by_strategy(client_order_id) if client_order_id else None
        if before is not None:
            return PlacedOrder(before, self._instrument)
        return self._send(request, chosen_name=client_order_id)

    def _send(self, request: OrderRequest, *, chosen_name: str = "") -> PlacedOrder:
        answer = self.execution.place(replace(request, client_order_id=self._known.next_name()))
        return PlacedOrder(self._known.note_placed(answer, chosen_name=chosen_name), self._instrument)

    def _cancel(self, order: Order) -> None:
        name = self._known.name_of(order)
        if name is not None:
            self._known.note_cancelled(self.execution.cancel(name))
