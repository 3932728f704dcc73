"""What somebody who was away is told: all that was missed, in order, or why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.event_history.history import Entry, Kept, Position
from streaming.event_history.recovery import NotRecovered, Recovery, recover

END = Position("e", 5)
KEPT = Kept(END, (Entry(3, 1, b"3"), Entry(5, 2, b"4, 5")))


def entries_of(counts: list[int]) -> tuple[Entry, ...]:
    """Return entries of so many frames each, numbered from 1."""
    seqs = [sum(counts[: index + 1]) for index in range(len(counts))]
    return tuple(Entry(seq, count, b"") for seq, count in zip(seqs, counts, strict=True))


def frames_of(recovery: Recovery) -> list[int]:
    """Return the numbers of the frames that a recovery tells."""
    frames = [seq for entry in recovery.missed for seq in range(entry.first_seq, entry.seq + 1)]
    return frames[recovery.skipped :]


@pytest.mark.parametrize(("seq", "frames"), [(2, [3, 4, 5]), (3, [4, 5]), (4, [5]), (5, [])])
def test_it_tells_exactly_what_was_missed(seq: int, frames: list[int]) -> None:
    recovery = recover(Position("e", seq), KEPT)
    assert recovery.is_recovered
    assert (recovery.end, frames_of(recovery)) == (END, frames)


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (Position("e", 1), NotRecovered.TOO_OLD),
        (Position("e", 0), NotRecovered.TOO_OLD),
        (Position("e", 6), NotRecovered.AHEAD),
        (Position("d", 5), NotRecovered.OTHER_EPOCH),
        (Position("d", 6), NotRecovered.OTHER_EPOCH),
    ],
)
def test_it_tells_nothing_where_it_cannot_tell_all(since: Position, reason: NotRecovered) -> None:
    assert recover(since, KEPT) == Recovery(END, reason=reason)


def test_of_a_channel_without_a_history_no_epoch_is_known() -> None:
    assert recover(Position("e", 0), None) == Recovery(None, reason=NotRecovered.OTHER_EPOCH)


def test_who_missed_nothing_is_told_so_however_long_ago_that_was() -> None:
    assert recover(END, Kept(END)) == Recovery(END)


@pytest.mark.parametrize(
    "entries",
    [(), (Entry(2, 1, b""), Entry(4, 1, b""), Entry(5, 1, b"")), (Entry(2, 1, b""), Entry(3, 1, b""))],
    ids=["all", "one between", "the end"],
)
def test_a_hole_in_what_is_kept_is_noticed(entries: tuple[Entry, ...]) -> None:
    assert recover(Position("e", 1), Kept(END, entries)).reason is NotRecovered.TOO_OLD


@given(st.lists(st.integers(1, 4), max_size=12), st.sets(st.integers(0, 11)), st.integers(0, 50))
def test_never_is_a_part_told(counts: list[int], lost: set[int], seq: int) -> None:
    whole = entries_of(counts)
    end = Position("e", sum(counts))
    kept = Kept(end, tuple(entry for index, entry in enumerate(whole) if index not in lost))
    recovery = recover(Position("e", seq), kept)
    needed = [index for index, entry in enumerate(whole) if entry.seq > seq]
    assert recovery.is_recovered is (seq <= end.seq and lost.isdisjoint(needed))
    assert frames_of(recovery) == (list(range(seq + 1, end.seq + 1)) if recovery.is_recovered else [])
