"""Work that is done whenever the lease is ours, or at once by whoever's word."""

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.models import Lease
from streaming.workers.fencing import Fence
from streaming.workers.leases.leases import work_while_leased
from streaming.workers.worker import WorkerContext
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


class Noted:
    """Notes by which number and fence it works, and returns at once."""

    def __init__(self) -> None:
        self.turns: list[tuple[int, Fence | None]] = []

    async def __call__(self, epoch: int, /, *, fence: Fence | None) -> None:
        """Work."""
        self.turns.append((epoch, fence))


def _context(*, epoch: int | None) -> WorkerContext:
    hub = Hub(InMemoryChannelLayer(), topic_registry())
    return WorkerContext(hub=hub, clock=SystemClock(), holder="one", epoch=epoch)


async def test_each_time_that_the_lease_is_ours_it_has_a_number_and_a_fence_of_its_own() -> None:
    work = Noted()
    working = asyncio.create_task(work_while_leased(_context(epoch=None), "noting", work, seconds=30, renewal=0.05))
    await until(lambda: len(work.turns) > 1)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert work.turns[:2] == [(number, Fence(name="noting", holder="one", token=number)) for number in (1, 2)]


async def test_with_an_epoch_given_it_works_once_and_takes_no_lease_afterwards() -> None:
    work = Noted()
    async with asyncio.timeout(10):
        await work_while_leased(_context(epoch=7), "noting", work, seconds=30, renewal=0.05)
    assert work.turns == [(7, None)]
    assert not await Lease.objects.aexists()
