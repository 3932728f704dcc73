"""Who waits for an answer gives up in time, but not because the own process was busy."""

import asyncio
import socket
import time

import pytest

from streaming.layer.stall_tolerant_timeout import stall_tolerant_timeout


async def test_it_gives_up_where_nothing_answers() -> None:
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        async with stall_tolerant_timeout(0.1):
            await asyncio.Event().wait()
    assert 0.09 <= time.monotonic() - begin < 5


async def test_an_answer_counts_that_came_while_the_loop_stood_still() -> None:
    answered, loop = asyncio.Event(), asyncio.get_running_loop()
    async with stall_tolerant_timeout(0.1):
        loop.call_later(0.01, answered.set)
        loop.call_soon(time.sleep, 0.3)
        await answered.wait()


async def test_several_standstills_are_as_none() -> None:
    ours, others = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    with others:
        async with stall_tolerant_timeout(0.1):
            for _ in range(4):
                others.sendall(b"a line\n")
                time.sleep(0.15)  # noqa: ASYNC251 - that is the standstill
                assert await reader.readline() == b"a line\n"
        writer.close()
        await writer.wait_closed()


async def test_whoever_is_cancelled_meanwhile_is_cancelled() -> None:
    async def wait() -> None:
        async with stall_tolerant_timeout(60):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
