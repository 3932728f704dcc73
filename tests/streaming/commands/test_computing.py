"""Long computations: one at a time, beside the event loop."""

import asyncio
import threading

import pytest
from pytest_django import Settings

from streaming.commands.computing import computed, computed_in_time
from streaming.commands.errors import CommandRefusedError
from streaming.requesters import user_requester
from streaming.tracing.correlation import correlated, correlation_id
from tests.waiting import LIMIT_SECONDS, until

ADA, BOB = user_requester(1), user_requester(2)


async def test_it_computes_one_at_a_time_and_holds_up_neither_the_loop_nor_who_gives_up() -> None:
    is_free, begun = threading.Event(), list[int]()

    def compute(number: int) -> int:
        begun.append(number)
        assert is_free.wait(LIMIT_SECONDS)
        return number

    first, second, third = (asyncio.create_task(computed(ADA, compute, number)) for number in (1, 2, 3))
    await asyncio.sleep(0)  # the three are asked for, in this order
    second.cancel()
    await asyncio.wait([second])
    is_free.set()
    assert [await first, await third] == [1, 3]
    assert begun == [1, 3]


def test_it_says_so_where_it_takes_longer_than_a_command_may(settings: Settings) -> None:
    settings.WS_COMMAND_SECONDS = 0.01
    is_free = threading.Event()
    with pytest.raises(CommandRefusedError, match="It took too long"):
        computed_in_time(ADA, is_free.wait, LIMIT_SECONDS)
    is_free.set()
    settings.WS_COMMAND_SECONDS = LIMIT_SECONDS
    assert computed_in_time(ADA, lambda: 1) == 1


async def test_it_computes_for_another_soon_however_much_one_has_asked_for() -> None:
    is_free, begun = threading.Event(), list[str]()

    def compute(requester: str) -> None:
        begun.append(requester)
        assert is_free.wait(LIMIT_SECONDS)

    flood = [asyncio.create_task(computed(ADA, compute, ADA)) for _ in range(20)]
    await asyncio.sleep(0)  # all of them are asked for
    waiting = asyncio.create_task(computed(BOB, compute, BOB))
    in_thread = asyncio.create_task(asyncio.to_thread(computed_in_time, BOB, compute, BOB))
    await asyncio.sleep(0)
    is_free.set()
    await asyncio.gather(*flood, waiting, in_thread)
    assert begun.index(BOB) <= 2  # after the one that has begun, and one more
    assert begun.count(BOB) == 2


async def test_it_has_a_turn_until_the_computation_has_ended_though_nobody_waits_for_it() -> None:
    is_free, begun = threading.Event(), list[str]()

    def compute(requester: str) -> None:
        begun.append(requester)
        assert is_free.wait(LIMIT_SECONDS)

    leaving = asyncio.create_task(computed(ADA, compute, ADA))
    await until(lambda: begun)
    leaving.cancel()
    await asyncio.wait([leaving])
    again = [asyncio.create_task(computed(requester, compute, requester)) for requester in (ADA, ADA, BOB)]
    await asyncio.sleep(0)
    is_free.set()
    await asyncio.gather(*again)
    assert begun == [ADA, ADA, BOB, ADA]


async def test_what_it_computes_is_computed_for_the_command_that_asks_for_it() -> None:
    with correlated("first"):
        first = asyncio.create_task(computed(ADA, correlation_id))
    with correlated("second"):
        second = asyncio.create_task(computed(BOB, correlation_id))
    assert [await first, await second, await computed(ADA, correlation_id)] == ["first", "second", ""]
