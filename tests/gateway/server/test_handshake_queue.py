"""Handshakes that come at once: begun in their order, few in each turn of the loop."""

import asyncio

from streaming.gateway.server.handshake_queue import HandshakeQueue


async def _turns(queue: HandshakeQueue, begun: list[int], count: int) -> list[list[int]]:
    """Return which handshakes have begun after each turn of the loop, until all `count` have."""
    turns = []
    while len(begun) < count:
        before = len(begun)
        await asyncio.sleep(0)
        turns.append(begun[before:])
        assert len(turns) < 10 * count
    return turns


def _handshakes(queue: HandshakeQueue, count: int) -> tuple[list[int], list[asyncio.Task[None]]]:
    begun: list[int] = []

    async def begin(number: int) -> None:
        await queue.its_turn()
        begun.append(number)

    return begun, [asyncio.create_task(begin(number)) for number in range(count)]


async def test_it_begins_those_that_came_first_a_few_in_each_turn() -> None:
    queue = HandshakeQueue(at_once=3)
    begun, _tasks = _handshakes(queue, 20)
    turns = await _turns(queue, begun, 20)
    assert begun == list(range(20))
    assert max(map(len, turns)) == 3


async def test_one_alone_waits_for_nobody_however_often_one_comes() -> None:
    queue = HandshakeQueue(at_once=1)
    for _ in range(3):
        begun, _tasks = _handshakes(queue, 1)
        assert await _turns(queue, begun, 1) == [[0]]
        await asyncio.sleep(0)


async def test_what_a_handshake_waits_for_holds_up_nobody_behind_it() -> None:
    queue, may_end = HandshakeQueue(at_once=1), asyncio.Event()

    async def look_up() -> None:
        await queue.its_turn()
        await may_end.wait()

    slow = asyncio.create_task(look_up())
    begun, _tasks = _handshakes(queue, 5)
    await _turns(queue, begun, 5)
    assert not slow.done()
    may_end.set()
    await slow


async def test_one_that_was_cancelled_takes_no_turn() -> None:
    queue = HandshakeQueue(at_once=1)
    begun, tasks = _handshakes(queue, 4)
    await asyncio.sleep(0)
    tasks[2].cancel()
    await _turns(queue, begun, 3)
    assert begun == [0, 1, 3]
