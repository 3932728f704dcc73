"""Who came back is judged by how long it was away, and by what the keeper heard meanwhile; numbers by their order."""

import pytest

from tests.soak.judging.numbers import (
    FALSELY_RECOVERED,
    NOT_NEXT,
    NOT_RECOVERED,
    OTHER_MEANING,
    UNNUMBERED,
    Bounds,
    Numbers,
    Return,
)
from tests.soak.judging.types import Feed, FeedKind, Position

FEED = Feed(FeedKind.TRADES, "BTCUSDT")
BOUNDS = Bounds(frames=1000, milliseconds=60_000)
SINCE = Position("e", 10)


def heard(*times: int) -> Numbers:
    """Return what the keeper heard: one number at each of the times, behind SINCE."""
    numbers = Numbers(BOUNDS)
    for seq, at in enumerate(times, start=11):
        take(numbers, Position("e", seq), Position("e", seq - 1), at=at, witness="the keeper")
    return numbers


def take(numbers: Numbers, position: Position, before: Position | None, *, at: int = 0, witness: str = "w", key: int = 0
         ) -> None:  # fmt: skip
    numbers.take(
        witness, FEED, position, before, at=at, meaning=("trade", key or position.seq), is_keeper=witness != "w"
    )


def back(end: Position | None, *, recovered: bool, away: int) -> Return:
    """Return somebody who left at 0 at SINCE, and was `away` for so many ms."""
    return Return(witness="w", feed=FEED, since=SINCE, left_at=0, back_at=away, recovered=recovered, end=end)


def found(numbers: Numbers, *returns: Return) -> list[str]:
    for one in returns:
        numbers.take_return(one)
    return [one.what for one in numbers.judged()]


def test_within_the_bound_one_is_recovered_and_past_it_told_that_it_is_not() -> None:
    assert found(heard(1000, 2000), back(Position("e", 12), recovered=True, away=30_000)) == []
    assert found(heard(1000, 90_000), back(Position("e", 12), recovered=False, away=90_000)) == []
    assert found(heard(), back(Position("e", 10), recovered=True, away=900_000)) == [], "it missed nothing"


@pytest.mark.parametrize("end", [None, Position("e", 12), Position("other", 3), Position("e", 1010)])
def test_whoever_was_away_for_less_than_the_bound_has_to_be_recovered(end: Position | None) -> None:
    assert found(heard(1000, 2000), back(end, recovered=False, away=30_000)) == [NOT_RECOVERED]


def test_more_frames_than_are_kept_excuse() -> None:
    assert found(heard(), back(Position("e", 1011), recovered=False, away=30_000)) == []


@pytest.mark.parametrize(
    ("times", "end", "away"),
    [
        ((1000, 70_000), Position("e", 12), 71_000),  # the first was too old when the second came
        ((1000, 2000), Position("e", 12), 70_000),  # silent for longer than it is kept
        ((), Position("e", 1111), 30_000),
        ((), Position("other", 0), 30_000),
        ((), None, 30_000),
    ],
)
def test_nobody_is_recovered_whose_past_is_kept_no_longer(
    times: tuple[int, ...], end: Position | None, away: int
) -> None:
    assert found(heard(*times), back(end, recovered=True, away=away)) == [FALSELY_RECOVERED]


def test_each_number_follows_the_one_before_and_means_the_same_to_all() -> None:
    numbers = heard(1000, 2000, 3000)
    take(numbers, Position("e", 11), Position("e", 10))
    assert found(numbers) == []
    take(numbers, Position("e", 13), Position("e", 11))
    take(numbers, Position("e", 13), Position("e", 13))
    take(numbers, Position("f", 1), Position("e", 13))
    take(numbers, Position("e", 12), None, key=99)
    numbers.take_unnumbered("w", FEED, 14, 4000)
    assert found(numbers) == [NOT_NEXT] * 3 + [OTHER_MEANING, UNNUMBERED]
