"""The moving extreme is that of all values which held within the window."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.rule import MOVE_OPERATORS
from alerts.conditions.windows import MovingWindow, WindowKey, past_of, remembered
from alerts.events import AlertOperator

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


@given(
    walk=st.lists(st.tuples(st.integers(0, 400), st.integers(80, 120)), min_size=5, max_size=60), most=st.integers(2, 6)
)
def test_it_remembers_so_many_values_and_never_takes_a_move_for_smaller_than_it_was(
    walk: list[tuple[int, int]], most: int
) -> None:
    keys = [(operator, seconds) for operator in sorted(MOVE_OPERATORS) for seconds in (1, 3)]
    windows = {key: _window(key) for key in keys}
    now = 0
    for pause, number in walk:
        now += pause
        for window in windows.values():
            window.add(Decimal(number), now)
            window.extreme(Decimal(number), now)
    memory = remembered(windows, most=most)
    assert max(len(memory.lowest), len(memory.highest)) <= most
    for key, window in windows.items():
        again = _window(key)
        again.begin_with(past_of(memory, key))
        value = Decimal(100)
        assert abs(again.extreme(value, now) - value) >= abs(window.extreme(value, now) - value)


def _window(key: WindowKey) -> MovingWindow:
    operator, seconds = key
    return MovingWindow(seconds, of_lowest=operator is AlertOperator.MOVING_UP)
