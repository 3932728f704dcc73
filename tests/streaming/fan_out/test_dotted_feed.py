from collections.abc import Sequence

from streaming.events import Envelope, Event, NamedEvent, NamedUpdate, Resync
from streaming.fan_out.dotted_feed import MAXIMUM_CHANNELS, DottedFeed, Epochs, FramesOf
from streaming.fan_out.frames import Frame, text_frame
from tests.streaming.fan_out.dotted_events import grid_order, grid_status, system_health


class CountingEncoder:
    """A dialect that writes the channel, and counts how often it is asked."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        self.encoded += 1
        return [text_frame((f"{channel} {event.frame_type}" if isinstance(event, Resync) else channel).encode())]


class Reader:
    """A watcher that wants the channels that begin with its words."""

    def __init__(self, *beginnings: str) -> None:
        self.beginnings = beginnings
        self.frames: list[Frame] = []
        self.cut_offs: list[Resync] = []

    def wants(self, event: NamedEvent) -> bool:
        return event.channel.startswith(self.beginnings)

    def push(self, frames: Sequence[Frame], event: NamedEvent) -> None:
        self.frames.extend(frames)

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        self.cut_offs.append(resync)
        self.frames.extend(frames_of(self.beginnings[0]))

    @property
    def channels(self) -> list[str]:
        return [frame.payload.decode() for frame in self.frames]


def feed() -> DottedFeed:
    return DottedFeed("c.grid.7", maximum_age=5)


def envelope(event: NamedUpdate, epoch: int = 1, sequence: int = 1) -> Envelope:
    return Envelope(epoch=epoch, sequence=sequence, event=event)


def test_it_encodes_once_for_all_who_want_it_under_the_events_own_channel() -> None:
    watched, encoder, readers = feed(), CountingEncoder(), [Reader("grid.a", "grid"), Reader("grid"), Reader("x")]
    for reader in readers:
        watched.watch(encoder, reader)
    watched.deliver(envelope(grid_order("a")), 0)
    assert [reader.channels for reader in readers] == [["grid.a.order"], ["grid.a.order"], []]
    assert readers[0].frames[0] is readers[1].frames[0]
    assert encoder.encoded == 1


def test_it_does_not_encode_what_nobody_wants() -> None:
    watched, encoder = feed(), CountingEncoder()
    watched.watch(encoder, Reader("grid.b"))
    watched.deliver(envelope(grid_order("a")), 0)
    assert encoder.encoded == 0


def test_it_offers_nothing_to_who_watches_no_more() -> None:
    watched, encoder, reader = feed(), CountingEncoder(), Reader("grid")
    watched.watch(encoder, reader)
    watched.watch(encoder, reader)
    watched.unwatch(encoder, reader)
    watched.unwatch(encoder, reader)
    watched.deliver(envelope(grid_order("a")), 0)
    assert reader.channels == []


def test_it_calls_back_until_it_is_told_not_to() -> None:
    watched, seen = feed(), list[NamedEvent]()
    watched.add_callback(seen.append)
    watched.deliver(envelope(grid_order("a")), 0)
    watched.remove_callback(seen.append)
    watched.deliver(envelope(grid_order("a")), 0)
    assert seen == [grid_order("a")]


def test_it_holds_the_newest_value_of_each_state_channel_for_a_while() -> None:
    watched = feed()
    said: list[NamedUpdate] = [grid_status("a"), grid_order("a"), grid_status("b"), grid_status("a", time=2)]
    for at, event in enumerate(said):
        watched.deliver(envelope(event), at)
    assert watched.held(7) == [grid_status("b"), grid_status("a", time=2)]
    assert watched.held(8) == [grid_status("a", time=2)]
    assert watched.held(8.1) == []


def test_it_drops_what_a_superseded_producer_says_of_the_same_instance() -> None:
    watched, reader = feed(), Reader("")
    watched.watch(CountingEncoder(), reader)
    said = [("a", 5), ("a", 4), ("b", 1), ("a", 0), ("a", 5)]
    for grid, epoch in said:
        watched.deliver(envelope(grid_order(grid), epoch), 0)
    assert reader.channels == ["grid.a.order", "grid.b.order", "grid.a.order", "grid.a.order"]
    assert watched.epochs.dropped == 1


def test_it_tells_the_producers_of_the_systems_channels_apart() -> None:
    watched, reader = feed(), Reader("")
    watched.watch(CountingEncoder(), reader)
    watched.deliver(envelope(system_health(), 3), 0)
    watched.deliver(envelope(system_health(), 2), 0)
    assert reader.channels == ["system.health"]


def test_it_remembers_a_bounded_number_of_producers() -> None:
    epochs = Epochs()
    for number in range(MAXIMUM_CHANNELS + 1):
        epochs.admit(f"grid.{number}", 2)
    assert epochs.admit("grid.0", 1), "the producer that was silent longest is forgotten"
    assert not epochs.admit(f"grid.{MAXIMUM_CHANNELS}", 1)


def test_it_tells_what_was_lost_before_an_event_to_those_who_want_the_event() -> None:
    watched, encoder, reader, other = feed(), CountingEncoder(), Reader("grid.a"), Reader("grid.b")
    for one in (reader, other):
        watched.watch(encoder, one)
    for sequence in (1, 2, 5, 6):
        watched.deliver(envelope(grid_order("a"), sequence=sequence), 0)
    order = "grid.a.order"
    assert reader.channels == [order, order, f"{order} resync", order, order]
    assert other.channels == []


def test_it_counts_each_channel_by_itself() -> None:
    watched, reader = feed(), Reader("")
    watched.watch(CountingEncoder(), reader)
    for grid, sequence in (("a", 1), ("b", 7), ("a", 2), ("b", 8)):
        watched.deliver(envelope(grid_order(grid), sequence=sequence), 0)
    assert reader.channels == ["grid.a.order", "grid.b.order", "grid.a.order", "grid.b.order"]


def test_it_tells_of_no_lost_states_which_the_newest_makes_up_for() -> None:
    watched, reader = feed(), Reader("")
    watched.watch(CountingEncoder(), reader)
    for sequence in (1, 9, 4):
        watched.deliver(envelope(grid_status("a"), sequence=sequence), 0)
    assert reader.channels == ["grid.a.status"] * 3


def test_it_tells_its_watchers_of_a_cut_encoded_once_and_of_no_loss_besides() -> None:
    watched, encoder, readers = feed(), CountingEncoder(), [Reader("grid.*"), Reader("grid.*")]
    for reader in readers:
        watched.watch(encoder, reader)
    watched.deliver(envelope(grid_order("a"), sequence=1), 0)
    watched.cut_off(1000)
    resync = Resync(time=4000, start=1000, end=4000, complete=False)
    watched.tell_cut_off(resync)
    watched.deliver(envelope(grid_order("a"), sequence=5), 0)
    for reader in readers:
        assert reader.cut_offs == [resync]
        assert reader.channels == ["grid.* resync"]
    assert encoder.encoded == 1


def test_it_remembers_the_numbers_of_a_bounded_number_of_channels() -> None:
    watched, reader = feed(), Reader("grid.0.")
    watched.watch(CountingEncoder(), reader)
    for number in range(MAXIMUM_CHANNELS + 1):
        watched.deliver(envelope(grid_order(str(number)), sequence=1), 0)
    watched.deliver(envelope(grid_order("0"), sequence=9), 0)
    assert reader.channels == ["grid.0.order"] * 2, "the channel that was silent longest is forgotten"
