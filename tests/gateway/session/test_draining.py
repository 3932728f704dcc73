"""Clients of a gateway that stops are sent to the others in portions."""

import pytest

from streaming.gateway.session.draining import drain, due


async def test_it_closes_all_once_and_in_order() -> None:
    closed: list[int] = []
    await drain(range(60), closed.append, seconds=3.0)
    assert closed == list(range(60))


@pytest.mark.parametrize(
    ("sessions", "gone", "seconds", "closed"),
    [
        (0, 0.0, 3.0, 0),
        (25, 0.0, 3.0, 25),  # in the first step
        (1000, 0.0, 3.0, 25),
        (1000, 0.95, 3.0, 500),
        (1000, 1.95, 3.0, 1000),
        (6000, 0.0, 3.0, 100),  # more, as it must not take longer
        (6000, 1.45, 3.0, 3000),
        (6000, 3.0, 3.0, 6000),
        (6000, 0.0, 0.0, 6000),
    ],
)
def test_it_closes_500_a_second_or_as_many_more_as_the_time_asks_for(
    sessions: int, gone: float, seconds: float, closed: int
) -> None:
    assert due(sessions, gone, seconds) == closed
