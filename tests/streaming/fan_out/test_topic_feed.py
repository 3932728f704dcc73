from collections.abc import Sequence
from decimal import Decimal

from streaming.events import Depth, Envelope, Event, Level, Resync, Source
from streaming.fan_out.frames import Frame, text_frame
from streaming.fan_out.topic_feed import TopicFeed
from streaming.topics import Kind, Topic
from tests.streaming.fan_out.test_deduplication import trades


class Spelling:
    """A dialect that writes the channel."""

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        return [text_frame(channel.encode())]


class Inbox:
    """A receiver that keeps what it is sent."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    def push(self, frames: Sequence[Frame]) -> None:
        self.payloads.extend(frame.payload for frame in frames)


def feed(*, keeps_last_value: bool = True) -> TopicFeed:
    return TopicFeed(Topic(Kind.DEPTH, "BTCUSDT"), keeps_last_value=keeps_last_value)


def envelope(epoch: int = 1) -> Envelope:
    levels = (Level(Decimal(1), Decimal(1)),)
    event = Depth(symbol="BTCUSDT", time=epoch, source=Source.SIMULATOR, bids=levels, asks=levels)
    return Envelope(epoch=epoch, sequence=1, event=event)


def test_it_hands_an_event_to_whoever_is_attached() -> None:
    readers, spelling, inboxes = feed(), Spelling(), [Inbox(), Inbox()]
    readers.attach(spelling, "depth:BTCUSDT", inboxes[0])
    readers.attach(spelling, "depth:BTCUSDT", inboxes[1])
    readers.attach(spelling, "depth:BTCUSDT", inboxes[1])
    readers.detach(spelling, "depth:BTCUSDT", inboxes[0])
    readers.detach(spelling, "depth:BTCUSDT", inboxes[0])
    readers.detach(spelling, "another", inboxes[1])
    readers.deliver(envelope(), 0)
    assert (inboxes[0].payloads, inboxes[1].payloads) == ([], [b"depth:BTCUSDT"])


def test_it_calls_back_until_it_is_told_not_to() -> None:
    readers, seen = feed(), list[Event]()
    readers.add_callback(seen.append)
    readers.deliver(envelope(), 0)
    readers.remove_callback(seen.append)
    readers.remove_callback(seen.append)
    readers.deliver(envelope(), 0)
    assert len(seen) == 1


def test_it_keeps_the_last_value_only_of_what_is_state() -> None:
    state, sequence = feed(), feed(keeps_last_value=False)
    for readers in (state, sequence):
        readers.deliver(envelope(), at=10)
    assert state.last(not_before=10) == envelope().event
    assert state.last(not_before=10.1) is None
    assert sequence.last(not_before=0) is None


def test_it_drops_what_a_superseded_producer_sends() -> None:
    readers = feed()
    for epoch in (2, 1, 2):
        readers.deliver(envelope(epoch), 0)
    assert readers.tracker.dropped == 1


def test_it_lets_a_producer_without_a_lease_pass_whatever_it_has_seen() -> None:
    readers, seen = feed(), list[Event]()
    readers.add_callback(seen.append)
    for epoch in (2, 0, 1):
        readers.deliver(envelope(epoch), 0)
    assert seen == [envelope(2).event, envelope(0).event]


def test_it_keeps_no_news_of_a_gap_as_last_value() -> None:
    readers = feed()
    readers.deliver(envelope(), at=10)
    readers.deliver(Envelope(epoch=1, sequence=2, event=Resync(time=1, start=0, end=1, complete=True)), at=11)
    assert readers.last(not_before=0) == envelope().event


def test_it_tells_a_trade_once_also_where_a_later_producer_publishes_it_again() -> None:
    readers, seen = TopicFeed(Topic(Kind.TRADE, "BTCUSDT"), keeps_last_value=False), list[Event]()
    readers.add_callback(seen.append)
    for epoch, ids in ((1, (1, 2)), (2, (1, 2)), (2, (2, 3))):
        readers.deliver(Envelope(epoch=epoch, sequence=1, event=trades(*ids)), 0)
    assert seen == [trades(1, 2), trades(3)]
    assert readers.tracker.doubled == 1
