"""What became of an interruption as a whole."""

from streaming.events import Resync
from streaming.market.gaps.interruptions import Interruption, Interruptions
from streaming.topics.topic import MarketKind, Topic

A, B = (Topic(MarketKind.TRADE, name) for name in ("A", "B"))


def resync(start: int, end: int, *, complete: bool = True) -> Resync:
    """Return what is told of a gap."""
    return Resync(time=end, start=start, end=end, complete=complete)


def test_it_is_told_once_when_all_of_its_gaps_are_closed() -> None:
    interruptions = Interruptions()
    interruptions.begin([A, B], reason="cut", at=5)
    assert interruptions.closed(A, resync(3, 8)) == []
    assert interruptions.closed(B, resync(4, 9)) == [Interruption(start=3, end=9, complete=True, reason="cut")]
    assert interruptions.closed(B, resync(4, 9)) == []


def test_it_is_incomplete_where_one_of_its_gaps_is() -> None:
    interruptions = Interruptions()
    interruptions.begin([A, B], reason="cut", at=5)
    interruptions.closed(A, resync(5, 8, complete=False))
    (over,) = interruptions.closed(B, resync(5, 9))
    assert not over.complete


def test_it_waits_for_nobody_who_has_left() -> None:
    interruptions = Interruptions()
    interruptions.begin([A, B], reason="cut", at=5)
    interruptions.closed(A, resync(5, 8))
    assert [one.end for one in interruptions.forget([B], at=10)] == [10]


def test_it_tells_nothing_of_one_in_which_nothing_was_missed() -> None:
    interruptions = Interruptions()
    interruptions.begin([], reason="cut", at=5)
    assert interruptions.forget([A], at=6) == []


def test_it_tells_each_of_two_that_wait_for_the_same_gap() -> None:
    interruptions = Interruptions()
    interruptions.begin([A], reason="first", at=5)
    interruptions.begin([A], reason="second", at=7)
    assert interruptions.holds(A)
    assert [one.reason for one in interruptions.closed(A, resync(5, 8))] == ["first", "second"]
    assert not interruptions.holds(A)
