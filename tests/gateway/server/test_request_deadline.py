"""Until when a request is waited for: only time in which the server reads counts."""

import asyncio

from streaming.gateway.server.request_deadline import RequestDeadline
from tests.waiting import until

SECONDS = 0.05


class Watched:
    """A deadline, and when it gave up, by the loop's time."""

    def __init__(self) -> None:
        self.given_up: list[float] = []
        self.loop = asyncio.get_running_loop()
        self.deadline = RequestDeadline(self.loop, lambda: self.given_up.append(self.loop.time()))


async def test_it_gives_up_once_and_begins_again_where_it_is_told_to() -> None:
    watched = Watched()
    for times in (1, 2):
        begun = watched.loop.time()
        watched.deadline.begin(SECONDS)
        watched.deadline.begin(3600)  # of a request that is waited for already
        await until(lambda times=times: len(watched.given_up) == times)  # type: ignore[misc]
        assert watched.given_up[-1] - begun >= SECONDS * 0.99


async def test_it_counts_no_time_in_which_nothing_is_read() -> None:
    watched = Watched()
    begun = watched.loop.time()
    watched.deadline.begin(SECONDS)
    watched.deadline.pause()
    watched.deadline.pause()
    read = watched.loop.time() - begun
    await asyncio.sleep(3 * SECONDS)
    assert watched.given_up == []
    resumed = watched.loop.time()
    watched.deadline.resume()
    await until(lambda: watched.given_up)
    assert read + watched.given_up[0] - resumed >= SECONDS * 0.99


async def test_one_that_begins_while_nothing_is_read_waits_for_that() -> None:
    watched = Watched()
    watched.deadline.pause()
    watched.deadline.begin(SECONDS)
    await asyncio.sleep(3 * SECONDS)
    assert watched.given_up == []
    watched.deadline.resume()
    await until(lambda: watched.given_up)


async def test_it_gives_up_nothing_that_has_come_in_time_though_reading_goes_on_later() -> None:
    watched = Watched()
    watched.deadline.begin(SECONDS)
    watched.deadline.pause()
    watched.deadline.end()
    watched.deadline.resume()
    await asyncio.sleep(3 * SECONDS)
    assert watched.given_up == []
