"""Long computations: one at a time, beside the event loop."""

import asyncio
import threading

import pytest
from pytest_django import Settings

from streaming.commands.computing import computed, computed_in_time
from streaming.commands.errors import CommandRefusedError
from tests.waiting import LIMIT_SECONDS


async def test_it_computes_one_at_a_time_and_holds_up_neither_the_loop_nor_who_gives_up() -> None:
    is_free, begun = threading.Event(), list[int]()

    def compute(number: int) -> int:
        begun.append(number)
        assert is_free.wait(LIMIT_SECONDS)
        return number

    first, second, third = (asyncio.create_task(computed(compute, number)) for number in (1, 2, 3))
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
        computed_in_time(is_free.wait, LIMIT_SECONDS)
    is_free.set()
    settings.WS_COMMAND_SECONDS = LIMIT_SECONDS
    assert computed_in_time(lambda: 1) == 1
