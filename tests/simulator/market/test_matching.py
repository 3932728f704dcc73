"""Orders match by price, then time; what is traded leaves the book, and the book never crosses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.market.matching import MatchingEngine
from streaming.simulator.market.order_book import Side

limit_orders = st.tuples(st.sampled_from(Side), st.integers(90, 110), st.integers(1, 50))


def test_it_fills_the_best_price_first_and_the_oldest_order_of_a_price_before_the_others() -> None:
    engine = MatchingEngine()
    engine.limit(Side.SELL, 102, 5, time=1)
    engine.limit(Side.SELL, 101, 3, time=2)
    engine.limit(Side.SELL, 101, 4, time=3)
    assert engine.take(Side.BUY, None, 8, time=4) == 8
    assert [(trade.price, trade.quantity) for trade in engine.take_trades()] == [(101, 3), (101, 4), (102, 1)]


def test_it_trades_at_the_price_of_the_order_that_rested() -> None:
    engine = MatchingEngine()
    engine.limit(Side.BUY, 105, 2, time=1)
    engine.limit(Side.SELL, 100, 2, time=2)
    [trade] = engine.take_trades()
    assert (trade.price, trade.quantity, trade.time, trade.buyer_is_maker) == (105, 2, 2, True)


def test_it_lets_the_rest_of_a_limit_order_stand_and_drops_that_of_a_taker() -> None:
    engine = MatchingEngine()
    engine.limit(Side.SELL, 100, 2, time=1)
    engine.limit(Side.BUY, 100, 5, time=2)
    assert engine.book.depth(5) == ([(100, 3)], [])
    assert engine.take(Side.SELL, 101, 5, time=3) == 0
    assert engine.take(Side.SELL, 100, 5, time=3) == 3
    assert engine.book.depth(5) == ([], [])


def test_it_numbers_trades_without_a_hole() -> None:
    engine = MatchingEngine(first_trade_id=500)
    for _ in range(3):
        engine.limit(Side.SELL, 100, 1, time=1)
    engine.take(Side.BUY, None, 3, time=2)
    assert [trade.trade_id for trade in engine.take_trades()] == [500, 501, 502]
    assert engine.take_trades() == []


@pytest.mark.parametrize("quantity", [0, -1])
def test_it_refuses_an_order_for_nothing(quantity: int) -> None:
    with pytest.raises(ValueError, match="quantity must be more than zero"):
        MatchingEngine().limit(Side.BUY, 100, quantity, time=1)


@given(st.lists(limit_orders, max_size=80))
def test_it_never_leaves_a_crossed_book_and_loses_no_quantity(orders: list[tuple[Side, int, int]]) -> None:
    engine = MatchingEngine()
    traded = 0
    for time, (side, price, quantity) in enumerate(orders):
        engine.limit(side, price, quantity, time)
        traded += sum(trade.quantity for trade in engine.take_trades())
        bid, ask = engine.book.bids.best, engine.book.asks.best
        assert bid is None or ask is None or bid.price < ask.price
    ordered = sum(quantity for _, _, quantity in orders)
    assert ordered == 2 * traded + engine.book.bids.quantity + engine.book.asks.quantity
