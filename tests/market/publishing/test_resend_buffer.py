"""What was published last, and when it is sent again."""

from streaming.events import Envelope, Event
from streaming.market.publishing.resend_buffer import ResendBuffer
from streaming.topics.topic import MarketKind, Topic
from tests.market.publishing.published_events import lost, price, trades

TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
PRICE = Topic(MarketKind.PRICE, "BTCUSDT")


def newest() -> ResendBuffer:
    """Return one that knows of a price and of a trade."""
    one = ResendBuffer()
    one.note(PRICE, envelope(1, price(1)))
    one.note(TRADES, envelope(1, trades(1)))
    return one


def envelope(sequence: int, event: Event) -> Envelope:
    """Return an event of epoch 1."""
    return Envelope(epoch=1, sequence=sequence, event=event)


def test_it_sends_again_what_it_is_asked_for_and_knows() -> None:
    one = newest()
    one.ask([TRADES, Topic(MarketKind.TRADE, "ETHUSDT")], 10)
    assert one.take(10, 50) == [TRADES]
    assert one.take(10, 50) == []


def test_it_keeps_an_event_with_the_last_gap_that_was_told_since() -> None:
    one = newest()
    for number in (2, 3):
        one.note(TRADES, envelope(number, lost(number, number)))
    assert [sent.sequence for sent in one.of(TRADES)] == [1, 3]
    one.note(TRADES, envelope(4, trades(2)))
    assert [sent.sequence for sent in one.of(TRADES)] == [4]


def test_it_sends_only_so_many_at_once() -> None:
    one = newest()
    one.ask([TRADES, PRICE], 10)
    assert [one.take(10, 1) for _ in range(3)] == [[TRADES], [PRICE], []]


def test_it_counts_all_who_ask_before_a_topic_is_sent_as_one() -> None:
    one = newest()
    one.ask([TRADES], 10)
    one.ask([TRADES], 10.5)
    assert one.take(10.5, 50) == [TRADES]
    assert one.next_at is None


def test_it_sends_once_more_a_second_later_for_who_asks_when_it_was_sent() -> None:
    one = newest()
    one.ask([TRADES], 10)
    one.take(10, 50)
    one.ask([TRADES], 10.4)
    one.ask([TRADES], 10.8)
    assert one.next_at == 11
    assert one.take(10.9, 50) == []
    assert one.take(11, 50) == [TRADES]
    assert one.next_at is None


def test_it_forgets_states_that_nobody_wants_and_whatever_begins_anew() -> None:
    one = newest()
    one.ask([TRADES, PRICE], 10)
    one.keep(frozenset())
    assert (one.of(PRICE), len(one.of(TRADES))) == ((), 1)
    one.forget([TRADES])
    assert one.of(TRADES) == ()
    assert one.take(10, 50) == []
