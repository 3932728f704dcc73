"""Terms: over at their end, and where they were written before the time of day went back."""

from datetime import UTC, datetime, timedelta

import pytest

from streaming.workers.leases.lease_terms import LeaseTerm

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "is_over", "left_ms"),
    [
        (-2, True, -2_000),
        (0, True, 0),
        (2, False, 2_000),
        (6, False, 6_000),
        (12, False, 12_000),  # by the clock of a host that is ahead
        (12.1, True, 0),
        (3606, True, 0),
    ],
)
def test_it_lasts_until_its_end_and_never_for_twice_its_length(ends: float, is_over: bool, left_ms: int) -> None:
    term = LeaseTerm(NOW + timedelta(seconds=ends), 6)
    assert (term.is_over(NOW), term.left_ms(NOW)) == (is_over, left_ms)


@pytest.mark.parametrize(("ends", "is_over", "left_ms"), [(-2, True, -2_000), (0, True, 0), (9, False, 9_000)])
def test_of_one_whose_length_nobody_wrote_only_the_end_counts(ends: float, is_over: bool, left_ms: int) -> None:
    term = LeaseTerm(NOW + timedelta(seconds=ends), 0)
    assert (term.is_over(NOW), term.left_ms(NOW)) == (is_over, left_ms)
