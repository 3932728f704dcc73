"""The worker's turns: each for whoever has woken it, and whether or not anybody can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import connections

from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.groups import worker_group
from streaming.tracing.correlation import correlated
from streaming.tracing.origin import origin_now
from streaming.tracing.spans import span
from streaming.workers.wake_ups import WAKE_MESSAGE
from streaming.workers.worker import WorkerContext
from tests.streaming.tracing.recorded_spans import ids_of, parent_of, recorded_spans, traceparent_of
from tests.waiting import until, until_asked
from tests.wallets.rows import chain_named
from wallets.declared_workers import WALLETS_WORKER
from wallets.models import Chain
from wallets.worker import WalletsWorker

_GROUP = worker_group(WALLETS_WORKER.name)


@asynccontextmanager
async def _working(layer: InMemoryChannelLayer) -> AsyncIterator[WorkerContext]:
    """Let a worker follow the chains, without a lease."""
    hub = Hub(layer, topic_registry())
    await hub.start()
    context = WorkerContext(hub=hub, clock=SystemClock(), holder="test", epoch=1)
    worker = asyncio.create_task(WalletsWorker(context).run())
    yield context
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
    await hub.stop()
    await sync_to_async(connections.close_all)()


async def test_whoever_wakes_it_is_who_it_looks_for(transactional_db: None) -> None:
    layer = InMemoryChannelLayer()
    async with _working(layer) as context:
        await until(lambda: context.figures.read is not None and _GROUP in layer.groups)  # it works, and listens
        with recorded_spans() as spans:
            with correlated("shop-7"), span("command"):
                await context.hub.send(_GROUP, {"type": WAKE_MESSAGE, **origin_now().fields()})
            await until(lambda: spans.named("chains followed"))
    turn = spans.only("chains followed")
    assert turn.attributes == {"tidewire.correlation_id": "shop-7"}
    assert parent_of(turn) == ids_of(traceparent_of(spans.only("command")))


class _FailingLayer(InMemoryChannelLayer):
    """Takes nothing while `is_away`."""

    is_away = False

    async def group_add(self, group: str, channel: str) -> None:
        self._refuse_if_away()
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: dict[str, object]) -> None:
        self._refuse_if_away()
        await super().group_send(group, message)

    def _refuse_if_away(self) -> None:
        if self.is_away:
            raise ConnectionError


async def test_it_follows_chains_while_the_layer_is_away_and_listens_when_it_is_back(transactional_db: None) -> None:
    layer = _FailingLayer()
    layer.is_away = True
    await sync_to_async(chain_named)(nodes=["http://127.0.0.1:1"])
    async with _working(layer):
        await until_asked(Chain.objects.exclude(fault="").aexists)  # that no node answers, only a follower says
        layer.is_away = False
        await until(lambda: _GROUP in layer.groups)
