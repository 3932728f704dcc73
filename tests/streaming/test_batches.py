from hypothesis import given
from hypothesis import strategies as st

from streaming.batches import batched


@given(st.lists(st.integers()), st.integers(min_value=1, max_value=9))
def test_all_are_given_once_in_their_order_and_no_more_at_a_time(items: list[int], size: int) -> None:
    batches = list(batched(items, size))

    assert [item for batch in batches for item in batch] == items
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(1 <= len(batch) <= size for batch in batches)
