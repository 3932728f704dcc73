"""Sub-accounts and grids on a live market of tests: prices in ticks of 0.01, quantities in steps of 0.00001."""

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Side
from tests.trading.engine.instruments import BTC
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeAsset, FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.state import (
    GridMemory,
    LiveOrderEvent,
    SubAccountChanges,
    SubAccountState,
    TransferredHoldings,
)
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.book import Book, BookLevel
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType, TimeInForce
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.shipped.grid_parameters import GridParameters

FEE = Decimal("0.001")
FEES = FeeSchedule(maker=FEE, taker=FEE)
FEES_OF_BASE = replace(FEES, charged_in=FeeAsset.RECEIVED)
SLIPPAGE = Slippage(Decimal("0.0005"))
ETH = replace(BTC, symbol="ETHUSDT", base="ETH")
INSTRUMENTS = {"BTCUSDT": BTC, "ETHUSDT": ETH}
MUCH = 10**9
"""A volume that bounds nothing."""


def limit(name: str, side: Side, price: int, quantity: int, **fields: Any) -> OrderRequest:
    """Return a limit order, or what `fields` make of it."""
    given = {"type": OrderType.LIMIT, **fields}
    return OrderRequest(client_order_id=name, side=side, price=price, quantity=quantity, **given)


def market(name: str, side: Side, quantity: int) -> OrderRequest:
    """Return an order at the market."""
    return OrderRequest(client_order_id=name, side=side, type=OrderType.MARKET, quantity=quantity)


def book_at(price: int, *, spread: int = 1, quantity: int = MUCH) -> Book:
    """Return a book with one level on each side of a price."""
    return Book(bids=(BookLevel(price - spread, quantity),), asks=(BookLevel(price + spread, quantity),))


def random_book(chance: random.Random, price: int) -> Book:
    """Return a book around a price, thin enough to be walked."""
    return Book(
        bids=tuple(BookLevel(price - step, chance.randint(1, 30_000)) for step in (1, 2, 5)),
        asks=tuple(BookLevel(price + step, chance.randint(1, 30_000)) for step in (1, 3, 4)),
    )


def random_request(chance: random.Random, name: str, price: int) -> OrderRequest:
    """Return an order of a random kind near a price."""
    kind, side = chance.choice(list(OrderType)), chance.choice(list(Side))
    by_quote = not kind.has_price and chance.random() < 0.3
    return OrderRequest(
        client_order_id=name,
        side=side,
        type=kind,
        quantity=0 if by_quote else chance.randint(1, 50_000),
        quote_amount=amount_of(Decimal(chance.randint(1, 100))) if by_quote else 0,
        price=max(1, price + chance.randint(-60, 60)) if kind.has_price else 0,
        stop_price=max(1, price + chance.randint(-60, 60)) if kind.has_stop_price else 0,
        time_in_force=chance.choice(list(TimeInForce)),
        cancel_group=chance.choice(["", "", "left", "right"]),
    )


def sub_account(
    quote: str = "10000", *, fees: FeeSchedule = FEES, state: SubAccountState | None = None
) -> PaperSubAccount:
    """Return one with so many USDT, or as it was left."""
    made = PaperSubAccount(
        state or SubAccountState(quote="USDT"), fees=fees, slippage=SLIPPAGE, instruments=INSTRUMENTS
    )
    if state is None:
        made.transfer_in(TransferredHoldings(quote=amount_of(Decimal(quote))))
    return made


def stored(value: Any) -> Any:
    """Return what comes back of a state or a memory that was taken apart to be stored."""
    return msgspec.convert(msgspec.to_builtins(value), type(value))


def check_identity(account: PaperSubAccount, price: int) -> None:
    """Look whether what was and wasn't realised is exactly the change of equity, and nothing is below zero."""
    held, prices = account.account, {"BTC": price * BTC.price_unit, "ETH": price * ETH.price_unit}
    assert held.realised + held.unrealised(prices) == held.equity(prices) - held.equity_at_start
    assert held.equity_at_start + held.realised == held.total("USDT") + held.cost("BTC") + held.cost("ETH")
    assert all(held.free(asset) >= 0 and held.locked(asset) >= 0 for asset in held.assets)


class GridRig:
    """A grid on a sub-account of its own, what it told, and the market that it sees."""

    def __init__(
        self,
        parameters: dict[str, Any],
        *,
        quote: str = "10000",
        price: int = 95_200_00,
        fees: FeeSchedule = FEES,
        instrument: Instrument = BTC,
        gate: OrderGate | None = None,
    ) -> None:
        self.instrument, self.fees, self.gate = instrument, fees, gate
        self.price, self.time = price, 1_000
        self.told: list[LiveOrderEvent] = []
        self.changes: list[SubAccountChanges] = []
        self.events: list[Any] = []
        self._build(SubAccountState(quote="USDT"), GridMemory(), msgspec.convert(parameters, GridParameters))
        self.sub_account.transfer_in(TransferredHoldings(quote=amount_of(Decimal(quote))))

    def begin(self) -> "GridRig":
        """Start it, and let it begin at once."""
        self.driver.start(market=self.price, time=self.time)
        self.advance()
        return self

    def advance(self) -> None:
        """Let it do what stands to be done."""
        self.time += 1
        self.driver.see_book(book_at(self.price))
        self.driver.advance(market=self.price, time=self.time)
        self.note()

    def trade(self, price: int, quantity: int = MUCH) -> None:
        """Let the market trade at a price; the book goes with it."""
        self.time, self.price = self.time + 1, price
        self.driver.see_book(book_at(price))
        self.driver.see_trade(price=price, quantity=quantity, time=self.time)
        self.note()

    def note(self) -> None:
        """Keep what changed."""
        changes = self.sub_account.take_changes()
        self.changes.append(changes)
        self.told += changes.events
        self.events += self.driver.take_events()

    def store_and_restore(self) -> None:
        """Go on with what comes back of what would be stored."""
        self.note()
        self._build(stored(self.sub_account.state()), stored(self.driver.memory()), stored(self.driver.parameters))
        self.driver.see_book(book_at(self.price))

    def change(self, **changes: Any) -> GridParameters:
        """Return its parameters with changes."""
        return msgspec.convert({**msgspec.to_builtins(self.driver.parameters), **changes}, GridParameters)

    @property
    def resting(self) -> list[tuple[str, int]]:
        """Side and price (whole units of quote) of the open orders, the lowest first."""
        orders = [order.request for _, order in self.sub_account.open_orders]
        return sorted(((each.side.value, each.price // 100) for each in orders), key=lambda each: each[1])

    @property
    def states(self) -> list[str]:
        """The states that it went to."""
        return [event.state.value for event in self.events if hasattr(event, "before")]

    def _build(self, state: SubAccountState, memory: GridMemory, parameters: GridParameters) -> None:
        self.sub_account = PaperSubAccount(
            state, fees=self.fees, slippage=SLIPPAGE, instruments={self.instrument.symbol: self.instrument}
        )
        self.driver = GridDriver(
            self.sub_account,
            name="grid_a",
            instrument=self.instrument,
            parameters=parameters,
            memory=memory,
            gate=self.gate,
        )
