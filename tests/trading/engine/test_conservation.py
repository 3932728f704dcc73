"""Whatever is ordered and however the market moves: nothing comes from nowhere, and nothing that was locked is lost."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from tests.examples import examples
from tests.trading.engine.instruments import BTC, ExchangeRig, price_amount
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeAsset, FeeSchedule
from trading.engine.matching.book import Book, BookLevel
from trading.engine.matching.candle_path import PriceBar
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.live import LiveMatcher
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.types import OrderType, TimeInForce

BNB = amount_of(Decimal("613.7"))
SCHEDULES = [
    FeeSchedule(maker=Decimal("0.0002"), taker=Decimal("0.001"), charged_in=asset, third_asset="BNB")
    for asset in FeeAsset
]


class RandomTrader:
    """Places and cancels orders of every kind, and looks after each step whether the account still adds up."""

    def __init__(self, seed: int, fees: FeeSchedule, *, touching: bool) -> None:
        self.chance = random.Random(seed)
        self.rig = ExchangeRig(
            base="3", fees=fees, others={"BNB": ("0.01", "613.7")}, price_of=lambda _: BNB, touching=touching
        )
        self.orders: list[Order] = []
        self.price = 100_00

    def request(self) -> OrderRequest:
        """Return an order of a random kind near the market."""
        order_type, side = self.chance.choice(list(OrderType)), self.chance.choice(list(Side))
        by_quote = not order_type.has_price and self.chance.random() < 0.3
        return OrderRequest(
            client_order_id=f"order {len(self.orders)}",
            side=side,
            type=order_type,
            quantity=0 if by_quote else self.chance.randint(1, 50_000),
            quote_amount=amount_of(Decimal(self.chance.randint(1, 100))) if by_quote else 0,
            price=self.near() if order_type.has_price else 0,
            stop_price=self.near() if order_type.has_stop_price else 0,
            time_in_force=self.chance.choice(list(TimeInForce)),
            cancel_group=self.chance.choice(["", "", "left", "right"]),
        )

    def near(self) -> int:
        """Return a price near the market."""
        return max(1, self.price + self.chance.randint(-300, 300))

    def cancel_one(self) -> None:
        """Cancel an open order, if there is one."""
        open_orders = self.rig.exchange.open_orders
        if open_orders:
            self.rig.exchange.cancel(self.chance.choice(open_orders), time=0)

    def check(self) -> None:
        """Compare the account with the executions that were told, and with what is open."""
        account, prices = self.rig.account, {"BTC": price_amount(self.price), "BNB": BNB}
        assert account.equity(prices) - account.equity_at_start == account.realised + account.unrealised(prices)
        assert all(account.free(asset) >= 0 for asset in account.assets)
        locked = Counter({"USDT": 0, "BTC": 0})
        for order in self.rig.exchange.open_orders:
            locked["USDT" if order.request.side is Side.BUY else "BTC"] += order.locked
        assert (account.locked("USDT"), account.locked("BTC")) == (locked["USDT"], locked["BTC"])
        assert all(order.locked == 0 for order in self.orders if not order.state.is_open)

    def check_fills(self) -> None:
        """Compare what each order says of itself, and the balances, with the executions."""
        fills = [event.fill for event in self.rig.events if event.fill]
        executed = Counter[str]()
        for fill in fills:
            executed[fill.client_order_id] += fill.quantity
        for order in self.orders:
            assert order.filled == executed[order.request.client_order_id]
            assert order.filled <= (order.request.quantity or order.filled)
        bought = sum(_received(fill, "BTC") for fill in fills)
        assert self.rig.account.total("BTC") == amount_of(Decimal(3)) + bought
        earned = sum(_received(fill, "USDT") for fill in fills)
        assert self.rig.account.total("USDT") == amount_of(Decimal(10000)) + earned


def _received(fill: Fill, asset: str) -> int:
    """Return how much of an asset an execution brought; below zero where it took some."""
    sign = 1 if fill.side is Side.BUY else -1
    amount = fill.quantity * BTC.quantity_unit if asset == "BTC" else -fill.notional
    return sign * amount - (fill.fee if fill.fee_asset == asset else 0)


@pytest.mark.parametrize("fees", SCHEDULES)
@examples(15)
@given(seed=st.integers(0, 2**32))
def test_through_300_random_candles(seed: int, fees: FeeSchedule) -> None:
    trader = RandomTrader(seed, fees, touching=False)
    chance, match = trader.chance, CandleMatcher(trader.rig.exchange, Slippage(Decimal("0.0005"))).match
    for time in range(300):
        if chance.random() < 0.7:
            trader.orders.append(trader.rig.exchange.place(trader.request(), market=trader.price, time=time))
        if chance.random() < 0.2:
            trader.cancel_one()
        prices = [max(1, trader.price + chance.randint(-200, 200)) for _ in range(4)]
        trader.price = prices[3]
        bar = PriceBar(
            open=prices[0],
            high=max(prices),
            low=min(prices),
            close=prices[3],
            volume=chance.randint(0, 60_000),
            time=time,
        )
        fills = match(bar)
        assert all(bar.low <= fill.price <= bar.high for fill in fills)
        assert sum(fill.quantity for fill in fills) <= bar.volume
        trader.check()
    trader.check_fills()


@pytest.mark.parametrize("fees", SCHEDULES)
@examples(15)
@given(seed=st.integers(0, 2**32))
def test_through_300_random_trades_and_books(seed: int, fees: FeeSchedule) -> None:
    trader = RandomTrader(seed, fees, touching=True)
    chance, matcher = trader.chance, LiveMatcher(trader.rig.exchange, Slippage(Decimal("0.0005")))
    for time in range(300):
        trader.price = max(20, trader.price + chance.randint(-100, 100))
        matcher.see_book(
            Book(
                bids=tuple(BookLevel(trader.price - step, chance.randint(1, 20_000)) for step in (1, 2, 5)),
                asks=tuple(BookLevel(trader.price + step, chance.randint(1, 20_000)) for step in (1, 3, 4)),
            )
        )
        if chance.random() < 0.7:
            trader.orders.append(matcher.place(trader.request(), market=trader.price, time=time))
        if chance.random() < 0.2:
            trader.cancel_one()
        trader.check()
        matcher.see_trade(trader.price, chance.randint(1, 20_000), time=time)
        trader.check()
    trader.check_fills()
