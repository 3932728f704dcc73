"""Waiting until a socket takes more: for all at once, and for none that needn't."""

import asyncio

import pytest

from streaming.gateway.server.writable_event import WritableEvent


async def test_nobody_waits_while_it_is_set() -> None:
    event = WritableEvent()
    assert event.is_set()
    waiting = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    assert waiting.done()


async def test_all_who_wait_go_on_once_it_is_set() -> None:
    event = WritableEvent()
    event.clear()
    event.clear()
    waiting = [asyncio.create_task(event.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert [event.is_set(), *(one.done() for one in waiting)] == [False] * 3
    event.set()
    event.set()
    await asyncio.gather(*waiting)
    assert event.is_set()


async def test_one_who_is_cancelled_ends_nobody_elses_waiting() -> None:
    event = WritableEvent()
    event.clear()
    first, second = (asyncio.create_task(event.wait()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    event.set()
    await second
