import asyncio

import pytest

from streaming.gateway.sending import eager_coroutines


async def test_it_runs_what_does_not_wait_at_once() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    assert eager_coroutines.start(work()) is None
    assert done == [1]


async def test_it_hands_back_what_must_wait_and_goes_on_where_it_stopped() -> None:
    gates = [asyncio.Event(), asyncio.Event()]
    steps: list[str] = []

    async def work() -> None:
        steps.append("began")
        await gates[0].wait()
        steps.append("went on")
        await gates[1].wait()
        steps.append("ended")

    rest = eager_coroutines.start(work())
    assert rest is not None
    assert steps == ["began"]
    task = asyncio.create_task(rest)
    for gate in gates:
        gate.set()
    await task
    assert steps == ["began", "went on", "ended"]


async def test_it_raises_what_is_raised_before_the_first_wait() -> None:
    async def work() -> None:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        eager_coroutines.start(work())


async def test_it_raises_what_the_awaited_future_raises_into_the_work() -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    seen: list[str] = []

    async def work() -> None:
        try:
            await future
        except ConnectionError as error:
            seen.append(str(error))

    rest = eager_coroutines.start(work())
    assert rest is not None
    future.set_exception(ConnectionError("lost"))
    await rest
    assert seen == ["lost"]


async def test_it_lets_a_cancellation_reach_the_work() -> None:
    cleaned: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    rest = eager_coroutines.start(work())
    assert rest is not None
    task = asyncio.create_task(rest)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == [True]
