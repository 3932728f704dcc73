"""Ending a task though what it waits for keeps the cancellation to itself."""

import asyncio

import pytest

from streaming.layer.cancelling import heeding_cancellation


async def swallowing(began: asyncio.Event) -> int:
    """Return, though cancelled."""
    began.set()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return 7
    return 0


async def test_it_raises_what_was_swallowed() -> None:
    began = asyncio.Event()
    task = asyncio.create_task(heeding_cancellation(swallowing(began)))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_it_raises_what_was_swallowed_together_with_a_failure() -> None:
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(heeding_cancellation(asyncio.wait_for(answer, 60)))
    await asyncio.sleep(0)
    answer.set_exception(ConnectionError("reset"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_it_lets_a_failure_be_one() -> None:
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    answer.set_exception(ConnectionError("reset"))
    with pytest.raises(ConnectionError, match="reset"):
        await heeding_cancellation(answer)


async def test_it_returns_the_result_also_in_a_task_that_was_cancelled_before() -> None:
    async def cleaning_up() -> int:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return await heeding_cancellation(asyncio.sleep(0, 7))
        return 0

    task = asyncio.create_task(cleaning_up())
    await asyncio.sleep(0)
    task.cancel()
    assert await task == 7


async def test_it_lets_a_time_out_inside_be_one() -> None:
    with pytest.raises(TimeoutError):
        await heeding_cancellation(asyncio.wait_for(asyncio.Event().wait(), 0.01))
