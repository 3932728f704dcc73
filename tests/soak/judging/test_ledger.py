"""What strikes a witness at once."""

from decimal import Decimal

from tests.soak.judging.ledger import Ledger, Oddity
from tests.soak.judging.types import Feed, FeedKind, Item

TRADES = Feed(FeedKind.TRADES, "BTCUSDT")
BEGAN = 1_000_000


def trade(key: int, time: int = BEGAN + 10, price: str = "5") -> Item:
    return Item(key, time, time, (Decimal(price), Decimal(1)))


def ledger() -> Ledger:
    return Ledger("1", TRADES, BEGAN)


def oddities(one: Ledger) -> list[tuple[Oddity, int]]:
    return [(struck.oddity, struck.key) for struck in one.struck]


def see(one: Ledger, *keys: int, repaired: bool = False) -> None:
    for key in keys:
        one.take(trade(key), trade(key), BEGAN + 20, repaired=repaired)


def test_it_finds_nothing_odd_in_what_comes_once_and_in_order() -> None:
    one = ledger()
    see(one, 7, 8, 9)
    assert not one.struck
    assert list(one.seen) == [7, 8, 9]


def test_it_finds_what_comes_twice_even_where_it_is_marked_as_repaired() -> None:
    one = ledger()
    see(one, 7, 8, 7)
    see(one, 8, repaired=True)
    assert oddities(one) == [(Oddity.DOUBLE, 7), (Oddity.DOUBLE, 8)]


def test_it_lets_only_what_is_repaired_come_late() -> None:
    one = ledger()
    see(one, 7, 10)
    see(one, 8, repaired=True)
    see(one, 9)
    assert oddities(one) == [(Oddity.DISORDER, 9)]
    assert one.repaired == 1


def test_it_finds_what_the_exchange_made_otherwise_or_never() -> None:
    one = ledger()
    one.take(trade(7, price="5"), trade(7, price="5.00"), BEGAN + 20)
    one.take(trade(8, price="5"), trade(8, price="6"), BEGAN + 20)
    one.take(trade(9), None, BEGAN + 20)
    assert oddities(one) == [(Oddity.WRONG, 8), (Oddity.INVENTED, 9)]


def test_everything_is_owed_from_the_first_fresh_news_on() -> None:
    one = ledger()
    assert one.owed_from is None
    one.alive(BEGAN - 4000)  # a last known value
    assert one.owed_from is None
    one.alive(BEGAN + 500)
    one.alive(BEGAN + 700)
    assert one.owed_from == BEGAN + 500


def test_a_repaired_trade_of_before_does_not_begin_it() -> None:
    one = ledger()
    one.take(trade(7, time=BEGAN - 3000), trade(7, time=BEGAN - 3000), BEGAN + 20, repaired=True)
    assert one.owed_from is None


def test_it_ends_once() -> None:
    one = ledger()
    one.end(BEGAN + 1, "closed 1012")
    one.end(BEGAN + 2, "it left")
    assert (one.ended_at, one.end_reason) == (BEGAN + 1, "closed 1012")
