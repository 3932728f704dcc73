"""The book keeps its levels sorted, its sums right and its queue in order of time."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.market.order_book import Order, OrderBook, Side

orders = st.lists(st.tuples(st.sampled_from(Side), st.integers(1, 30), st.integers(1, 100)), max_size=60)


def book_of(entries: list[tuple[Side, int, int]]) -> tuple[OrderBook, list[Order]]:
    """Return a book whose bids are below 1000 and whose asks are above, as `entries` say."""
    book, placed = OrderBook(), []
    for order_id, (side, price, quantity) in enumerate(entries):
        away = 1000 - price if side is Side.BUY else 1000 + price
        placed.append(Order(order_id, side, away, quantity))
        book.add(placed[-1])
    return book, placed


def test_it_shows_the_best_price_first_on_both_sides() -> None:
    book, _ = book_of([(Side.BUY, 3, 1), (Side.BUY, 1, 2), (Side.SELL, 5, 3), (Side.SELL, 2, 4)])
    assert book.depth(10) == ([(999, 2), (997, 1)], [(1002, 4), (1005, 3)])
    assert book.depth(1) == ([(999, 2)], [(1002, 4)])


def test_it_keeps_the_orders_of_a_price_in_order_of_time() -> None:
    book, placed = book_of([(Side.BUY, 1, 5), (Side.BUY, 1, 6), (Side.BUY, 1, 7)])
    book.reduce(placed[0], 2)
    best = book.bids.best
    assert best is not None
    assert [order.order_id for order in best.orders.values()] == [0, 1, 2]
    assert best.quantity == 16


def test_it_says_whether_an_order_was_there_to_cancel() -> None:
    book, _ = book_of([(Side.SELL, 1, 5)])
    assert book.cancel(0)
    assert not book.cancel(0)
    assert book.asks.best is None
    assert len(book.asks) == 0


def test_it_counts_each_change_and_tells_what_changed_once() -> None:
    book, placed = book_of([(Side.BUY, 1, 5)])
    before = book.update_id
    book.reduce(placed[0], 1)
    assert book.update_id == before + 1
    assert book.take_touched() == {(Side.BUY, 999)}
    assert book.take_touched() == set()


@given(orders, st.lists(st.integers(0, 59), max_size=30))
def test_it_sums_what_stands_at_each_price_whatever_comes_and_goes(
    entries: list[tuple[Side, int, int]], cancelled: list[int]
) -> None:
    book, placed = book_of(entries)
    for order_id in cancelled:
        book.cancel(order_id)
    standing = [order for order in placed if order.order_id not in cancelled]
    for side in Side:
        expected: dict[int, int] = {}
        for order in standing:
            if order.side is side:
                expected[order.price] = expected.get(order.price, 0) + order.remaining
        levels = list(book.side(side).levels(100))
        assert {level.price: level.quantity for level in levels} == expected
        assert [level.price for level in levels] == sorted(expected, reverse=side is Side.BUY)
        assert book.side(side).quantity == sum(expected.values())
        assert book.side(side).order_count == sum(order.side is side for order in standing)
