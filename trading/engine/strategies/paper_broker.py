"""The broker over a paper exchange: in a backtest over one matched by candles, live over one matched by the market."""

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from msgspec.structs import replace

from streaming.events import Side
from trading.engine.accounts.account import Account
from trading.engine.accounts.settlement import Settlement
from trading.engine.amounts import decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.matching.exchange import PaperExchange
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal
from trading.engine.orders.types import OrderType
from trading.engine.strategies.broker import Broker
from trading.engine.strategies.context import StrategyClock
from trading.engine.strategies.order_requests import OrderTerms, limit_request, order_request
from trading.engine.strategies.orders import PlacedOrder


class Placing(Protocol):
    """How an order reaches the exchange: `PaperExchange.place`, or live `LiveMatcher.place`, which executes at once."""

    def __call__(self, request: OrderRequest, *, market: int, time: int) -> Order: ...


class PaperBroker(Broker):
    """Orders on one exchange and account. `market` gives the last price in ticks."""

    def __init__(
        self,
        exchange: PaperExchange,
        settlement: Settlement,
        *,
        place: Placing,
        market: Callable[[], int],
        clock: StrategyClock,
    ) -> None:
        self._exchange = exchange
        self._settlement = settlement
        self._account: Account = settlement.account
        self._instrument = exchange.instrument
        self._place = place
        self._market = market
        self._clock = clock
        self._named = 0

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        return self._settlement.fees

    @property
    def position(self) -> Decimal:
        """What is held of base, with what open sells have set aside."""
        return decimal_of(self._account.total(self._instrument.base))

    @property
    def cash(self) -> Decimal:
        """What is free of quote: without what open buys have set aside."""
        return decimal_of(self._account.free(self._instrument.quote))

    @property
    def equity(self) -> Decimal:
        """What all is worth at the last price, in quote."""
        return decimal_of(self._account.equity({self._instrument.base: self._market() * self._instrument.price_unit}))

    @property
    def open_orders(self) -> tuple[PlacedOrder, ...]:
        """The open orders, oldest first."""
        return tuple(PlacedOrder(order, self._instrument) for order in self._exchange.open_orders)

    def would_refuse(self, side: Side, *, quantity: Decimal, price: Decimal) -> Refusal | None:
        """Return why a limit order would be refused now: by the exchange's filters, or for want of balance."""
        request = limit_request(self._settlement, self._instrument, side, quantity=quantity, price=price)
        return self._exchange.would_refuse(request, market=self._market())

    def close_position(self) -> PlacedOrder | None:
        """Cancel all open sells, and sell all that is held at the market's price; None where that is under a step."""
        for order in self._exchange.open_orders:
            if order.request.side is Side.SELL:
                self._exchange.cancel(order, time=self._clock.now_ms())
        steps = self._account.free(self._instrument.base) // self._instrument.quantity_unit
        if not steps:
            return None
        name = self._next_name()
        return self._send(OrderRequest(client_order_id=name, side=Side.SELL, type=OrderType.MARKET, quantity=steps))

    def cancel(self, order: PlacedOrder) -> None:
        """Cancel an order; one that isn't open any more stays as it is."""
        known = self._exchange.order_of(order.client_order_id)
        if known is not None and known.state.is_open:
            self._exchange.cancel(known, time=self._clock.now_ms())

    def cancel_all(self) -> None:
        """Cancel all open orders."""
        for order in self._exchange.open_orders:
            self._exchange.cancel(order, time=self._clock.now_ms())

    def _order(self, side: Side, terms: OrderTerms, client_order_id: str) -> PlacedOrder:
        request = order_request(self._settlement, self._instrument, side, terms)
        return self._send(replace(request, client_order_id=client_order_id or self._next_name()))

    def _send(self, request: OrderRequest) -> PlacedOrder:
        order = self._place(request, market=self._market(), time=self._clock.now_ms())
        return PlacedOrder(order, self._instrument)

    def _next_name(self) -> str:
        self._named += 1
        return f"order-{self._named}"
