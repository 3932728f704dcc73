from collections.abc import Iterable, Sequence
from decimal import Decimal

from streaming.events import Depth, Envelope, Event, Level, Resync, Source
from streaming.fan_out.frames import Frame, text_frame
from streaming.fan_out.topic_feed import IndividualSubscriber, Subscriber, TopicFeed
from streaming.topics.topic import MarketKind, Topic
from tests.streaming.fan_out.numbered_trades import trades


class Spelling:
    """A dialect that writes the channel."""

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        return [text_frame(channel.encode())]


class Inbox(IndividualSubscriber):
    """A subscriber that keeps what it is sent."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    def push(self, frames: Sequence[Frame]) -> None:
        self.payloads.extend(frame.payload for frame in frames)


def feed(*, keeps_value: bool = True) -> TopicFeed:
    return TopicFeed(Topic(MarketKind.DEPTH, "BTCUSDT"), keeps_value=keeps_value)


def envelope(epoch: int = 1) -> Envelope:
    levels = (Level(Decimal(1), Decimal(1)),)
    event = Depth(symbol="BTCUSDT", time=epoch, source=Source.SIMULATOR, bids=levels, asks=levels)
    return Envelope(epoch=epoch, sequence=1, event=event)


def test_it_hands_an_event_to_whoever_is_attached() -> None:
    subscribed, spelling, inboxes = feed(), Spelling(), [Inbox(), Inbox()]
    subscribed.attach(spelling, "depth:BTCUSDT", inboxes[0])
    subscribed.attach(spelling, "depth:BTCUSDT", inboxes[1])
    subscribed.attach(spelling, "depth:BTCUSDT", inboxes[1])
    subscribed.detach(spelling, "depth:BTCUSDT", inboxes[0])
    subscribed.detach(spelling, "depth:BTCUSDT", inboxes[0])
    subscribed.detach(spelling, "another", inboxes[1])
    subscribed.deliver(envelope(), 0)
    assert (inboxes[0].payloads, inboxes[1].payloads) == ([], [b"depth:BTCUSDT"])


class Kind:
    """Connections that are alike; `handed` grows by the targets of each call."""

    def __init__(self) -> None:
        self.handed: list[list[object]] = []

    def push_to_all(self, targets: Iterable[object], frames: Sequence[Frame]) -> None:
        self.handed.append(list(targets))


class Member:
    """A subscriber of a kind."""

    def __init__(self, kind: Kind, target: str) -> None:
        self.target = target
        self.push_to_all = kind.push_to_all


def test_it_hands_an_event_to_all_of_a_kind_by_one_call() -> None:
    subscribed, spelling, kind, inbox = feed(), Spelling(), Kind(), Inbox()
    members = [Member(kind, target) for target in "abc"]
    attached: list[Subscriber] = [*members[:2], inbox, members[2]]
    for subscriber in attached:
        subscribed.attach(spelling, "depth:BTCUSDT", subscriber)
    subscribed.deliver(envelope(), 0)
    subscribed.detach(spelling, "depth:BTCUSDT", members[1])
    subscribed.deliver(envelope(), 0)
    subscribed.detach(spelling, "depth:BTCUSDT", members[0])
    subscribed.detach(spelling, "depth:BTCUSDT", members[2])
    subscribed.deliver(envelope(), 0)
    assert kind.handed == [["a", "b", "c"], ["a", "c"]]
    assert inbox.payloads == [b"depth:BTCUSDT"] * 3


def test_it_calls_back_until_it_is_told_not_to() -> None:
    subscribed, seen = feed(), list[Event]()
    subscribed.add_callback(seen.append)
    subscribed.deliver(envelope(), 0)
    subscribed.remove_callback(seen.append)
    subscribed.remove_callback(seen.append)
    subscribed.deliver(envelope(), 0)
    assert len(seen) == 1


def test_it_keeps_the_last_value_only_of_what_is_state() -> None:
    state, sequence = feed(), feed(keeps_value=False)
    for subscribed in (state, sequence):
        subscribed.deliver(envelope(), at=10)
    assert list(state.values(not_before=10)) == [envelope().event]
    assert list(state.values(not_before=10.1)) == []
    assert list(sequence.values(not_before=0)) == []


def test_it_drops_what_a_superseded_producer_sends() -> None:
    subscribed, seen = feed(), list[Event]()
    subscribed.add_callback(seen.append)
    for epoch in (2, 1, 2):
        subscribed.deliver(envelope(epoch), 0)
    assert seen == [envelope(2).event] * 2


def test_it_lets_a_producer_without_a_lease_pass_whatever_it_has_seen() -> None:
    subscribed, seen = feed(), list[Event]()
    subscribed.add_callback(seen.append)
    for epoch in (2, 0, 1):
        subscribed.deliver(envelope(epoch), 0)
    assert seen == [envelope(2).event, envelope(0).event]


def test_it_tells_what_is_stored_once_also_where_a_later_producer_publishes_it_again() -> None:
    subscribed, seen = feed(), list[Event]()
    subscribed.add_callback(seen.append)
    committed_late, *others = 6, 7, 8
    for epoch, ids in ((1, others), (2, (committed_late, *others, 9))):
        for number, stored in enumerate(ids, 1):
            event = envelope(stored).event
            subscribed.deliver(Envelope(epoch=epoch, sequence=number, event=event, stored=stored), 0)
    assert seen == [envelope(stored).event for stored in (7, 8, 6, 9)]


def test_it_keeps_no_news_of_a_gap_as_last_value() -> None:
    subscribed = feed()
    subscribed.deliver(envelope(), at=10)
    subscribed.deliver(Envelope(epoch=1, sequence=2, event=Resync(time=1, start=0, end=1, complete=True)), at=11)
    assert list(subscribed.values(not_before=0)) == [envelope().event]


def test_it_tells_a_trade_once_also_where_a_later_producer_publishes_it_again() -> None:
    subscribed, seen = TopicFeed(Topic(MarketKind.TRADE, "BTCUSDT"), keeps_value=False), list[Event]()
    subscribed.add_callback(seen.append)
    for epoch, ids in ((1, (1, 2)), (2, (1, 2)), (2, (2, 3))):
        subscribed.deliver(Envelope(epoch=epoch, sequence=1, event=trades(*ids)), 0)
    assert seen == [trades(1, 2), trades(3)]
