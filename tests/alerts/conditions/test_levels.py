"""The ordered index finds who is between two levels, whatever was added and taken out before."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.conditions.levels import Levels

_LEVELS = st.integers(0, 400).map(Decimal)
_OWNED = st.lists(st.tuples(_LEVELS, st.integers(0, 5)), max_size=300)
_STEPS = st.lists(st.tuples(st.sampled_from(["add", "add", "drop", "find"]), _LEVELS, st.integers(0, 400)), max_size=60)


@settings(deadline=None)
@given(first=_OWNED, steps=_STEPS)
def test_it_finds_the_owners_between_two_levels(
    first: list[tuple[Decimal, int]], steps: list[tuple[str, Decimal, int]]
) -> None:
    levels, known = Levels[int](), list(first)
    for level, owner in first:
        levels.add(level, owner)
    for step, level, number in steps:
        if step == "find":
            low, high = sorted([level, Decimal(number)])
            assert set(levels.between(low, high)) == {owner for at, owner in known if low <= at <= high}
        elif step == "add":
            levels.add(level, number)
            known.append((level, number))
        else:
            levels.drop(lambda owner, gone=number % 6: owner == gone)  # type: ignore[misc]  # a default holds it
            known = [(at, owner) for at, owner in known if owner != number % 6]
        assert set(levels.owners()) == {owner for _, owner in known}


def test_it_finds_them_in_order_of_their_levels() -> None:
    levels = Levels[int]()
    for number in (3, 1, 2, 5, 4):
        levels.add(Decimal(number), number)
    assert list(levels.between(Decimal(2), Decimal(4))) == [2, 3, 4]


def test_it_stays_in_order_while_a_thousand_levels_come_one_by_one_and_go() -> None:
    levels = Levels[int]()
    for number in range(1000):
        levels.add(Decimal(number * 7919 % 1000), number * 7919 % 1000)
        assert len(levels.between(Decimal(0), Decimal(1000))) == number + 1
    for number in range(0, 1000, 10):
        levels.drop(range(number + 10).__contains__)
        assert list(levels.between(Decimal(0), Decimal(1000))) == list(range(number + 10, 1000))


def test_many_that_come_at_once_are_put_in_order_among_those_that_are_there() -> None:
    levels, known = Levels[int](), list[int]()
    for first in (900, 901, 902):  # each time more than are inserted one by one
        new = range(first, 0, -3)
        for number in new:
            levels.add(Decimal(number), number)
        known += new
        assert list(levels.between(Decimal(0), Decimal(1000))) == sorted(known)
