"""Clients of a gateway that stops are sent to the others in portions."""

import pytest

from streaming.gateway.session.draining import drain, portion


async def test_it_closes_all_once_and_in_order() -> None:
    closed: list[int] = []
    await drain(range(60), closed.append, seconds=0.1)
    assert closed == list(range(60))


@pytest.mark.parametrize(
    ("sessions", "seconds", "size"),
    [(0, 3.0, 25), (20, 3.0, 25), (1500, 3.0, 25), (6000, 3.0, 100), (6001, 3.0, 101), (6000, 0.0, 6000)],
)
def test_it_closes_500_a_second_or_as_many_more_as_the_time_asks_for(sessions: int, seconds: float, size: int) -> None:
    assert portion(sessions, seconds) == size
