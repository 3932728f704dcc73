"""What books and trades of a live market execute."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from tests.trading.engine.instruments import Desk
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


class LiveDesk(Desk):
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
    desk = LiveDesk()
    desk.order(OrderType.MARKET, quantity=12)
    assert desk.fills == [(101, 4, "taker"), (102, 6, "taker"), (108, 2, "taker")]  # 102 and 5 %, rounded up


def test_without_a_book_a_market_order_is_executed_at_the_last_trade_with_slippage() -> None:
    desk = LiveDesk(Book())
    desk.order(OrderType.MARKET, Side.SELL)
    assert desk.fills == [(95, 10, "taker")]


def test_a_limit_takes_what_it_may_and_rests_with_the_remainder() -> None:
    desk = LiveDesk()
    order = desk.order(OrderType.LIMIT, price=101)
    assert (desk.fills, order.state, order.remaining) == ([(101, 4, "taker")], OrderState.PARTIALLY_FILLED, 6)
    desk.trade(100, 2)
    desk.trade(100, 50)
    assert desk.fills[1:] == [(101, 2, "maker"), (101, 4, "maker")]


def test_a_resting_limit_waits_for_the_volume_that_stood_before_it() -> None:
    desk = LiveDesk()
    desk.order(OrderType.LIMIT, price=99)
    desk.trade(99, 3)
    assert desk.fills == []
    desk.trade(99, 6)  # two were still before it
    assert desk.fills == [(99, 4, "maker")]
    desk.trade(98, 3)  # through its price: nothing is before it any more
    assert desk.fills[1:] == [(99, 3, "maker")]


def test_no_more_is_executed_than_was_traded_and_the_better_price_comes_first() -> None:
    desk = LiveDesk(Book())
    desk.order(OrderType.LIMIT, price=95)
    desk.order(OrderType.LIMIT, price=97)
    desk.trade(90, 14)
    assert desk.fills == [(97, 10, "maker"), (95, 4, "maker")]


def test_a_stop_takes_from_the_book_once_a_trade_has_reached_it() -> None:
    desk = LiveDesk()
    stop = desk.order(OrderType.STOP, Side.SELL, stop_price=97)
    desk.trade(98, 1)
    assert stop.state is OrderState.ACCEPTED
    desk.trade(96, 1)
    assert desk.fills == [(99, 5, "taker"), (98, 5, "taker")]


def test_a_stop_limit_that_was_reached_rests_where_the_book_offers_nothing_within_its_limit() -> None:
    desk = LiveDesk()
    order = desk.order(OrderType.STOP_LIMIT, Side.BUY, stop_price=103, price=100)
    desk.trade(104, 1)
    assert (order.is_triggered, desk.fills, order.state) == (True, [], OrderState.ACCEPTED)
    desk.trade(99, 3)
    assert desk.fills == [(100, 3, "maker")]


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
    desk = LiveDesk()
    order = desk.order(OrderType.LIMIT, price=101, quantity=quantity, time_in_force=time_in_force)
    assert (order.filled, order.state, desk.account.locked("USDT")) == (executed, state, 0)


def test_a_post_only_order_that_would_take_is_refused_and_one_that_would_not_makes() -> None:
    desk = LiveDesk()
    assert desk.order(OrderType.LIMIT_MAKER, price=101).state is OrderState.REJECTED
    order = desk.order(OrderType.LIMIT_MAKER, price=100)
    desk.trade(99, 10)
    assert (order.state, desk.fills) == (OrderState.FILLED, [(100, 10, Liquidity.MAKER.value)])


def test_placing_an_order_again_under_its_name_executes_nothing() -> None:
    desk = LiveDesk()
    first = desk.order(OrderType.MARKET, quantity=3)
    again = desk.matcher.place(first.request, market=100, time=9)
    assert (again, desk.fills) == (first, [(101, 3, "taker")])
