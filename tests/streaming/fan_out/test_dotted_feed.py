from collections.abc import Sequence

from streaming.event_history.history import Place, Position
from streaming.events import Envelope, Event, LogLevel, NamedEvent, Resync, log_line
from streaming.fan_out.dotted_feed import MAXIMUM_CHANNELS, DottedFeed, DottedGroup, FramesOf
from streaming.fan_out.frames import Frame, text_frame
from tests.streaming.fan_out.dotted_events import grid_order, grid_status, system_health


class CountingEncoder:
    """A dialect that writes the channel, and counts how often it is asked."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        self.encoded += 1
        return [text_frame((f"{channel} {event.frame_type}" if isinstance(event, Resync) else channel).encode())]

    def encode_numbered(self, event: Event, channel: str, place: Place) -> Sequence[Frame]:
        self.encoded += 1
        return [text_frame(f"{channel} {place.epoch} {place.seq}".encode())]


class Subscriber:
    """One that wants the channels that begin with its words."""

    def __init__(self, *beginnings: str, numbers: bool = False) -> None:
        self.beginnings = beginnings
        self.numbers = numbers
        self.frames: list[Frame] = []
        self.cut_offs: list[Resync] = []

    def wants(self, event: NamedEvent) -> bool:
        return event.channel.startswith(self.beginnings)

    def wants_numbers(self, event: NamedEvent) -> bool:
        return self.numbers

    def push(self, frames: Sequence[Frame], event: NamedEvent, place: Place | None) -> None:
        self.frames.extend(frames)

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        self.cut_offs.append(resync)
        self.frames.extend(frames_of(self.beginnings[0]))

    @property
    def channels(self) -> list[str]:
        return [frame.payload.decode() for frame in self.frames]


def feed() -> DottedFeed:
    return DottedFeed(DottedGroup("c.grid.7"))


def envelope(event: NamedEvent, epoch: int = 1, sequence: int = 1) -> Envelope:
    return Envelope(epoch=epoch, sequence=sequence, event=event)


def test_it_encodes_once_for_all_who_want_it_under_the_events_own_channel() -> None:
    subscribed, encoder = feed(), CountingEncoder()
    subscribers = [Subscriber("grid.a", "grid"), Subscriber("grid"), Subscriber("x")]
    for subscriber in subscribers:
        subscribed.attach(encoder, subscriber)
    subscribed.deliver(envelope(grid_order("a")), 0)
    assert [subscriber.channels for subscriber in subscribers] == [["grid.a.order"], ["grid.a.order"], []]
    assert subscribers[0].frames[0] is subscribers[1].frames[0]
    assert encoder.encoded == 1


def test_it_does_not_encode_what_nobody_wants() -> None:
    subscribed, encoder = feed(), CountingEncoder()
    subscribed.attach(encoder, Subscriber("grid.b"))
    subscribed.deliver(envelope(grid_order("a")), 0)
    assert encoder.encoded == 0


def test_it_offers_nothing_to_who_has_left() -> None:
    subscribed, encoder, subscriber = feed(), CountingEncoder(), Subscriber("grid")
    subscribed.attach(encoder, subscriber)
    subscribed.attach(encoder, subscriber)
    subscribed.detach(encoder, subscriber)
    subscribed.detach(encoder, subscriber)
    subscribed.deliver(envelope(grid_order("a")), 0)
    assert subscriber.channels == []


def test_it_goes_on_offering_to_who_stays_when_another_of_the_same_dialect_leaves() -> None:
    subscribed, encoder, leaving, staying = feed(), CountingEncoder(), Subscriber("grid"), Subscriber("grid")
    for subscriber in (leaving, staying):
        subscribed.attach(encoder, subscriber)
    subscribed.detach(encoder, leaving)
    subscribed.deliver(envelope(grid_order("a")), 0)
    assert (leaving.channels, staying.channels) == ([], ["grid.a.order"])


def test_it_calls_back_until_it_is_told_not_to() -> None:
    subscribed, seen = feed(), list[Event]()
    subscribed.add_callback(seen.append)
    subscribed.deliver(envelope(grid_order("a")), 0)
    subscribed.remove_callback(seen.append)
    subscribed.deliver(envelope(grid_order("a")), 0)
    assert seen == [grid_order("a")]


def test_it_holds_the_newest_value_of_each_state_channel_for_a_while() -> None:
    subscribed = feed()
    said: list[NamedEvent] = [grid_status("a"), grid_order("a"), grid_status("b"), grid_status("a", time=2)]
    for at, event in enumerate(said):
        subscribed.deliver(envelope(event), at)
    assert list(subscribed.values(not_before=2)) == [grid_status("b"), grid_status("a", time=2)]
    assert list(subscribed.values(not_before=3)) == [grid_status("a", time=2)]
    assert list(subscribed.values(not_before=3.1)) == []


def test_it_drops_what_a_superseded_producer_says_of_the_same_instance() -> None:
    subscribed, subscriber = feed(), Subscriber("")
    subscribed.attach(CountingEncoder(), subscriber)
    said = [("a", 5), ("a", 4), ("b", 1), ("a", 0), ("a", 5)]
    for grid, epoch in said:
        subscribed.deliver(envelope(grid_order(grid), epoch), 0)
    assert subscriber.channels == ["grid.a.order", "grid.b.order", "grid.a.order", "grid.a.order"]


def test_it_drops_what_a_superseded_producer_says_of_another_channel_also_after_a_cut() -> None:
    subscribed, subscriber = feed(), Subscriber("")
    subscribed.attach(CountingEncoder(), subscriber)
    subscribed.deliver(envelope(grid_order("a"), 5), 0)
    subscribed.cut_off(1000)
    subscribed.deliver(envelope(grid_status("a"), 4), 0)
    assert subscriber.channels == ["grid.a.order"]


def test_it_tells_the_producers_of_the_systems_channels_apart() -> None:
    subscribed, subscriber = feed(), Subscriber("")
    subscribed.attach(CountingEncoder(), subscriber)
    subscribed.deliver(envelope(system_health(), 3), 0)
    subscribed.deliver(envelope(system_health(), 2), 0)
    assert subscriber.channels == ["system.health"]


def test_it_remembers_a_bounded_number_of_producers() -> None:
    subscribed, subscriber = feed(), Subscriber("grid.0.", f"grid.{MAXIMUM_CHANNELS}.")
    subscribed.attach(CountingEncoder(), subscriber)
    for number in range(MAXIMUM_CHANNELS + 1):
        subscribed.deliver(envelope(grid_order(str(number)), epoch=2), 0)
    subscribed.deliver(envelope(grid_order(str(MAXIMUM_CHANNELS)), epoch=1), 0)
    subscribed.deliver(envelope(grid_order("0"), epoch=1), 0)
    channels = ["grid.0.order", f"grid.{MAXIMUM_CHANNELS}.order", "grid.0.order"]
    assert subscriber.channels == channels, "the producer that was silent longest is forgotten"


def test_it_tells_what_was_lost_before_an_event_to_those_who_want_the_event() -> None:
    subscribed, encoder, subscriber, other = feed(), CountingEncoder(), Subscriber("grid.a"), Subscriber("grid.b")
    for one in (subscriber, other):
        subscribed.attach(encoder, one)
    for sequence in (1, 2, 5, 6):
        subscribed.deliver(envelope(grid_order("a"), sequence=sequence), 0)
    order = "grid.a.order"
    assert subscriber.channels == [order, order, f"{order} resync", order, order]
    assert other.channels == []


def test_it_counts_a_channel_that_many_share_by_its_owners() -> None:
    """Staff hear what all owners hear, each of them without a gap."""
    subscribed, subscriber = feed(), Subscriber("system.log")
    subscribed.attach(CountingEncoder(), subscriber)
    for owner, sequence in (("7", 1), ("8", 1), ("8", 2), ("7", 2), ("8", 3)):
        line = log_line(LogLevel.INFO, source="grid.a", message=str(sequence), time=1, owner=owner)
        subscribed.deliver(envelope(line, sequence=sequence), 0)
    assert subscriber.channels == ["system.log"] * 5


def test_it_counts_each_channel_by_itself() -> None:
    subscribed, subscriber = feed(), Subscriber("")
    subscribed.attach(CountingEncoder(), subscriber)
    for grid, sequence in (("a", 1), ("b", 7), ("a", 2), ("b", 8)):
        subscribed.deliver(envelope(grid_order(grid), sequence=sequence), 0)
    assert subscriber.channels == ["grid.a.order", "grid.b.order", "grid.a.order", "grid.b.order"]


def test_it_tells_of_no_lost_states_which_the_newest_makes_up_for() -> None:
    subscribed, subscriber = feed(), Subscriber("")
    subscribed.attach(CountingEncoder(), subscriber)
    for sequence in (1, 9, 4):
        subscribed.deliver(envelope(grid_status("a"), sequence=sequence), 0)
    assert subscriber.channels == ["grid.a.status"] * 3


def test_it_tells_its_subscribers_of_a_cut_encoded_once_and_of_no_loss_besides() -> None:
    subscribed, encoder, subscribers = feed(), CountingEncoder(), [Subscriber("grid.*"), Subscriber("grid.*")]
    for subscriber in subscribers:
        subscribed.attach(encoder, subscriber)
    subscribed.deliver(envelope(grid_order("a"), sequence=1), 0)
    subscribed.cut_off(1000)
    resync = Resync(time=4000, start=1000, end=4000, complete=False)
    subscribed.tell_cut_off(resync)
    subscribed.deliver(envelope(grid_order("a"), sequence=5), 0)
    for subscriber in subscribers:
        assert subscriber.cut_offs == [resync]
        assert subscriber.channels == ["grid.* resync"]
    assert encoder.encoded == 1


def test_it_remembers_the_numbers_of_a_bounded_number_of_channels() -> None:
    subscribed, subscriber = feed(), Subscriber("grid.0.")
    subscribed.attach(CountingEncoder(), subscriber)
    for number in range(MAXIMUM_CHANNELS + 1):
        subscribed.deliver(envelope(grid_order(str(number)), sequence=1), 0)
    subscribed.deliver(envelope(grid_order("0"), sequence=9), 0)
    assert subscriber.channels == ["grid.0.order"] * 2, "the channel that was silent longest is forgotten"


class Recovery:
    """What a feed asks to be recovered."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Position]] = []

    def __call__(self, _: DottedFeed, key: str, since: Position) -> None:
        self.asked.append((key, since))


def recovering_feed(recovery: Recovery) -> DottedFeed:
    return DottedFeed(DottedGroup("c.grid.7"), key_of=lambda channel: f"n.{channel}", recover=recovery)


def deliver(subscribed: DottedFeed, *seqs: int, grid: str = "a") -> None:
    for seq in seqs:
        subscribed.deliver(envelope(grid_order(grid, level=seq), sequence=seq), 0, Place("e", seq, 1))


def test_it_tells_places_to_those_alone_who_want_numbers() -> None:
    subscribed, encoder = feed(), CountingEncoder()
    plain, numbered, other = Subscriber("grid"), Subscriber("grid", numbers=True), Subscriber("grid", numbers=True)
    for subscriber in (plain, numbered, other):
        subscribed.attach(encoder, subscriber)
    deliver(subscribed, 1)
    subscribed.deliver(envelope(grid_status("a")), 0)
    assert plain.channels == ["grid.a.order", "grid.a.status"]
    assert numbered.channels == other.channels == ["grid.a.order e 1", "grid.a.status"]
    assert encoder.encoded == 4


def test_what_the_layer_lost_of_one_channel_is_taken_from_its_history_and_nobody_is_told() -> None:
    recovery = Recovery()
    subscribed, encoder = recovering_feed(recovery), CountingEncoder()
    plain, numbered = Subscriber("grid"), Subscriber("grid", numbers=True)
    for subscriber in (plain, numbered):
        subscribed.attach(encoder, subscriber)
    deliver(subscribed, 1, 4)
    deliver(subscribed, 1, 2, grid="b")
    assert recovery.asked == [("n.grid.a.order", Position("e", 1))]
    assert numbered.channels == ["grid.a.order e 1", "grid.b.order e 1", "grid.b.order e 2"]
    lost = [(envelope(grid_order("a", level=seq), sequence=seq), Place("e", seq, 1)) for seq in (2, 3, 4)]
    subscribed.recovered("n.grid.a.order", lost, 9)
    assert numbered.channels[3:] == ["grid.a.order e 2", "grid.a.order e 3", "grid.a.order e 4"]
    assert plain.channels[3:] == ["grid.a.order"] * 3


def test_what_the_history_does_not_have_is_told_as_lost_whoever_published_it() -> None:
    for epoch in (0, 1):
        recovery = Recovery()
        subscribed, numbered = recovering_feed(recovery), Subscriber("grid", numbers=True)
        subscribed.attach(CountingEncoder(), numbered)
        for seq in (1, 3):
            subscribed.deliver(envelope(grid_order("a"), epoch=epoch, sequence=seq), 0, Place("e", seq, 1))
        subscribed.recovered("n.grid.a.order", None, 9)
        assert numbered.channels == ["grid.a.order e 1", "grid.a.order resync", "grid.a.order e 3"]


def test_events_of_producers_without_a_lease_that_overtake_each_other_are_told_once_in_their_order() -> None:
    recovery = Recovery()
    subscribed, plain = recovering_feed(recovery), Subscriber("grid")
    subscribed.attach(CountingEncoder(), plain)
    told = {seq: envelope(grid_order("a", level=seq), epoch=0, sequence=0) for seq in (1, 2, 3)}
    for seq in (1, 3):
        subscribed.deliver(told[seq], 0, Place("e", seq, 1))
    subscribed.recovered("n.grid.a.order", [(told[seq], Place("e", seq, 1)) for seq in (2, 3)], 9)
    subscribed.deliver(told[2], 0, Place("e", 2, 1))
    assert plain.channels == ["grid.a.order"] * 3
