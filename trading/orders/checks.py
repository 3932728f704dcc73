"""What an order is held against before it is taken: the risk gate, the money that is free, the exchange's filters."""

from datetime import datetime

from streaming.times import milliseconds
from trading.accounts.services import hand_ensure
from trading.engine.orders.order import Order as EngineOrder
from trading.engine.orders.order import OrderRequest
from trading.instruments import StoredInstruments
from trading.kill_switch.selectors import reason_for
from trading.live.markets import TradedMarket
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import TradingAccount
from trading.orders.errors import refused_by_exchange, refused_by_risk
from trading.orders.parameters import NewOrder
from trading.orders.requests import check_funds, price_to_pay
from trading.risk.gates import Gates


class OrderChecks:
    """An order at the hand of an account, as the rows are now; with `lock`, as they are until the transaction ends.

    Each check raises `CommandRefusedError`, in the order in which they are asked: `risk`, `funds`, `exchange`.
    """

    def __init__(
        self, account: TradingAccount, market: TradedMarket, request: OrderRequest, *, lock: bool, now: datetime
    ) -> None:
        self._market, self._request, self._now = market, request, now
        self._gates = Gates(now)
        self.loaded = self._hand_loaded(account, lock=lock)

    def _hand_loaded(self, account: TradingAccount, *, lock: bool) -> LoadedSubAccount:
        hand = hand_ensure(account=account, quote=self._market.instrument.quote)
        instruments = StoredInstruments([self._market.instrument])
        gate_of = self._gates.gate_of
        loaded = sub_accounts_load([hand.pk], lock=lock, instruments=instruments, gate_of=gate_of)[hand.pk]
        self._gates.read([loaded])
        return loaded

    def risk(self) -> None:
        """Ask the risk gate: the kill switch, and the account's limits."""
        market = self._market
        gate = self._gates.gate_of(self.loaded.row)
        refusal = gate(market.instrument, self._request, market.ticks, milliseconds(self._now))
        if refusal is not None:
            raise refused_by_risk(refusal, reason=reason_for(self.loaded.owner_id))

    def funds(self) -> None:
        """Look whether what the order needs is free."""
        market, request = self._market, self._request
        price = price_to_pay(request, market=market.ticks, opposite=market.opposite(request.side))
        check_funds(self.loaded.engine, request, market.instrument, price=price)

    def exchange(self, given: NewOrder) -> EngineOrder:
        """Place it in memory, and return it; where that is refused, what is in memory is dropped."""
        market, request = self._market, self._request
        order = self.loaded.engine.place(
            market.instrument.symbol,
            request,
            market=market.ticks,
            time=milliseconds(self._now),
            best_opposite=market.opposite(request.side),
        )
        if order.refusal is not None:
            field = "quote_quantity" if given.quantity is None else "quantity"
            raise refused_by_exchange(order.refusal, quantity_field=field)
        return order
