"""The history of events, in memory, in Redis and over several Redis: all keep the same."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from streaming.event_history.history import MOST_STORED, Append, Entry, EventHistory, HistoryLimits, Kept, Position
from tests.manual_clock import ManualClock
from tests.streaming.event_history.histories import LIMITS, history_in
from tests.waiting import until_asked

PLACES = ["memory", *(pytest.param(place, marks=pytest.mark.redis) for place in ("redis", "several"))]


@pytest.fixture(params=PLACES)
async def history(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[EventHistory]:
    """Return a history of `LIMITS`."""
    one = history_in(request.param, clock)
    yield one
    await one.close()
    await one.close()


async def added(history: EventHistory, *appends: Append) -> tuple[Position, ...]:
    """Add events, none of which is refused; return their positions."""
    positions = await history.append(appends)
    assert None not in positions
    return tuple(position for position in positions if position is not None)


def numbered(sequence: int, *, fencing_number: int = 1, begins_epoch: bool = False) -> Append:
    """Return an event of a producer that holds a lease."""
    body = f"{fencing_number}:{sequence}".encode()
    return Append(key="a", body=body, fencing_number=fencing_number, sequence=sequence, begins_epoch=begins_epoch)


async def bodies(history: EventHistory, key: str, since: Position) -> list[bytes]:
    """Return what is kept behind a position."""
    kept = await history.read(key, since)
    assert kept is not None
    return [entry.body for entry in kept.entries]


async def test_it_numbers_the_frames_of_each_channel_by_themselves(history: EventHistory) -> None:
    first, of_b, second = await added(
        history, Append(key="a", body=b"\x00one\xff", count=3), Append(key="b", body=b""), Append(key="a", body=b"two")
    )
    assert (first.seq, second.seq, of_b.seq) == (3, 4, 1)
    assert first.epoch == second.epoch
    start = Position(first.epoch, 0)
    assert await history.read("a", start) == Kept(second, (Entry(3, 3, b"\x00one\xff"), Entry(4, 1, b"two")))


async def test_it_keeps_an_entry_of_which_some_frames_are_missed(history: EventHistory) -> None:
    end = (await added(history, Append(key="a", body=b"one", count=3), Append(key="a", body=b"two", count=3)))[-1]
    assert await bodies(history, "a", Position(end.epoch, 2)) == [b"one", b"two"]
    assert await bodies(history, "a", Position(end.epoch, 3)) == [b"two"]
    assert await bodies(history, "a", Position(end.epoch, 5)) == [b"two"]


async def test_it_tells_where_a_channel_ends_to_who_has_no_place_in_it(history: EventHistory) -> None:
    (end,) = await added(history, Append(key="a", body=b"one"))
    assert await history.read("a") == Kept(end)
    assert await history.read("a", end) == Kept(end)
    assert await history.read("a", Position("another", 0)) == Kept(end)
    assert await history.read("a", Position(end.epoch, 2**53 - 1)) == Kept(end)
    assert await history.read("b", end) is None


async def test_it_adds_nothing_where_nothing_is_given(history: EventHistory) -> None:
    assert await history.append(()) == ()


async def test_it_keeps_no_more_frames_than_its_bound(history: EventHistory) -> None:
    for index in range(15):
        (end,) = await added(history, Append(key="a", body=str(index).encode()))
    assert await bodies(history, "a", Position(end.epoch, 0)) == [str(index).encode() for index in range(5, 15)]


async def test_it_rounds_its_bound_up_to_whole_events(history: EventHistory) -> None:
    appends = [Append(key="a", body=str(index).encode(), count=4) for index in range(5)]
    end = (await added(history, *appends))[-1]
    assert await bodies(history, "a", Position(end.epoch, 0)) == [b"2", b"3", b"4"]
    (end,) = await added(history, Append(key="a", body=b"large", count=50))
    assert await bodies(history, "a", Position(end.epoch, 0)) == [b"large"]


async def test_it_forgets_what_is_old_when_something_new_comes(history: EventHistory, clock: ManualClock) -> None:
    (end,) = await added(history, Append(key="a", body=b"old"))
    clock.advance(LIMITS.seconds / 2)
    await added(history, Append(key="a", body=b"newer"))
    clock.advance(LIMITS.seconds / 2 + 1)
    await added(history, Append(key="a", body=b"new"))
    assert await bodies(history, "a", Position(end.epoch, 0)) == [b"newer", b"new"]


async def test_it_adds_once_what_is_added_again(history: EventHistory) -> None:
    appends = [numbered(1), numbered(2), numbered(3)]
    positions = await added(history, *appends)
    assert await history.append(appends) == positions
    assert await history.append([numbered(2), numbered(4)]) == (positions[1], Position(positions[0].epoch, 4))
    assert await bodies(history, "a", Position(positions[0].epoch, 0)) == [b"1:1", b"1:2", b"1:3", b"1:4"]


async def test_it_refuses_what_was_added_before_and_is_forgotten(history: EventHistory) -> None:
    await added(history, numbered(1), *(numbered(sequence) for sequence in range(2, 20)))
    assert await history.append([numbered(1)]) == (None,)


async def test_it_refuses_a_producer_that_another_has_superseded(history: EventHistory) -> None:
    (before,) = await added(history, numbered(7, fencing_number=3))
    (after,) = await added(history, numbered(1, fencing_number=4))
    assert await history.append([numbered(8, fencing_number=3), numbered(7, fencing_number=3)]) == (None, None)
    assert after == Position(before.epoch, 2)
    assert await bodies(history, "a", before) == [b"4:1"]


async def test_it_takes_all_of_a_producer_without_a_lease(history: EventHistory) -> None:
    await added(history, numbered(1))
    one, two = await added(history, Append(key="a", body=b"same"), Append(key="a", body=b"same"))
    assert (one.seq, two.seq) == (2, 3)
    assert await history.append([numbered(1)]) == (Position(one.epoch, 1),)


async def test_it_begins_a_new_epoch_where_it_lacks_something(history: EventHistory) -> None:
    (before,) = await added(history, numbered(1))
    again = [numbered(3, begins_epoch=True), numbered(4)]
    after = await added(history, *again)
    assert after[0].epoch != before.epoch
    assert (after[0].seq, after[1]) == (1, Position(after[0].epoch, 2))
    assert await history.append(again) == after
    assert await history.read("a", before) == Kept(after[1])
    assert await bodies(history, "a", Position(after[0].epoch, 0)) == [b"1:3", b"1:4"]
    assert await history.append([numbered(2)]) == (None,)


@pytest.mark.parametrize("place", PLACES)
async def test_it_forgets_the_events_of_a_silent_channel_before_its_position(place: str, clock: ManualClock) -> None:
    history = history_in(place, clock, HistoryLimits(seconds=0.05, position_seconds=600))
    (end,) = await added(history, Append(key="a", body=b"one"))
    clock.advance(0.06)

    async def is_empty() -> bool:
        return await history.read("a", Position(end.epoch, 0)) == Kept(end)

    await until_asked(is_empty)
    (following,) = await added(history, Append(key="a", body=b"two"))
    assert following == Position(end.epoch, 2)
    await history.close()


@pytest.mark.parametrize("place", PLACES)
async def test_it_forgets_a_channel_that_is_silent_for_long(place: str, clock: ManualClock) -> None:
    history = history_in(place, clock, HistoryLimits(seconds=0.02, position_seconds=0.05))
    (end,) = await added(history, Append(key="a", body=b"one"))
    clock.advance(0.06)

    async def is_gone() -> bool:
        return await history.read("a") is None

    await until_asked(is_gone)
    (anew,) = await added(history, Append(key="a", body=b"two"))
    assert anew.seq == 1
    assert anew.epoch != end.epoch
    await history.close()


async def test_an_epoch_that_ends_keeps_nothing_and_its_producer_goes_on_in_the_next(history: EventHistory) -> None:
    before = (await added(history, numbered(1), numbered(2)))[-1]
    await history.end_epochs(["a", "never told"], 1)
    ended = await history.read("a", before)
    assert ended is not None
    assert (ended.end.seq, ended.entries) == (0, ())
    assert ended.end.epoch != before.epoch
    assert await added(history, numbered(3)) == (Position(ended.end.epoch, 1),)
    assert await history.read("never told") is None


async def test_nobody_ends_the_epoch_of_a_successor(history: EventHistory) -> None:
    (end,) = await added(history, numbered(1, fencing_number=2))
    await history.end_epochs(["a"], 1)
    assert await history.read("a", Position(end.epoch, 0)) == Kept(end, (Entry(1, 1, b"2:1"),))


async def test_it_keeps_nothing_of_what_it_is_to_forget_and_leaves_other_channels(history: EventHistory) -> None:
    (gone,) = await added(history, stored(7))
    (kept,) = await added(history, Append(key="b", body=b"b"))
    await history.forget(["a", "never told"])
    assert await history.read("a", Position(gone.epoch, 0)) is None
    assert await history.read("b", Position(kept.epoch, 0)) == Kept(kept, (Entry(1, 1, b"b"),))
    (again,) = await added(history, stored(7))
    assert (again.seq, again.epoch != gone.epoch) == (1, True)


def stored(number: int, *, fencing_number: int = 1, sequence: int = 1) -> Append:
    """Return an event that is stored under a number until its producer knows it published."""
    body = f"stored {number}".encode()
    return Append(key="a", body=body, fencing_number=fencing_number, sequence=sequence, stored=number)


async def test_it_keeps_a_stored_event_once_whoever_adds_it_again_and_however_numbered(history: EventHistory) -> None:
    first, late = await added(history, stored(7), stored(3, sequence=2))
    assert await history.append([stored(7, fencing_number=2), stored(3, fencing_number=2)]) == (first, late)
    (new,) = await added(history, stored(8, fencing_number=2))
    assert new.seq == 3
    assert await bodies(history, "a", Position(new.epoch, 0)) == [b"stored 7", b"stored 3", b"stored 8"]
    assert await history.append([stored(9)]) == (None,), "its producer was superseded"


async def test_it_knows_a_stored_event_again_that_it_keeps_no_longer(history: EventHistory, clock: ManualClock) -> None:
    await added(history, stored(7))
    clock.advance(LIMITS.seconds + 1)
    await added(history, stored(8, sequence=2))
    assert await history.append([stored(7, fencing_number=2)]) == (None,)
    await added(history, msgspec.structs.replace(stored(9, fencing_number=2), begins_epoch=True))
    assert await history.append([stored(8, fencing_number=2)]) == (None,), "another epoch makes it no news"


async def test_it_remembers_a_bounded_number_of_stored_events(history: EventHistory) -> None:
    await added(history, *(stored(number, sequence=number) for number in range(1, MOST_STORED + 2)))
    assert await history.append([stored(2), stored(MOST_STORED + 1)]) == (
        None,
        (await added(history, stored(MOST_STORED + 1)))[0],
    )
    (again,) = await added(history, stored(1))
    assert again.seq == MOST_STORED + 2
