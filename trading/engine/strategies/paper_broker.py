"""The broker over a paper exchange: in a backtest over one matched by candles, live over one matched by the market."""

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from streaming.events import Side
from trading.engine.accounts.account import Account
from trading.engine.accounts.settlement import Settlement
from trading.engine.amounts import amount_below, decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Rounding
from trading.engine.matching.exchange import PaperExchange
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.types import OrderType, TimeInForce
from trading.engine.strategies.broker import Broker
from trading.engine.strategies.context import StrategyClock
from trading.engine.strategies.orders import PlacedOrder

_TYPES = {
    (False, False): OrderType.MARKET,
    (True, False): OrderType.LIMIT,
    (False, True): OrderType.STOP,
    (True, True): OrderType.STOP_LIMIT,
}

_MOST_WHOLE, _MOST_AMOUNT = 2**63 - 1, 2**159 - 1
"""The most ticks or steps, and the highest amount, that an order can ask for: a result keeps them in so many bits."""


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

    def _order(
        self,
        side: Side,
        *,
        quantity: Decimal | None,
        quote_amount: Decimal | None,
        price: Decimal | None,
        stop_price: Decimal | None,
        time_in_force: TimeInForce,
        post_only: bool,
        group: str,
        client_order_id: str,
    ) -> PlacedOrder:
        if (quantity is None) is (quote_amount is None):
            raise ValueError("an order takes a quantity or a quote_amount, and not both")
        is_buy = side is Side.BUY
        limit = 0 if price is None else self._instrument.ticks(price, Rounding.DOWN if is_buy else Rounding.UP)
        stop = 0 if stop_price is None else self._instrument.ticks(stop_price, Rounding.DOWN if is_buy else Rounding.UP)
        amount = 0 if quote_amount is None else amount_below(quote_amount)
        if quantity is not None:
            steps = self._instrument.steps(quantity, Rounding.DOWN)
        elif limit > 0:
            steps, amount = self._settlement.steps_for(amount, side, limit), 0
        else:
            steps = 0
        request = OrderRequest(
            client_order_id=client_order_id or self._next_name(),
            side=side,
            type=_type_of(price, stop_price, post_only=post_only),
            quantity=steps,
            quote_amount=amount,
            price=limit,
            stop_price=stop,
            time_in_force=time_in_force,
            cancel_group=group,
        )
        return self._send(request)

    def _send(self, request: OrderRequest) -> PlacedOrder:
        _check_size(request)
        order = self._place(request, market=self._market(), time=self._clock.now_ms())
        return PlacedOrder(order, self._instrument)

    def _next_name(self) -> str:
        self._named += 1
        return f"order-{self._named}"


def _check_size(request: OrderRequest) -> None:
    """Raise `ValueError` that names what is more than an order can ask for."""
    for name in ("quantity", "price", "stop_price"):
        if abs(getattr(request, name)) > _MOST_WHOLE:
            raise ValueError(f"{name} is too large for an order")
    if abs(request.quote_amount) > _MOST_AMOUNT:
        raise ValueError("quote_amount is too large for an order")


def _type_of(price: Decimal | None, stop_price: Decimal | None, *, post_only: bool) -> OrderType:
    order_type = _TYPES[price is not None, stop_price is not None]
    if not post_only:
        return order_type
    if order_type is not OrderType.LIMIT:
        raise ValueError("only an order with a price, and no stop_price, can be post_only")
    return OrderType.LIMIT_MAKER
