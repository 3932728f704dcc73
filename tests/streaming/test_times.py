import pytest

from streaming.times import iso_time


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_733_486_400_000, "2024-12-06T12:00:00.000Z"),
        (1_733_486_400_007, "2024-12-06T12:00:00.007Z"),
        (1_733_486_399_999, "2024-12-06T11:59:59.999Z"),
    ],
)
def test_it_writes_times_with_three_digits(milliseconds: int, written: str) -> None:
    assert iso_time(milliseconds) == written
