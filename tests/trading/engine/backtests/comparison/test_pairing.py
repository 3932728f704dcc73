"""Which decision of one run is which of another."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from trading.engine.backtests.comparison.pairing import paired

Decision = tuple[str, int]
_DECISIONS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20)), max_size=30).map(
    lambda found: sorted(found, key=lambda one: one[1])
)


def pairs(
    live: Sequence[Decision], tested: Sequence[Decision], *, decided: Callable[[Decision], int] = lambda one: one[1]
) -> list[tuple[Decision | None, Decision | None]]:
    found = paired(live, tested, kind=lambda one: one[0], decided=decided, tolerance=2)
    return [(pair.live, pair.tested) for pair in found]


def test_those_of_one_kind_and_one_time_are_the_same_and_what_is_left_goes_to_the_next_that_is_near() -> None:
    live = [("a", 1), ("a", 5), ("b", 5), ("a", 20)]
    tested = [("a", 1), ("a", 1), ("a", 3), ("b", 8), ("a", 19)]
    assert pairs(live, tested) == [
        (("a", 1), ("a", 1)),
        (None, ("a", 1)),
        (("a", 5), ("a", 3)),
        (("b", 5), None),
        (None, ("b", 8)),
        (("a", 20), ("a", 19)),
    ]


@given(live=_DECISIONS, tested=_DECISIONS)
def test_each_decision_is_told_once_and_only_those_of_a_kind_and_near_enough_are_paired(
    live: list[Decision], tested: list[Decision]
) -> None:
    found = pairs(live, tested)
    assert sorted(one for one, _ in found if one) == sorted(live)
    assert sorted(two for _, two in found if two) == sorted(tested)
    assert all(one[0] == two[0] and abs(one[1] - two[1]) <= 2 for one, two in found if one and two)
    times = [min(one[1] for one in pair if one) for pair in found]
    assert times == sorted(times)


def test_it_looks_at_each_decision_a_few_times_however_many_there_are() -> None:
    for count in (500, 4000):
        seen = 0

        def decided(one: Decision) -> int:
            nonlocal seen
            seen += 1
            return one[1]

        pairs([("a", 10 * at) for at in range(count)], [("a", 10 * at + 5) for at in range(count)], decided=decided)
        assert seen < 8 * count
