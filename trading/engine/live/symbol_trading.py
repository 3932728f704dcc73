"""One symbol of a sub-account: its exchange and what matches it, with the orders that are open there."""

from collections.abc import Callable, Iterator

from trading.engine.accounts.account import Account
from trading.engine.accounts.settlement import Settlement
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.state import OrderMemory
from trading.engine.live.triggers import ALWAYS, Reach
from trading.engine.matching.events import OrderEvent
from trading.engine.matching.exchange import PaperExchange
from trading.engine.matching.live import LiveMatcher
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order


class SymbolTrading:
    """What trades one instrument on a sub-account's account."""

    def __init__(
        self,
        instrument: Instrument,
        account: Account,
        *,
        fees: FeeSchedule,
        slippage: Slippage,
        numbers: Iterator[int],
        tell: Callable[[OrderEvent], None],
    ) -> None:
        self.instrument = instrument
        self.settlement = Settlement(instrument, account, fees)
        self.exchange = PaperExchange(
            instrument, self.settlement, tell=tell, touching=True, refuses_reached_stops=True, numbers=numbers
        )
        self.matcher = LiveMatcher(self.exchange, slippage)

    def restore(self, memory: OrderMemory) -> None:
        """Take back an open order."""
        self.matcher.restore(memory.order(), ahead=memory.ahead, is_taken=memory.is_taken)

    def memory(self, order: Order) -> OrderMemory:
        """Return what is to be remembered of an order as it stands."""
        return OrderMemory(
            number=order.number,
            symbol=self.instrument.symbol,
            request=order.request,
            placed_at=order.placed_at,
            state=order.state,
            filled=order.filled,
            filled_notional=order.filled_notional,
            fees_in_quote=order.fees_in_quote,
            locked=order.locked,
            is_triggered=order.is_triggered,
            is_taken=self.matcher.is_taken(order),
            ahead=self.matcher.ahead(order) if order.state.is_open else 0,
            refusal=order.refusal,
        )

    def open_order(self, client_order_id: str) -> Order | None:
        """Return the open order of that name."""
        order = self.exchange.order_of(client_order_id)
        return order if order is not None and order.state.is_open else None

    def reach(self) -> Reach:
        """Return at which prices a trade does something here."""
        if self.matcher.has_new:
            return Reach(ALWAYS, None)
        resting = self.exchange.resting
        return Reach(resting.highest_below, resting.lowest_above)
