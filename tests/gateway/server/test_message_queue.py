"""The messages that an application has not received yet: in order, and none lost."""

import asyncio

import pytest

from streaming.gateway.server.message_queue import MessageQueue


async def test_it_gives_messages_in_the_order_in_which_they_came() -> None:
    queue = MessageQueue()
    for number in range(3):
        queue.put_nowait(number)
    assert not queue.empty()
    assert [await queue.get() for _ in range(3)] == [0, 1, 2]
    assert queue.empty()


async def test_it_waits_for_a_message() -> None:
    queue = MessageQueue()
    receiving = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    assert not receiving.done()
    queue.put_nowait("a")
    queue.put_nowait("b")
    assert await receiving == "a"
    assert await queue.get() == "b"


@pytest.mark.parametrize("came_first", [True, False], ids=["after the message", "before the message"])
async def test_it_loses_no_message_to_a_receiver_that_was_cancelled(came_first: bool) -> None:
    queue = MessageQueue()
    receiving = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    if came_first:
        queue.put_nowait("a")
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    if not came_first:
        queue.put_nowait("a")
    assert await queue.get() == "a"


async def test_it_refuses_a_second_receiver() -> None:
    queue = MessageQueue()
    receiving = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        await queue.get()
    queue.put_nowait("a")
    assert await receiving == "a"
