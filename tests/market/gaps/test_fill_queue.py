"""Which gap is filled next."""

from streaming.market.gaps.fill_queue import FillQueue
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

A, B, C = (Topic(MarketKind.TRADE, name) for name in ("A", "B", "C"))


@rule("3.7")
def test_it_takes_the_newest_first_and_of_those_the_one_that_most_read(clock: ManualClock) -> None:
    queue = FillQueue(clock)
    queue.add(A, since=5, readers=9)
    queue.add(B, since=7, readers=1)
    queue.add(C, since=7, readers=3)
    assert [queue.take() for _ in range(4)] == [C, B, A, None]


def test_it_takes_what_a_predecessor_left_behind_its_own(clock: ManualClock) -> None:
    queue = FillQueue(clock)
    queue.add(A, since=9, readers=9, is_inherited=True)
    queue.add(B, since=5, readers=1)
    assert [queue.take() for _ in range(2)] == [B, A]


def test_it_takes_a_gap_again_only_when_it_is_done(clock: ManualClock) -> None:
    queue = FillQueue(clock)
    queue.add(A, since=5, readers=1)
    assert queue.take() == A
    queue.add(A, since=5, readers=1)
    assert queue.take() is None
    queue.done(A)
    queue.add(A, since=5, readers=1)
    assert len(queue) == 1
    assert queue.take() == A


@rule("3.7")
def test_it_takes_none_while_the_exchange_asks_to_wait(clock: ManualClock) -> None:
    queue = FillQueue(clock)
    queue.add(A, since=5, readers=1)
    queue.block(10)
    queue.block(3)
    assert queue.take() is None
    assert queue.wait == 10
    clock.advance(10)
    assert queue.take() == A
