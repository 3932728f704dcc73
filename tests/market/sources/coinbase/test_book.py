"""A product's book on Coinbase."""

from decimal import Decimal

from streaming.events import Level
from streaming.market.sources.coinbase.book import ProductBook
from streaming.market.sources.coinbase.messages import SnapshotMessage, UpdateMessage
from tests.exchange_rules.rules import rule


def levels(*prices: str, quantity: str = "1.00") -> tuple[Level, ...]:
    """Return levels at these prices."""
    return tuple(Level(Decimal(price), Decimal(quantity)) for price in prices)


def snapshot(*bids: str, asks: tuple[str, ...] = ("20",)) -> SnapshotMessage:
    """Return a whole book."""
    return SnapshotMessage(symbol="A-B", event_time=None, bids=levels(*bids), asks=levels(*asks), bad_levels=0)


def update(*bids: str, quantity: str) -> UpdateMessage:
    """Return changed bids."""
    changed = levels(*bids, quantity=quantity)
    return UpdateMessage(symbol="A-B", event_time=None, bids=changed, asks=(), bad_levels=0)


@rule("C.6")
def test_it_begins_with_a_snapshot_and_sets_what_changes() -> None:
    book = ProductBook()
    book.take(update("19", quantity="5"))
    assert (book.is_whole, len(book.book.bids)) == (False, 0)
    book.take(snapshot("10", "11"))
    book.take(update("11.0", "12", quantity="0.50"))
    book.take(update("10", "9", quantity="0.000"))
    assert [(str(one.price), str(one.quantity)) for one in book.book.bids.best(10)] == [
        ("12", "0.50"),
        ("11.0", "0.50"),
    ]
    book.take(snapshot("7"))
    assert [str(one.price) for one in book.book.bids.best(10)] == ["7"]


@rule("C.6")
def test_it_keeps_every_level_for_those_below_come_up_again() -> None:
    book = ProductBook()
    book.take(snapshot(*map(str, range(1, 201))))
    book.take(update(*map(str, range(11, 201)), quantity="0"))
    assert [int(one.price) for one in book.book.bids.best(10)] == list(range(10, 0, -1))
