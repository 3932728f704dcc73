"""The index of reaches: it finds whom a look at each would find, and its cost goes by what is reached."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trading.engine.live.triggers import ALWAYS, PriceTriggers, Reach

_BOUND = st.none() | st.integers(1, 60)


@examples(60)
@given(
    steps=st.lists(st.tuples(st.integers(0, 12), st.builds(Reach, _BOUND, _BOUND)), max_size=60),
    prices=st.lists(st.integers(1, 60), min_size=1, max_size=10),
)
def test_it_finds_whom_a_look_at_each_finds(steps: list[tuple[int, Reach]], prices: list[int]) -> None:
    triggers, known = PriceTriggers[int](), dict[int, Reach]()
    for key, reach in steps:
        triggers.set(key, reach)
        known[key] = reach
    for price in prices:
        found = triggers.reached(price)
        wanted = {
            key
            for key, (below, above) in known.items()
            if (below is not None and price <= below) or (above is not None and price >= above)
        }
        assert (set(found), len(found)) == (wanted, len(wanted))
    for key in known:
        triggers.discard(key)
    assert (len(triggers), [triggers.reached(price) for price in prices]) == (0, [[]] * len(prices))


def test_those_that_wait_for_any_trade_are_reached_by_each() -> None:
    triggers = PriceTriggers[str]()
    triggers.set("new", Reach(ALWAYS))
    assert triggers.reached(10**9) == ["new"]


def test_the_one_that_a_falling_market_reaches_first_comes_first() -> None:
    triggers = PriceTriggers[str]()
    for key, below in (("low", 10), ("high", 30), ("middle", 20), ("other", 5)):
        triggers.set(key, Reach(below))
    assert triggers.reached(9) == ["high", "middle", "low"]


def test_a_tick_looks_at_what_it_reaches_however_many_rest() -> None:
    """Counted, not timed: how many bounds are looked at does not grow with how many there are."""
    looked = []
    for count in (1_000, 50_000):
        triggers, chance = PriceTriggers[int](), random.Random(7)
        for key in range(count):
            triggers.set(key, Reach(chance.randint(1, 500_000), chance.randint(500_300, 10**6)))
        triggers.set(-1, Reach(500_200, 500_400))
        heap = triggers._falling._heap = _CountingList(triggers._falling._heap)
        assert triggers.reached(500_150) == [-1]
        looked.append(heap.reads)
    assert looked[0] == looked[1] < 10


def test_bounds_that_move_with_every_fill_leave_no_pile_behind() -> None:
    triggers = PriceTriggers[int]()
    for at in range(20_000):
        triggers.set(at % 10, Reach(at % 977 + 1, 2_000 + at % 991))
    assert len(triggers._falling._heap) + len(triggers._rising._heap) < 100


class _CountingList(list[int]):
    """A list that counts how often one of its entries is read."""

    reads = 0

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        self.reads += 1
        return super().__getitem__(index)
