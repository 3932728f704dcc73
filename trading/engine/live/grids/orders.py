"""How a grid orders on its sub-account: what the risk gate or the exchange would refuse is never sent."""

from streaming.events import Side
from trading.engine.fees import FeeSchedule
from trading.engine.grid.planner import GridOrder, OrderPlace
from trading.engine.instrument import Instrument
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import OrderGate, RiskRefusal
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.shipped.grid_core import AnyRefusal


class OrderHeldBackError(Exception):
    """The risk gate lets a market order not pass now; it may later."""

    def __init__(self, refusal: RiskRefusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class SubAccountOrders:
    """The orders of one grid. `market` (ticks) and `time` (ms) are those of what it is driven by now.

    `market_orders` counts those that open and close its position: their names go on by it.
    """

    def __init__(
        self, sub_account: PaperSubAccount, instrument: Instrument, *, name: str, gate: OrderGate | None
    ) -> None:
        self.market = self.time = 0
        self.market_orders = 0
        self._sub_account = sub_account
        self._instrument = instrument
        self._name = name
        self._gate = gate
        self._counted: dict[OrderPlace, tuple[int, int]] = {}

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        return self._sub_account.fees

    @property
    def cash(self) -> int:
        """What is free of quote, an amount."""
        return self._sub_account.account.free(self._instrument.quote)

    @property
    def position(self) -> int:
        """What is held of base, an amount."""
        return self._sub_account.account.total(self._instrument.base)

    def open_position(self, *, quote_amount: int = 0, quantity: int = 0) -> str:
        """Buy at the market for an amount of quote, or so many steps; return the order's name.

        Raise `OrderHeldBackError` where the gate refuses it, `CannotTradeError` where the exchange does.
        """
        order = self._at_market("open", Side.BUY, quote_amount=quote_amount, quantity=quantity)
        if order.state is OrderState.REJECTED and order.refusal is not None:
            raise CannotTradeError(f"the order that begins the grid was refused: {order.refusal.message}")
        return order.request.client_order_id

    def close_position(self) -> Order | None:
        """Sell all that is free at the market; None where that is under a step; raise as `open_position` does."""
        free = self._sub_account.account.free(self._instrument.base) // self._instrument.quantity_unit
        return self._at_market("close", Side.SELL, quantity=free) if free else None

    def forbids(self, order: GridOrder) -> AnyRefusal | None:
        """Return what would refuse an order: the exchange or, asked last, as it counts what passes, the gate."""
        request, symbol = _request(order), self._instrument.symbol
        is_counted = self._counted.pop((order.gap, order.side), None) == (self.time, order.quantity)
        return self._sub_account.would_refuse(symbol, request, market=self.market) or self._ask(
            request, is_counted=is_counted
        )

    def would_hold_back(self, order: GridOrder) -> RiskRefusal | None:
        """Return why the risk gate would let an order not pass that is to take the place of others, once these end.

        One that would pass counts as sent from now on, and not again once it is sent: so none that is sent meanwhile
        takes the last of those that may be sent within a second.
        """
        refusal = self._ask(_request(order))
        if refusal is None:
            self._counted[order.gap, order.side] = self.time, order.quantity
        return refusal

    def place(self, order: GridOrder) -> AnyRefusal | None:
        """Place a limit order; return why it was refused."""
        return self._send(_request(order)).refusal

    def _at_market(self, what: str, side: Side, *, quantity: int, quote_amount: int = 0) -> Order:
        request = OrderRequest(
            client_order_id=f"{self._name}-{what}-{self.market_orders + 1}",
            side=side,
            type=OrderType.MARKET,
            quantity=quantity,
            quote_amount=quote_amount,
        )
        refusal = self._ask(request)
        if refusal is not None:
            raise OrderHeldBackError(refusal)
        self.market_orders += 1
        return self._send(request)

    def _ask(self, request: OrderRequest, *, is_counted: bool = False) -> RiskRefusal | None:
        if self._gate is None:
            return None
        return self._gate(self._instrument, request, self.market, self.time, is_counted=is_counted)

    def _send(self, request: OrderRequest) -> Order:
        return self._sub_account.place(self._instrument.symbol, request, market=self.market, time=self.time)


def _request(order: GridOrder) -> OrderRequest:
    return OrderRequest(
        client_order_id=order.client_order_id,
        side=order.side,
        type=OrderType.LIMIT,
        quantity=order.quantity,
        price=order.price,
    )
