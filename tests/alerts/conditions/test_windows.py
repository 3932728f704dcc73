"""The moving extreme is that of all values which held within the window."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.windows import MovingWindow

_WALKS = st.lists(st.tuples(st.integers(0, 900), st.integers(90, 110)), min_size=1, max_size=40)


@pytest.mark.parametrize("of_lowest", [True, False])
@given(walk=_WALKS, seconds=st.integers(1, 4))
def test_it_knows_the_extreme_of_what_held_within_the_window(
    of_lowest: bool, walk: list[tuple[int, int]], seconds: int
) -> None:
    window, now, held = MovingWindow(seconds, of_lowest=of_lowest), 0, list[tuple[int, Decimal]]()
    value: Decimal | None = None
    for pause, number in walk:
        now += pause
        if value is not None:
            window.add(value, now)
            held.append((now, value))
        value = Decimal(number)
        within = [each for until, each in held if until > now - 1000 * seconds]
        assert window.extreme(value, now) == (min if of_lowest else max)([*within, value])
