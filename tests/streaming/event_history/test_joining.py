"""From history to what comes live: no hole, no double."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.event_history.history import Entry, Kept, Position
from streaming.event_history.joining import HeldEvents
from streaming.event_history.recovery import NotRecovered, Recovery, recover


def entry(seq: int, count: int = 1) -> Entry:
    """Return an entry that ends with a number."""
    return Entry(seq, count, b"")


def held(*events: tuple[str, Entry]) -> HeldEvents:
    """Return what came live since the reading began."""
    one = HeldEvents()
    one.begin_reading()
    for epoch, event in events:
        one.hold(epoch, event)
    return one


def test_what_came_live_and_was_read_is_told_once() -> None:
    live = held(("e", entry(4)), ("e", entry(5)), ("e", entry(8, 3)))
    assert live.behind(Recovery(Position("e", 5))) == (entry(8, 3),)


def test_what_is_told_behind_a_refusal_follows_where_the_channel_stands() -> None:
    refused = Recovery(Position("e", 5), reason=NotRecovered.TOO_OLD)
    assert held(("e", entry(5)), ("e", entry(6))).behind(refused) == (entry(6),)


def test_it_is_read_again_where_the_layer_lost_something_behind_what_was_read() -> None:
    assert held(("e", entry(6)), ("e", entry(8))).behind(Recovery(Position("e", 5))) is None
    assert held(("e", entry(7))).behind(Recovery(Position("e", 5))) is None


def test_it_is_read_again_where_the_epoch_has_changed_and_then_what_came_before_is_left_out() -> None:
    live = held(("e", entry(6)), ("f", entry(1)))
    assert live.behind(Recovery(Position("e", 5))) is None
    live.begin_reading()
    live.hold("f", entry(2))
    assert live.behind(Recovery(Position("f", 1), reason=NotRecovered.OTHER_EPOCH)) == (entry(2),)


def test_all_is_told_where_nothing_is_known_of_the_history() -> None:
    unavailable = Recovery(None, reason=NotRecovered.UNAVAILABLE)
    assert held(("e", entry(6)), ("e", entry(9))).behind(unavailable) == (entry(6), entry(9))


@given(st.data())
def test_history_and_what_comes_live_are_the_channel_whatever_comes_when(data: st.DataObject) -> None:
    """The layer tells events late, and loses some; the history is read again until the two meet."""
    total, since = data.draw(st.integers(0, 12)), data.draw(st.integers(0, 5))
    heard = [seq for seq in range(1, total + 1) if data.draw(st.booleans())]
    live, added, told = HeldEvents(), 0, 0
    while True:
        live.begin_reading()
        added = data.draw(st.integers(max(added, told), total))
        read = added
        added = data.draw(st.integers(read, total))
        coming = [seq for seq in heard if told < seq <= added]
        for seq in coming:
            live.hold("e", entry(seq))
        told = added
        kept = Kept(Position("e", read), tuple(entry(seq) for seq in range(since + 1, read + 1)))
        recovery = recover(Position("e", since), kept)
        behind = live.behind(recovery)
        if behind is not None:
            break
    seqs = [one.seq for one in (*recovery.missed, *behind)]
    start = since if recovery.is_recovered else read
    assert seqs == list(range(start + 1, max([start, read, *coming]) + 1))
