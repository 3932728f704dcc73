"""A book of Kraken's, and the checksum that proves it."""

from decimal import Decimal

import msgspec
import pytest

from streaming.events import Level
from streaming.market.sources.kraken.book import CheckedBook
from streaming.market.sources.kraken.messages import BookMessage
from tests.exchange_rules.rules import rule

ASKS = (("45285.2", "0.00100000"), ("45286.4", "1.54571953"), ("45286.6", "1.54571109"))
BIDS = (("45283.5", "0.10000000"), ("0.0999", "0.00000010"))
CHECKSUM = 4_222_677_939


def levels(*rows: tuple[str, str]) -> tuple[Level, ...]:
    """Return levels of these prices and quantities."""
    return tuple(Level(Decimal(price), Decimal(quantity)) for price, quantity in rows)


def snapshot(*, checksum: int = CHECKSUM) -> BookMessage:
    """Return a whole book."""
    return BookMessage(
        symbol="BTC/USD", is_snapshot=True, event_time=None, bids=levels(*BIDS), asks=levels(*ASKS), checksum=checksum
    )


def update(*asks: tuple[str, str], checksum: int) -> BookMessage:
    """Return changed asks."""
    return msgspec.structs.replace(snapshot(checksum=checksum), is_snapshot=False, bids=(), asks=levels(*asks))


@rule("K.5")
def test_the_checksum_is_of_the_wires_digits_asks_first_without_points_and_leading_zeros() -> None:
    """`452852` `100000` `452864` … and then the bids, `0.0999` as `999`: CRC32 of their text, computed by zlib."""
    assert CheckedBook(10).take(snapshot())
    lost_zeros = msgspec.structs.replace(snapshot(), bids=levels(("45283.5", "0.1"), BIDS[1]))
    assert not CheckedBook(10).take(lost_zeros)


@rule("K.5")
def test_a_price_may_come_several_times_in_a_message_and_the_last_counts() -> None:
    book = CheckedBook(10)
    book.take(snapshot())
    assert book.take(update(("45285.2", "7.0"), ("45285.2", "0.0"), ("45285.2", "0.00100000"), checksum=CHECKSUM))


@rule("K.5")
def test_what_falls_out_of_the_depth_is_cut_for_nobody_removes_it() -> None:
    book = CheckedBook(3)
    book.take(snapshot())
    book.take(update(("45284.0", "1.0"), checksum=0))
    assert [str(one.price) for one in book.book.asks.best(10)] == ["45284.0", "45285.2", "45286.4"]


@rule("K.5")
@pytest.mark.parametrize("lost", [("45285.2", "0.00000000"), ("45290.0", "1.0")])
def test_after_a_wrong_checksum_nothing_is_proven_until_another_snapshot(lost: tuple[str, str]) -> None:
    book = CheckedBook(10)
    book.take(snapshot())
    assert not book.take(update(lost, checksum=CHECKSUM))
    assert not book.take(update(checksum=CHECKSUM))
    assert not book.is_proven
    assert book.take(snapshot())
