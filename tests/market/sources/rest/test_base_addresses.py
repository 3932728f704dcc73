"""Which base address is asked."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.market.sources.rest.base_addresses import BaseAddresses
from tests.manual_clock import ManualClock


@given(
    st.lists(st.tuples(st.floats(0, 200), st.sampled_from(["works", "fails", "refuses"])), max_size=100),
    st.integers(1, 4),
)
def test_it_is_the_first_again_at_the_latest_when_it_works_after_its_time(
    course: list[tuple[float, str]], count: int
) -> None:
    clock = ManualClock()
    names = [f"https://{number}.example" for number in range(count)]
    addresses = BaseAddresses(names, clock, failures=2, return_after=300)
    for pause, what in course:
        clock.advance(pause)
        address = addresses.choose()
        assert address in (addresses.current, names[0])
        if what == "works":
            addresses.worked(address)
        else:
            addresses.failed(address, refused=what == "refuses")
    clock.advance(300)
    first = addresses.choose()
    addresses.worked(first)
    assert (first, addresses.current) == (names[0], names[0])


def test_a_late_failure_of_an_address_that_was_left_changes_nothing(clock: ManualClock) -> None:
    addresses = BaseAddresses(["https://a.example", "https://b.example"], clock, failures=1)
    assert not addresses.failed("https://a.example", refused=False)
    assert addresses.failed("https://a.example", refused=True)
    assert addresses.current == "https://b.example"
