"""A book of levels: the best first, by number, with the digits that came."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Level
from streaming.market.sources.order_book import BookSide, OrderBook


def level(price: str, quantity: str = "1") -> Level:
    """Return a level."""
    return Level(Decimal(price), Decimal(quantity))


@pytest.mark.parametrize(("is_bid", "best"), [(True, ["3", "2.50"]), (False, ["1", "2.50"])])
def test_it_gives_the_best_levels_first_with_their_digits(is_bid: bool, best: list[str]) -> None:
    side = BookSide(is_bid=is_bid)
    side.change([level("2.50"), level("1"), level("3")])
    assert [str(one.price) for one in side.best(2)] == best


def test_a_level_is_known_by_its_price_however_it_is_written() -> None:
    side = BookSide(is_bid=True)
    side.change([level("2.50", "1.0"), level("2.5", "7.00")])
    assert [str(one.quantity) for one in side.best(10)] == ["7.00"]
    side.change([level("2.500", "0.000"), level("9", "0")])
    assert len(side) == 0


def test_it_is_crossed_where_a_bid_reaches_an_ask() -> None:
    book = OrderBook()
    assert not book.is_crossed
    book.bids.change([level("10")])
    book.asks.change([level("10.1")])
    assert not book.is_crossed
    book.bids.change([level("10.10")])
    assert book.is_crossed


_CHANGES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)))


@given(_CHANGES, st.booleans(), st.integers(1, 5))
def test_it_holds_what_was_said_last_of_each_price(changes: list[tuple[int, int]], is_bid: bool, depth: int) -> None:
    side = BookSide(is_bid=is_bid)
    side.change([level(str(price), str(quantity)) for price, quantity in changes])
    last = {price: quantity for price, quantity in dict(changes).items() if quantity}
    expected = [level(str(price), str(last[price])) for price in sorted(last, reverse=is_bid)]
    assert list(side.best(100)) == expected
    begun = BookSide([level(str(price), str(quantity)) for price, quantity in changes], is_bid=is_bid)
    assert begun.best(100) == side.best(100)
    side.cut(depth)
    assert list(side.best(100)) == expected[:depth]
