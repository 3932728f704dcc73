"""What books and trades of a live market execute."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from tests.trading.engine.instruments import ExchangeRig
from trading.engine.fees import Liquidity
from trading.engine.matching.book import Book, BookLevel
from trading.engine.matching.live import LiveMatcher
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce

BOOK = Book(
    bids=(BookLevel(99, 5), BookLevel(98, 10)),
    asks=(BookLevel(101, 4), BookLevel(102, 6)),
)


class LiveExchangeRig(ExchangeRig):
    """A live paper exchange, and what was executed on it."""

    def __init__(self, book: Book = BOOK, slippage: str = "0.05") -> None:
        super().__init__(base="1", touching=True)
        self.matcher = LiveMatcher(self.exchange, Slippage(Decimal(slippage)))
        self.matcher.see_book(book)

    def order(self, order_type: OrderType, side: Side = Side.BUY, *, quantity: int = 10, **fields: Any) -> Order:
        name = f"{len(self.events)} {side}"
        request = OrderRequest(client_order_id=name, side=side, type=order_type, quantity=quantity, **fields)
        return self.matcher.place(request, market=100, time=1)

    def trade(self, price: int, quantity: int) -> None:
        self.matcher.see_trade(price, quantity, time=2)

    @property
    def fills(self) -> list[tuple[int, int, str]]:
        fills = [event.fill for event in self.events if event.fill]
        return [(fill.price, fill.quantity, fill.liquidity.value) for fill in fills]


def test_a_market_order_walks_the_book_and_gets_what_it_does_not_hold_with_slippage() -> None:
    rig = LiveExchangeRig()
    rig.order(OrderType.MARKET, quantity=12)
    assert rig.fills == [(101, 4, "taker"), (102, 6, "taker"), (108, 2, "taker")]  # 102 and 5 %, rounded up


def test_without_a_book_a_market_order_is_executed_at_the_last_trade_with_slippage() -> None:
    rig = LiveExchangeRig(Book())
    rig.order(OrderType.MARKET, Side.SELL)
    assert rig.fills == [(95, 10, "taker")]


def test_a_limit_takes_what_it_may_and_rests_with_the_remainder() -> None:
    rig = LiveExchangeRig()
    order = rig.order(OrderType.LIMIT, price=101)
    assert (rig.fills, order.state, order.remaining) == ([(101, 4, "taker")], OrderState.PARTIALLY_FILLED, 6)
    rig.trade(100, 2)
    rig.trade(100, 50)
    assert rig.fills[1:] == [(101, 2, "maker"), (101, 4, "maker")]


def test_a_resting_limit_waits_for_the_volume_that_stood_before_it() -> None:
    rig = LiveExchangeRig()
    rig.order(OrderType.LIMIT, price=99)
    rig.trade(99, 3)
    assert rig.fills == []
    rig.trade(99, 6)  # two were still before it
    assert rig.fills == [(99, 4, "maker")]
    rig.trade(98, 3)  # through its price: nothing is before it any more
    assert rig.fills[1:] == [(99, 3, "maker")]


def test_no_more_is_executed_than_was_traded_and_the_better_price_comes_first() -> None:
    rig = LiveExchangeRig(Book())
    rig.order(OrderType.LIMIT, price=95)
    rig.order(OrderType.LIMIT, price=97)
    rig.trade(90, 14)
    assert rig.fills == [(97, 10, "maker"), (95, 4, "maker")]


def test_a_stop_takes_from_the_book_once_a_trade_has_reached_it() -> None:
    rig = LiveExchangeRig()
    stop = rig.order(OrderType.STOP, Side.SELL, stop_price=97)
    rig.trade(98, 1)
    assert stop.state is OrderState.ACCEPTED
    rig.matcher.see_book(Book(bids=(BookLevel(96, 5), BookLevel(95, 10))))
    rig.trade(96, 1)
    assert rig.fills == [(96, 5, "taker"), (95, 5, "taker")]


def test_what_is_left_of_a_stop_limit_is_not_executed_by_the_trade_that_reached_its_stop() -> None:
    rig = LiveExchangeRig(Book(bids=(BookLevel(97, 2), BookLevel(95, 10))))
    order = rig.order(OrderType.STOP_LIMIT, Side.SELL, stop_price=97, price=96)
    rig.trade(97, 7)
    assert (rig.fills, order.remaining) == ([(97, 2, "taker")], 8)
    rig.trade(97, 3)
    assert rig.fills[1:] == [(96, 3, "maker")]


def test_what_one_order_has_taken_from_the_book_the_next_does_not_get() -> None:
    rig = LiveExchangeRig()
    for _ in range(2):
        rig.order(OrderType.LIMIT, price=102, quantity=6, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
    assert rig.fills == [(101, 4, "taker"), (102, 2, "taker"), (102, 4, "taker")]
    rig.matcher.see_book(BOOK)
    rig.order(OrderType.LIMIT, price=101, quantity=6)
    assert rig.fills[3:] == [(101, 4, "taker")]


def test_a_book_from_before_a_trade_offers_nothing_better_than_it() -> None:
    rig = LiveExchangeRig()
    rig.order(OrderType.STOP, Side.SELL, stop_price=98)
    rig.trade(98, 1)  # who bid 99 is gone
    assert rig.fills == [(98, 10, "taker")]
    rig = LiveExchangeRig()
    rig.order(OrderType.STOP, Side.SELL, stop_price=97)
    rig.trade(96, 1)  # all are: the trade's own price, and 5 % of slippage
    assert rig.fills == [(91, 10, "taker")]


def test_a_stop_limit_that_was_reached_rests_where_the_book_offers_nothing_within_its_limit() -> None:
    rig = LiveExchangeRig()
    order = rig.order(OrderType.STOP_LIMIT, Side.BUY, stop_price=103, price=100)
    rig.trade(104, 1)
    assert (order.is_triggered, rig.fills, order.state) == (True, [], OrderState.ACCEPTED)
    rig.trade(99, 3)
    assert rig.fills == [(100, 3, "maker")]


@pytest.mark.parametrize(
    ("time_in_force", "quantity", "executed", "state"),
    [
        (TimeInForce.IMMEDIATE_OR_CANCEL, 10, 4, OrderState.EXPIRED),
        (TimeInForce.IMMEDIATE_OR_CANCEL, 4, 4, OrderState.FILLED),
        (TimeInForce.FILL_OR_KILL, 5, 0, OrderState.EXPIRED),
        (TimeInForce.FILL_OR_KILL, 4, 4, OrderState.FILLED),
    ],
)
def test_it_expires_what_may_not_wait(
    time_in_force: TimeInForce, quantity: int, executed: int, state: OrderState
) -> None:
    rig = LiveExchangeRig()
    order = rig.order(OrderType.LIMIT, price=101, quantity=quantity, time_in_force=time_in_force)
    assert (order.filled, order.state, rig.account.locked("USDT")) == (executed, state, 0)


def test_a_post_only_order_that_would_take_is_refused_and_one_that_would_not_makes() -> None:
    rig = LiveExchangeRig()
    assert rig.order(OrderType.LIMIT_MAKER, price=101).state is OrderState.REJECTED
    order = rig.order(OrderType.LIMIT_MAKER, price=100)
    rig.trade(99, 10)
    assert (order.state, rig.fills) == (OrderState.FILLED, [(100, 10, Liquidity.MAKER.value)])


def test_placing_an_order_again_under_its_name_executes_nothing() -> None:
    rig = LiveExchangeRig()
    first = rig.order(OrderType.MARKET, quantity=3)
    again = rig.matcher.place(first.request, market=100, time=9)
    assert (again, rig.fills) == (first, [(101, 3, "taker")])
