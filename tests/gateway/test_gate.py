"""A gate: who comes while it is closed waits until it is opened."""

import asyncio

import pytest

from streaming.gateway.gate import Gate


async def test_it_lets_everybody_pass_at_first() -> None:
    gate = Gate()
    await gate.passed()
    assert gate.is_open


async def test_it_holds_up_all_who_come_while_it_is_closed() -> None:
    gate = Gate()
    gate.close()
    gate.close()
    waiting = [asyncio.create_task(gate.passed()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    gate.open()
    await asyncio.gather(*waiting)


async def test_it_lets_those_pass_that_waited_though_it_closes_again_at_once() -> None:
    gate = Gate()
    gate.close()
    waiting = asyncio.create_task(gate.passed())
    await asyncio.sleep(0)
    gate.open()
    gate.close()
    await waiting
    assert not gate.is_open


async def test_it_holds_up_nobody_after_a_waiter_was_cancelled() -> None:
    gate = Gate()
    gate.close()
    cancelled, waiting = (asyncio.create_task(gate.passed()) for _ in range(2))
    await asyncio.sleep(0)
    cancelled.cancel()
    gate.open()
    await waiting
    with pytest.raises(asyncio.CancelledError):
        await cancelled
