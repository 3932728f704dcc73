"""Tasks that live and die together."""

import asyncio
from typing import Never

import pytest

from tidewire_client.connection.race import race
from tidewire_client.waiters import Waiters


class Runner:
    """Tasks that note how they end."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    async def forever(self, name: str) -> Never:
        """Wait until cancelled."""
        try:
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")
        finally:
            self.ended.append(name)

    async def fails(self, error: Exception) -> Never:
        """Raise at once."""
        raise error


async def test_what_the_first_raises_is_raised_and_the_others_have_ended() -> None:
    runner = Runner()
    with pytest.raises(KeyError):
        await race(runner.forever("one"), runner.fails(KeyError()), runner.forever("other"))
    assert runner.ended == ["one", "other"]


async def test_of_several_the_first_given_comes_first() -> None:
    runner = Runner()
    with pytest.raises(KeyError):
        await race(runner.fails(KeyError()), runner.fails(ValueError()))


async def test_cancelling_it_cancels_all() -> None:
    runner = Runner()
    racing = asyncio.create_task(race(runner.forever("one"), runner.forever("other")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    racing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await racing
    assert runner.ended == ["one", "other"]


async def test_waiters_go_or_fail_together_but_for_the_cancelled() -> None:
    waiters: Waiters[int] = Waiters()
    first, second, third = (asyncio.create_task(waiters.wait()) for _ in range(3))
    await asyncio.sleep(0)
    second.cancel()
    waiters.release(7)
    waiters.fail(KeyError())
    assert await first == 7
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await third == 7
    last = asyncio.create_task(waiters.wait())
    await asyncio.sleep(0)
    waiters.fail(KeyError())
    with pytest.raises(KeyError):
        await last
