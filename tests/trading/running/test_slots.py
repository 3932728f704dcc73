"""Turns at the processes that backtests share: given back in every case, and not waited for by who is to stop."""

import asyncio

import pytest

from trading.running.slots import RunStoppedError, held_slot


async def test_it_gives_a_slot_back() -> None:
    slots = asyncio.Semaphore(1)
    async with held_slot(slots, stopping=asyncio.Event()):
        assert slots.locked()
    assert not slots.locked()


async def test_it_waits_no_longer_than_until_it_is_to_stop() -> None:
    slots, stopping = asyncio.Semaphore(1), asyncio.Event()
    async with slots:
        waiting = asyncio.create_task(_hold(slots, stopping))
        await asyncio.sleep(0)
        stopping.set()
        with pytest.raises(RunStoppedError):
            await waiting
    assert not slots.locked()


async def test_it_takes_none_once_it_is_to_stop() -> None:
    slots, stopping = asyncio.Semaphore(1), asyncio.Event()
    stopping.set()
    with pytest.raises(RunStoppedError):
        await _hold(slots, stopping)
    assert not slots.locked()


@pytest.mark.parametrize("turns", range(6))
async def test_whoever_is_cancelled_keeps_none(turns: int) -> None:
    slots = asyncio.Semaphore(1)
    await slots.acquire()
    waiting = asyncio.create_task(_hold(slots, asyncio.Event()))
    await asyncio.sleep(0)
    slots.release()
    for _ in range(turns):  # at any point between its turn and its work
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.sleep(0)
    assert not slots.locked()


async def _hold(slots: asyncio.Semaphore, stopping: asyncio.Event) -> None:
    async with held_slot(slots, stopping=stopping):
        await asyncio.Event().wait()
