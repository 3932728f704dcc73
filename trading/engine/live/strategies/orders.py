"""What a strategy that runs live sees of its orders and its money: what it was told by deliveries, and nothing else.

So it sees the same when it is told the same again. Its orders have the names here that they have in a backtest.
"""

from msgspec.structs import replace

from trading.engine.accounts.settlement import Fill
from trading.engine.live.state import OrderMemory
from trading.engine.live.strategies.memory import (
    HeldAmounts,
    OrdersChanged,
    OwnOrderCancelled,
    OwnOrderHeldBack,
    OwnOrderPlaced,
)
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.state import OrderState


class KnownOrders:
    """The orders of one strategy, and what it owns; `named` counts the names that its orders have had.

    An order has two names: `<the strategy's id>-<number>` at the exchange, and one of the strategy's own.
    """

    def __init__(self, name: str) -> None:
        self.held = HeldAmounts(0, 0, 0, 0)
        self.named = 0
        self._name = name
        self._open: dict[str, Order] = {}
        self._chosen: dict[str, Order] = {}

    @property
    def open_orders(self) -> tuple[Order, ...]:
        """The open orders, oldest first."""
        return tuple(sorted(self._open.values(), key=lambda order: order.number))

    @property
    def open_names(self) -> set[str]:
        """The names of the open orders at the exchange."""
        return set(self._open)

    def next_name(self) -> str:
        """Return the name that the next order has at the exchange."""
        self.named += 1
        return f"{self._name}-{self.named}"

    def named_by_strategy(self, client_order_id: str) -> Order | None:
        """Return the order for which the strategy itself has chosen a name, open or not."""
        return self._chosen.get(client_order_id)

    def name_of(self, order: Order) -> str | None:
        """Return the name of an open order at the exchange; None for one that isn't open."""
        return next((name for name, known in self._open.items() if known is order), None)

    def note_placed(self, answer: OwnOrderPlaced | OwnOrderHeldBack, *, chosen_name: str) -> Order:
        """Note what became of an order; return it as the strategy sees it."""
        own_name = chosen_name or f"order-{self.named}"
        order = _held_back(answer, own_name) if isinstance(answer, OwnOrderHeldBack) else _placed(answer, own_name)
        if isinstance(answer, OwnOrderPlaced):
            self.held = answer.held
            if order.state.is_open:
                self._open[answer.order.request.client_order_id] = order
        if chosen_name:
            self._chosen[chosen_name] = order
        return order

    def note_cancelled(self, answer: OwnOrderCancelled) -> None:
        """Note that an order was cancelled by the strategy."""
        self.held = answer.held
        self._update(answer.order)

    def note_changed(self, changed: OrdersChanged) -> list[tuple[Order, Fill]]:
        """Note what happened to orders; return those that were executed, with each execution, in their order."""
        self.held = changed.held
        told = [(self._update(event.order), event) for event in changed.events]
        return [(order, event.fill) for order, event in told if order is not None and event.fill is not None]

    def _update(self, memory: OrderMemory) -> Order | None:
        """Let an order be as it is remembered; return it, None for one that the strategy doesn't know."""
        name = memory.request.client_order_id
        order = self._open.get(name)
        if order is None:
            return None
        order.state, order.filled = memory.state, memory.filled
        order.filled_notional, order.fees_in_quote = memory.filled_notional, memory.fees_in_quote
        order.locked, order.is_triggered, order.refusal = memory.locked, memory.is_triggered, memory.refusal
        if not order.state.is_open:
            del self._open[name]
        return order


def _placed(answer: OwnOrderPlaced, own_name: str) -> Order:
    memory = answer.order
    return Order(
        number=memory.number,
        request=_renamed(memory.request, own_name),
        placed_at=memory.placed_at,
        state=memory.state,
        locked=memory.locked,
        refusal=memory.refusal,
    )


def _held_back(answer: OwnOrderHeldBack, own_name: str) -> Order:
    refusal = Refusal(RefusalCode.HELD_BACK, answer.message)
    request = _renamed(answer.request, own_name)
    return Order(number=0, request=request, placed_at=0, state=OrderState.REJECTED, refusal=refusal)


def _renamed(request: OrderRequest, own_name: str) -> OrderRequest:
    return replace(request, client_order_id=own_name)
