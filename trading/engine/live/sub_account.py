"""A sub-account on a live market: what it owns, its open orders, and what a market's trades and books do to them.

It is built from a state, gives it back, and between the two does what the engine does: nothing of it is decided here.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from trading.engine.accounts.account import Account
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.state import (
    BalanceState,
    LiveOrderEvent,
    LotState,
    OrderMemory,
    SubAccountChanges,
    SubAccountState,
    TransferredHoldings,
)
from trading.engine.live.symbol_trading import SymbolTrading
from trading.engine.live.triggers import Reach
from trading.engine.matching.book import Book
from trading.engine.matching.events import OrderEvent
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal


class OrderNotOpenError(Exception):
    """No order of the name `client_order_id` is open."""

    def __init__(self, client_order_id: str) -> None:
        super().__init__(f"no order {client_order_id} is open")
        self.client_order_id = client_order_id


class PaperSubAccount:
    """What one hand, or one grid, trades with; `instruments` is looked into when a symbol is first used.

    Fees are charged in the quote or in what is received; a third asset raises `ValueError`. `on_event` is told of each
    event as it happens. `changes` counts whatever has changed what is held or ordered.
    """

    def __init__(
        self,
        state: SubAccountState,
        *,
        fees: FeeSchedule,
        slippage: Slippage,
        instruments: Mapping[str, Instrument],
    ) -> None:
        self.account = _account_of(state)
        self.on_event: Callable[[LiveOrderEvent], None] | None = None
        self.changes = 0
        self._fees = fees
        self._slippage = slippage
        self._instruments = instruments
        self._placed = state.placed
        self._by_symbol: dict[str, SymbolTrading] = {}
        self._open = {memory.number: memory for memory in state.orders}
        self._events: list[LiveOrderEvent] = []
        self._changed: dict[int, OrderMemory] = {}
        self._stored = state
        for memory in state.orders:
            self._trading(memory.symbol).restore(memory)

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        return self._fees

    @property
    def open_orders(self) -> tuple[tuple[str, Order], ...]:
        """The open orders with their symbols, oldest first."""
        found = [(symbol, order) for symbol, one in self._by_symbol.items() for order in one.exchange.open_orders]
        return tuple(sorted(found, key=lambda each: each[1].number))

    @property
    def open_order_count(self) -> int:
        """How many orders are open."""
        return len(self._open)

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols of which orders are open."""
        return frozenset(symbol for symbol, trading in self._by_symbol.items() if trading.exchange.open_orders)

    def open_count(self, symbol: str) -> int:
        """Return how many orders of a symbol are open."""
        trading = self._by_symbol.get(symbol)
        return 0 if trading is None else trading.exchange.open_count

    @property
    def holds_anything(self) -> bool:
        """Whether it has anything of any asset."""
        return any(self.account.total(asset) for asset in self.account.assets)

    def place(
        self, symbol: str, request: OrderRequest, *, market: int, time: int, best_opposite: int | None = None
    ) -> Order:
        """Accept an order while the market stands at `market` ticks, or reject it (then it has a `refusal`).

        Nothing is executed: `take_new` does that. `best_opposite` is the best price of the book's other side. An order
        under the name of an open one changes nothing, and returns that one.
        """
        known = self.order_of(request.client_order_id)
        if known is not None:
            return known[1]
        return self._trading(symbol).matcher.accept(request, market=market, time=time, best_opposite=best_opposite)

    def would_refuse(self, symbol: str, request: OrderRequest, *, market: int) -> Refusal | None:
        """Return why an order that is to rest would be rejected now; nothing is placed."""
        return self._trading(symbol).exchange.would_refuse(request, market=market)

    def take_new(self, symbol: str, *, market: int, time: int) -> None:
        """Let the orders that haven't yet looked at the book take from it; what may wait rests then."""
        self._trading(symbol).matcher.take_new(market=market, time=time)

    def order_of(self, client_order_id: str) -> tuple[str, Order] | None:
        """Return the open order of that name, with its symbol."""
        for symbol, trading in self._by_symbol.items():
            order = trading.open_order(client_order_id)
            if order is not None:
                return symbol, order
        return None

    def cancel(self, client_order_id: str, *, time: int, reason: str = "") -> Order:
        """Cancel an open order for a `reason`, such as a `CancelReason`.

        Raise `OrderNotOpenError` where none of that name is open.
        """
        known = self.order_of(client_order_id)
        if known is None:
            raise OrderNotOpenError(client_order_id)
        symbol, order = known
        self._by_symbol[symbol].exchange.cancel(order, time=time, reason=reason)
        return order

    def see_book(self, symbol: str, book: Book) -> None:
        """Take the order book as it stands now."""
        self._trading(symbol).matcher.see_book(book)

    def see_trade(self, symbol: str, *, price: int, quantity: int, time: int) -> None:
        """Execute what a trade reaches; one from before an order was placed doesn't reach it."""
        self._trading(symbol).matcher.see_trade(price, quantity, time=time)

    def transfer_in(self, holdings: TransferredHoldings) -> None:
        """Take in what another sub-account gave."""
        lots = {asset: [(lot.opened_by, lot.amount, lot.cost) for lot in held] for asset, held in holdings.lots.items()}
        self.changes += 1
        self.account.move_in(holdings.quote, lots)

    def transfer_out(self, quote: int) -> TransferredHoldings:
        """Give an amount of quote away; raise `InsufficientBalanceError` where less is free."""
        self.changes += 1
        self.account.move_out(quote)
        return TransferredHoldings(quote=quote)

    def transfer_out_all(self) -> TransferredHoldings:
        """Give everything away that is free: quote, and other assets with their lots."""
        self.changes += 1
        account = self.account
        others = {asset: account.free(asset) for asset in account.assets if asset != account.quote}
        quote = account.free(account.quote)
        moved = account.move_out(quote, {asset: free for asset, free in others.items() if free})
        lots = {asset: tuple(LotState(*lot) for lot in held) for asset, held in moved.items()}
        return TransferredHoldings(quote=quote, lots=lots)

    def reach(self, symbol: str) -> Reach:
        """Return at which prices a trade of a symbol does anything here."""
        return self._trading(symbol).reach()

    def state(self) -> SubAccountState:
        """Return all that is to be remembered."""
        self._remember_quiet_changes()
        account = self.account
        held = [asset for asset in account.assets if account.total(asset)]
        return SubAccountState(
            quote=account.quote,
            deposited=account.equity_at_start,
            realised=account.realised,
            fees=account.fees,
            fills=account.executions,
            placed=self._placed,
            balances={asset: BalanceState(account.free(asset), account.locked(asset)) for asset in held},
            lots={
                asset: tuple(LotState(*lot) for lot in account.lots(asset)) for asset in held if asset != account.quote
            },
            orders=tuple(self._open[number] for number in sorted(self._open)),
        )

    def take_changes(self) -> SubAccountChanges:
        """Return what changed since the state that it was built from, or since this was last called."""
        state, stored = self.state(), self._stored
        changes = SubAccountChanges(
            state=state,
            events=tuple(self._events),
            orders=tuple(self._changed[number] for number in sorted(self._changed)),
            assets=frozenset(
                asset
                for asset in {*state.balances, *stored.balances}
                if state.balances.get(asset) != stored.balances.get(asset)
                or state.lots.get(asset) != stored.lots.get(asset)
            ),
        )
        self._stored = state
        self._events.clear()
        self._changed.clear()
        return changes

    def _trading(self, symbol: str) -> SymbolTrading:
        """Return where a symbol is traded; raise `KeyError` for one without an instrument."""
        if symbol not in self._by_symbol:
            self._by_symbol[symbol] = SymbolTrading(
                self._instruments[symbol],
                self.account,
                fees=self._fees,
                slippage=self._slippage,
                numbers=self._numbers(),
                tell=partial(self._note, symbol),
            )
        return self._by_symbol[symbol]

    def _numbers(self) -> Iterator[int]:
        while True:
            self._placed += 1
            yield self._placed

    def _note(self, symbol: str, event: OrderEvent) -> None:
        """Keep what happened to an order, which looks different later."""
        self.changes += 1
        trading, order = self._by_symbol[symbol], event.order
        memory = trading.memory(order)
        self._remember(memory)
        if not order.state.is_open:
            trading.exchange.forget(order)
        told = LiveOrderEvent(
            kind=event.kind,
            symbol=symbol,
            time=event.time,
            order=memory,
            position=self.account.total(trading.instrument.base),
            fill=event.fill,
        )
        self._events.append(told)
        if self.on_event is not None:
            self.on_event(told)

    def _remember(self, memory: OrderMemory) -> None:
        self._changed[memory.number] = memory
        if memory.state.is_open:
            self._open[memory.number] = memory
        else:
            self._open.pop(memory.number, None)

    def _remember_quiet_changes(self) -> None:
        """Remember the orders that have changed without an event."""
        for trading in self._by_symbol.values():
            for order in trading.matcher.changed.values():
                if order.state.is_open:
                    self._remember(trading.memory(order))
            trading.matcher.changed.clear()


def _account_of(state: SubAccountState) -> Account:
    account = Account.restored(
        state.quote,
        free={asset: balance.free for asset, balance in state.balances.items()},
        locked={asset: balance.locked for asset, balance in state.balances.items()},
        lots={asset: [(lot.opened_by, lot.amount, lot.cost) for lot in lots] for asset, lots in state.lots.items()},
        equity_at_start=state.deposited,
        realised=state.realised,
    )
    account.executions, account.fees = state.fills, state.fees
    return account
