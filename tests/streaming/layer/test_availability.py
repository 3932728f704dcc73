"""Nobody waits for a host that is known to be away, and it is found again without anybody asking for it."""

import asyncio

import pytest
from redis.exceptions import ResponseError

from streaming.layer.availability import Availability, HostAwayError
from tests.waiting import until


class Host:
    """A host that answers while it may."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = 0

    async def ask(self) -> str:
        self.asked += 1
        await self.answers.wait()
        return "answer"


async def test_it_waits_once_for_a_host_that_hangs_and_finds_it_again_by_itself() -> None:
    host = Host()
    availability = Availability("one", host.ask, patience=0.05)
    assert await availability.ask(host.ask) == "answer"
    host.answers.clear()
    with pytest.raises(HostAwayError, match="one doesn't answer: TimeoutError"):
        await availability.ask(host.ask)
    asked = host.asked
    for _ in range(100):
        with pytest.raises(HostAwayError):
            await availability.ask(host.ask)
    assert host.asked == asked
    host.answers.set()
    await until(lambda: not availability.is_away)
    assert await availability.ask(host.ask) == "answer"
    await availability.close()


async def test_a_refusal_is_an_answer() -> None:
    async def refuse() -> None:
        raise ResponseError("no")

    availability = Availability("one", refuse)
    with pytest.raises(ResponseError):
        await availability.ask(refuse)
    assert not availability.is_away
    await availability.close()


async def test_it_asks_no_more_once_it_is_closed() -> None:
    async def refuse() -> None:
        raise ConnectionError("refused")

    availability = Availability("one", refuse)
    with pytest.raises(HostAwayError):
        await availability.ask(refuse)
    await availability.close()
    await availability.close()
    assert len(asyncio.all_tasks()) == 1
