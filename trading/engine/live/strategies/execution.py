"""How a strategy's orders reach the exchange: through the risk gate, each answer kept as a delivery."""

from collections import deque
from collections.abc import Callable

from streaming.events import Side
from trading.engine.instrument import Instrument
from trading.engine.live.state import LiveOrderEvent
from trading.engine.live.strategies.limits import CallBudget
from trading.engine.live.strategies.memory import (
    Delivery,
    HeldAmounts,
    OrderForeseen,
    OrdersChanged,
    OwnOrderCancelled,
    OwnOrderHeldBack,
    OwnOrderPlaced,
)
from trading.engine.live.strategies.state import StrategyOrderRefusal
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import OrderGate, RiskRefusal


class DeliveryLog:
    """What a strategy is told besides candles, as it is told it; `after` is the open time of its last candle (ms).

    `count` are all that there are, `new` those that nobody has taken to store them.
    """

    def __init__(self, count: int, after: int | None) -> None:
        self.count = count
        self.after = after or 0
        self.new: list[Delivery] = []

    def add(self, delivery: Delivery) -> None:
        """Keep a delivery."""
        self.count += 1
        self.new.append(delivery)


class PaperExecutionClient:
    """The orders of one strategy at its sub-account. `market` (ticks) and `time` (ms) are those of now.

    `heard` is what happened to orders and wasn't told yet; `budget` is told of what is ordered, `tell` of what is held
    back.
    """

    def __init__(
        self,
        sub_account: PaperSubAccount,
        instrument: Instrument,
        *,
        gate: OrderGate | None,
        log: DeliveryLog,
        budget: CallBudget,
        tell: Callable[[StrategyOrderRefusal], None],
    ) -> None:
        self.market = self.time = 0
        self.heard: deque[LiveOrderEvent] = deque()
        self._sub_account = sub_account
        self._instrument = instrument
        self._gate = gate
        self._log = log
        self._budget = budget
        self._tell = tell
        sub_account.on_event = self.heard.append

    @property
    def held(self) -> HeldAmounts:
        """What is owned now."""
        account, base, quote = self._sub_account.account, self._instrument.base, self._instrument.quote
        return HeldAmounts(account.free(quote), account.locked(quote), account.free(base), account.locked(base))

    @property
    def has_anything_open(self) -> bool:
        """Whether an order is open, or anything is held that could be sold."""
        base = self._sub_account.account.total(self._instrument.base)
        return bool(self._sub_account.open_orders) or base >= self._instrument.quantity_unit

    def place(self, request: OrderRequest) -> OwnOrderPlaced | OwnOrderHeldBack:
        """Place an order; nothing of it is executed before new orders are let take from the book."""
        self._budget.count_order(self.time)
        self._budget.guard.hold()
        try:
            answer = self._over_bounds(request) or self._held_back(request) or self._placed(request)
            self._log.add(answer)
        finally:
            self._budget.guard.release()
        return answer

    def cancel(self, name: str) -> OwnOrderCancelled:
        """Cancel an open order."""
        self._budget.count_order(self.time)
        self._budget.guard.hold()
        try:
            self._sub_account.cancel(name, time=self.time)
            event = self.heard.pop()
            answer = OwnOrderCancelled(after=self._log.after, order=event.order, held=self.held)
            self._log.add(answer)
        finally:
            self._budget.guard.release()
        return answer

    def foresee(self, request: OrderRequest, *, number: int, before: Refusal | None) -> OrderForeseen | None:
        """Return what would refuse an order, and keep it; None where that is what it was before, or too much is asked.

        The rate of the account's orders isn't looked at, as a question is no order; nobody is told of the refusal.
        """
        self._budget.guard.hold()
        try:
            refusal = self._foreseen(request)
            is_same = (refusal and refusal.code) == (before and before.code)
            if is_same or not self._budget.takes_answer():
                return None
            answer = OrderForeseen(after=self._log.after, number=number, refusal=refusal)
            self._log.add(answer)
        finally:
            self._budget.guard.release()
        return answer

    def close_position(self, name: str) -> Order | StrategyOrderRefusal | None:
        """Sell all that is free at the market, for whoever stops the strategy; None where that is under a step."""
        steps = self.held.base_free // self._instrument.quantity_unit
        if not steps:
            return None
        request = OrderRequest(client_order_id=name, side=Side.SELL, type=OrderType.MARKET, quantity=steps)
        refusal = self._gate(self._instrument, request, self.market, self.time) if self._gate else None
        if refusal is None:
            return self._sub_account.place(self._instrument.symbol, request, market=self.market, time=self.time)
        return StrategyOrderRefusal(time=self.time, request=request, code=str(refusal.code), message=refusal.message)

    def take_news(self, *, is_told: bool) -> OrdersChanged | None:
        """Return what happened to orders, and keep it, and whether it is told now; None where nothing did."""
        if not self.heard:
            return None
        events = tuple(self.heard)
        self.heard.clear()
        news = OrdersChanged(
            after=self._log.after,
            time=self.time,
            market=self.market,
            events=events,
            held=self.held,
            is_untold=not is_told,
        )
        self._log.add(news)
        return news

    def _placed(self, request: OrderRequest) -> OwnOrderPlaced:
        self._sub_account.place(self._instrument.symbol, request, market=self.market, time=self.time)
        event = self.heard.pop()  # whether it was accepted
        return OwnOrderPlaced(after=self._log.after, order=event.order, held=self.held)

    def _foreseen(self, request: OrderRequest) -> Refusal | None:
        limit = self._budget.next_refusal(self._sub_account.open_order_count)
        if limit is None and self._gate:
            limit = self._gate(self._instrument, request, self.market, self.time, is_counted=True)
        if limit is not None:
            return Refusal(RefusalCode.HELD_BACK, limit.message)
        return self._sub_account.would_refuse(self._instrument.symbol, request, market=self.market)

    def _over_bounds(self, request: OrderRequest) -> OwnOrderHeldBack | None:
        """Return what the strategy's own bounds refuse an order by; its user is told once a call."""
        is_to_rest = request.type is not OrderType.MARKET
        refusal = self._budget.refusal(self._sub_account.open_order_count if is_to_rest else 0)
        if refusal is None:
            return None
        return self._refused(request, refusal, is_told=self._budget.note_refused(refusal.code))

    def _held_back(self, request: OrderRequest) -> OwnOrderHeldBack | None:
        """Return what the risk gate refuses an order by."""
        refusal = self._gate(self._instrument, request, self.market, self.time) if self._gate else None
        return None if refusal is None else self._refused(request, refusal)

    def _refused(self, request: OrderRequest, refusal: RiskRefusal, *, is_told: bool = True) -> OwnOrderHeldBack:
        code, message = str(refusal.code), refusal.message
        if is_told:
            self._tell(StrategyOrderRefusal(time=self.time, request=request, code=code, message=message))
        return OwnOrderHeldBack(after=self._log.after, request=request, code=code, message=message)
