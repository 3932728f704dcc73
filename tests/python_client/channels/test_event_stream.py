"""Events to iterate over."""

import asyncio

import pytest

from tidewire_client.channels.emitter import Emitter
from tidewire_client.channels.event_stream import EventStream
from tidewire_client.errors import EventsDroppedError
from tidewire_client.events import Event, Unknown


class Told:
    """A stream, and what it has said."""

    def __init__(self, pattern: str = "a:*", limit: int = 2) -> None:
        self.errors: list[EventsDroppedError] = []
        self.forgotten: list[EventStream] = []
        self.stream = EventStream(pattern, limit, tell=self.errors.append, forget=self.forgotten.append)

    def put(self, *numbers: int, channel: str = "a:b") -> None:
        """Let events happen, each at a time of its own."""
        for number in numbers:
            self.stream.put(Unknown(channel=channel, time=number, name="", data={}))

    async def rest(self) -> list[int]:
        """Return what is left after a close."""
        self.stream.close()
        return await self.waiting()

    async def waiting(self) -> list[int]:
        """Return what comes until a close."""
        return [event.time async for event in self.stream]


async def test_it_gives_what_matches_in_its_order() -> None:
    told = Told(limit=5)
    told.put(1, 2)
    told.put(3, channel="b:b")
    told.put(4)
    assert (await anext(told.stream)).time == 1
    assert await told.rest() == [2, 4]
    assert told.forgotten == [told.stream]


async def test_the_oldest_go_first_and_it_tells_once_until_it_is_read() -> None:
    told = Told()
    told.put(1, 2, 3, 4)
    assert (told.stream.dropped, len(told.errors)) == (2, 1)
    assert (await anext(told.stream)).time == 3
    told.put(5, 6)
    assert (told.stream.dropped, len(told.errors)) == (3, 2)
    assert await told.rest() == [5, 6]


async def test_a_reader_waits_and_a_cancelled_one_loses_nothing() -> None:
    told = Told()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(told.stream)
    reader: asyncio.Task[Event] = asyncio.create_task(_next(told.stream))
    await asyncio.sleep(0)
    told.put(1)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert (await anext(told.stream)).time == 1


async def test_a_close_ends_a_reader_that_waits_and_nothing_comes_any_more() -> None:
    told = Told()
    reader = asyncio.create_task(told.waiting())
    await asyncio.sleep(0)
    told.stream.close()
    told.stream.close()
    assert await reader == []
    told.put(1)
    assert await told.rest() == []
    assert len(told.forgotten) == 1


async def _next(stream: EventStream) -> Event:
    return await anext(stream)


async def test_a_stream_that_nobody_holds_any_more_takes_no_events() -> None:
    emitter = Emitter()
    errors: list[EventsDroppedError] = []
    emitter.names.on("error", errors.append)
    emitter.stream("a:*", 1)  # as by leaving an `async for` halfway
    held = emitter.stream("a:*", 3)
    for number in range(3):
        emitter.event(Unknown(channel="a:b", time=number, name="it", data={}))
    assert errors == []
    assert [(await anext(held)).time for _ in range(3)] == [0, 1, 2]
