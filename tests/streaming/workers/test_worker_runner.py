"""A declared worker at work: what it is run with, and who is told of it."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.conf import settings
from django.utils import timezone

from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.installed import installed_workers, topic_registry
from streaming.workers.presence import processes_present
from streaming.workers.worker import Instances, Worker, WorkerContext
from streaming.workers.worker_runner import backlog_of, work, work_of
from tests.waiting import until_asked

pytestmark = pytest.mark.django_db(transaction=True)

_run_with: list[WorkerContext] = []


async def take_note(context: WorkerContext) -> None:
    """Work: keep what it is run with, until cancelled."""
    _run_with.append(context)
    await asyncio.Event().wait()


def _worker(instances: Instances) -> Worker:
    return Worker(
        name="noting",
        title="who takes note",
        work=f"{__name__}.take_note",
        instances=instances,
        presence_setting="DELIVERIES_PRESENCE_SECONDS",
    )


def _context(*, epoch: int | None) -> WorkerContext:
    hub = Hub(InMemoryChannelLayer(), topic_registry())
    return WorkerContext(hub=hub, clock=SystemClock(), holder="one-1", epoch=epoch)


async def _present() -> list[str]:
    return await sync_to_async(processes_present)(name="noting", now=timezone.now())


@pytest.mark.parametrize(
    ("instances", "epoch", "seen"),
    [(Instances.MANY, None, ["one-1"]), (Instances.MANY, 7, []), (Instances.ONE, None, [])],
)
async def test_one_of_many_is_seen_while_it_works_where_others_can_be_reached(
    instances: Instances, epoch: int | None, seen: list[str]
) -> None:
    _run_with.clear()
    context = _context(epoch=epoch)
    working = asyncio.create_task(work(_worker(instances), context))

    async def has_begun() -> bool:
        return bool(_run_with) and await _present() == seen

    await until_asked(has_begun)
    assert _run_with == [context]
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert await _present() == []


@pytest.mark.parametrize("name", sorted(installed_workers()))
def test_what_a_worker_declares_exists(name: str) -> None:
    worker = installed_workers()[name]
    assert asyncio.iscoroutinefunction(work_of(worker))
    assert (backlog_of(worker) is None) == (worker.backlog == "")
    if worker.instances is Instances.MANY:
        assert getattr(settings, worker.presence_setting) > 0
