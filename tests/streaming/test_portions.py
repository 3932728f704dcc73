from hypothesis import given
from hypothesis import strategies as st

from streaming.portions import in_portions


@given(st.lists(st.integers()), st.integers(min_value=1, max_value=9))
def test_all_are_given_once_in_their_order_and_no_more_at_a_time(items: list[int], most: int) -> None:
    portions = list(in_portions(items, most))

    assert [item for portion in portions for item in portion] == items
    assert all(len(portion) == most for portion in portions[:-1])
    assert all(1 <= len(portion) <= most for portion in portions)
