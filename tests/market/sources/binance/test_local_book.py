"""A local order book by Binance's own rules: from a snapshot and differences to the best levels."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Level
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.binance.local_book import (
    MOST_LEVELS,
    MOST_WAITING,
    SNAPSHOT_LEVELS,
    Lack,
    LocalBook,
)
from streaming.market.sources.binance.messages import DepthUpdateMessage
from tests.exchange_rules.rules import rule

Rows = dict[int, int]
"""Quantities by price."""


def levels(rows: Rows) -> tuple[Level, ...]:
    """Return levels in the order in which they are written."""
    return tuple(Level(Decimal(price), Decimal(quantity)) for price, quantity in rows.items())


def update(first: int, last: int, bids: Rows | None = None, asks: Rows | None = None) -> DepthUpdateMessage:
    """Return the differences of these ids."""
    return DepthUpdateMessage(
        symbol="BTCUSDT",
        event_time=1_000 + last,
        first_id=first,
        last_id=last,
        bids=levels(bids or {}),
        asks=levels(asks or {}),
    )


def snapshot(update_id: int, bids: Rows | None = None, asks: Rows | None = None) -> BookSnapshot:
    """Return a snapshot, by default of one level a side."""
    given_bids = {100: 1} if bids is None else bids
    return BookSnapshot(update_id=update_id, bids=levels(given_bids), asks=levels({101: 1} if asks is None else asks))


def shown(book: LocalBook) -> tuple[Rows, Rows] | None:
    """Return the quantities by price, bids and asks, the best first; None of a book that isn't known."""
    if book.best is None:
        return None
    sides = (book.best.bids.best(5_000), book.best.asks.best(5_000))
    bids, asks = ({int(level.price): int(level.quantity) for level in side} for side in sides)
    return bids, asks


def seeded(first: int = 10, last: int = 12) -> LocalBook:
    """Return a book as of update 12."""
    book = LocalBook(1)
    book.take(update(first, last))
    assert book.seed(snapshot(12))
    return book


@rule("1.5.2")
def test_it_needs_a_snapshot_once_something_waits_for_it_and_none_that_is_older() -> None:
    book = LocalBook(1)
    assert (book.needs_snapshot, book.seed(snapshot(50))) == (False, False)
    assert book.take(update(10, 12, {100: 5})) is False
    assert book.needs_snapshot
    assert book.seed(snapshot(9)) is False
    assert book.needs_snapshot
    assert book.seed(snapshot(10))
    assert (book.needs_snapshot, shown(book)) == (False, ({100: 5}, {101: 1}))


@rule("1.5.3", "1.5.4")
def test_it_puts_the_snapshot_before_what_waits_and_drops_what_that_knows_already() -> None:
    book = LocalBook(1)
    for one in (update(10, 12, {100: 7, 99: 7}), update(13, 15, {99: 2}), update(16, 16, {98: 3, 97: 0}, {101: 0})):
        assert book.take(one) is False
    assert book.seed(snapshot(14, {100: 1, 98: 1}, {101: 1, 102: 4}))
    assert shown(book) == ({100: 1, 99: 2, 98: 3}, {102: 4})


@rule("1.5.4", "1.5.5")
def test_it_sets_and_removes_levels_and_takes_nothing_twice() -> None:
    book = seeded()
    assert book.take(update(13, 13, {99: 4, 100: 2}))
    assert book.take(update(13, 13, {99: 9})) is False
    assert book.take(update(12, 14, {100: 0}, {103: 1}))
    assert shown(book) == ({99: 4}, {101: 1, 103: 1})


@rule("1.5.5")
def test_it_begins_anew_after_a_hole_with_what_comes_behind_it() -> None:
    book = seeded()
    assert book.take(update(14, 15, {99: 4})) is False
    assert (shown(book), book.lack, book.needs_snapshot) == (None, Lack.GAP, True)
    assert book.take(update(16, 16, {98: 1})) is False
    assert book.seed(snapshot(15, {99: 4}))
    assert shown(book) == ({99: 4, 98: 1}, {101: 1})
    assert book.lack is None


@rule("1.5.5")
def test_a_hole_in_what_waits_lets_go_of_what_came_before_it() -> None:
    book = LocalBook(1)
    for one in (update(10, 12), update(14, 15, {99: 1}), update(14, 15, {99: 8})):
        book.take(one)
    assert book.seed(snapshot(13)) is False
    assert book.seed(snapshot(14))
    assert shown(book) == ({100: 1, 99: 1}, {101: 1})


def test_more_than_may_wait_pushes_out_the_oldest_and_an_old_snapshot_with_it() -> None:
    book = LocalBook(1)
    for number in range(1, MOST_WAITING + 11):
        book.take(update(number, number))
    assert book.seed(snapshot(10)) is False
    assert book.seed(snapshot(11))


def test_a_book_whose_bids_meet_its_asks_begins_anew() -> None:
    book = seeded()
    assert book.take(update(13, 13, {101: 1})) is False
    assert (shown(book), book.lack) == (None, Lack.CROSSED)
    assert book.take(update(14, 14)) is False
    assert book.seed(snapshot(14, {103: 1}, {102: 1})) is False
    assert (shown(book), book.lack) == (None, Lack.CROSSED)
    book.take(update(15, 15))
    assert book.seed(snapshot(15))


def test_a_level_that_can_not_be_begins_it_anew_and_a_snapshot_with_one_is_none() -> None:
    for bids in ({0: 1}, {-5: 1}, {100: -1}):
        book = seeded()
        assert book.take(update(13, 13, bids)) is False
        assert (shown(book), book.lack, book.needs_snapshot) == (None, Lack.MALFORMED, False)
        book.take(update(14, 14))
        assert book.seed(snapshot(14, bids)) is False
        assert book.seed(snapshot(14))


@rule("1.5.6")
def test_it_leaves_out_what_lies_beyond_a_snapshot_that_was_cut_and_asks_for_another_before_it_runs_out() -> None:
    top = 10_000
    bids = {top - place: 1 for place in range(SNAPSHOT_LEVELS)}
    book = LocalBook(100)
    book.take(update(1, 1))
    assert book.seed(snapshot(1, bids, {top + 1: 1}))
    worst = top - SNAPSHOT_LEVELS + 1
    assert book.take(update(2, 2, {worst - 1: 7, worst: 3}, {top + 500: 2}))
    told = shown(book)
    assert told is not None
    assert (worst - 1 in told[0], told[0][worst], told[1]) == (False, 3, {top + 1: 1, top + 500: 2})
    assert [book.lack] == [None]
    gone = dict.fromkeys(range(top - SNAPSHOT_LEVELS + 101, top + 1), 0)
    assert book.take(update(3, 3, gone, {top - 1: 1}))
    assert [book.lack] == [None]
    assert book.take(update(4, 4, {worst: 0}))
    assert (book.lack, book.needs_snapshot) == (Lack.SHORT, False)
    assert book.take(update(5, 5, {worst + 1: 9}))
    assert book.needs_snapshot
    assert book.seed(snapshot(5, {worst + 1: 9, worst - 1: 7}, {top - 1: 1}))
    assert shown(book) == ({worst + 1: 9, worst - 1: 7}, {top - 1: 1})


def test_it_keeps_no_more_levels_than_it_may() -> None:
    book = LocalBook(100)
    book.take(update(1, 1))
    assert book.seed(snapshot(1, {5: 1}, {}))
    assert book.take(update(2, 2, dict.fromkeys(range(1, MOST_LEVELS + 500), 1)))
    told = shown(book)
    assert told is not None
    assert (len(told[0]), min(told[0])) == (MOST_LEVELS, 500)
    assert book.take(update(3, 3, {499: 1}))
    assert shown(book) == told


_CHANGES = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 50), st.integers(0, 3), max_size=4), st.integers(1, 3)), max_size=30
)


@rule("1.5.3", "1.5.5")
@given(changes=_CHANGES, taken_at=st.integers(0, 30), again=st.booleans())
def test_whenever_the_snapshot_was_taken_it_is_the_book_that_the_differences_make(
    changes: list[tuple[Rows, int]], taken_at: int, again: bool
) -> None:
    truth: Rows = {}
    states, updates, number = [(0, dict(truth))], [], 0
    for bids, ids in changes:
        updates.append(update(number + 1, number + ids, bids))
        number += ids
        truth = {price: quantity for price, quantity in {**truth, **bids}.items() if quantity}
        states.append((number, dict(truth)))
    book = LocalBook(1)
    book.take(update(0, 0))
    at, known = states[min(taken_at, len(states) - 1)]
    for one in updates:
        for _ in range(1 + again):
            book.take(one)
    assert book.seed(snapshot(at, known, {}))
    told = shown(book)
    assert told is not None
    assert told[0] == truth
