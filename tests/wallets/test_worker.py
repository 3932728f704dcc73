"""The worker's turns: each for whoever has woken it."""

import asyncio
from contextlib import suppress

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
from streaming.workers.waking import WAKE_MESSAGE
from streaming.workers.worker import WorkerContext
from tests.streaming.tracing.recorded_spans import ids_of, parent_of, recorded_spans, traceparent_of
from tests.waiting import until
from wallets.worker import LEASE_NAME, FollowedChains


async def test_whoever_wakes_it_is_who_it_looks_for(transactional_db: None) -> None:
    hub = Hub(InMemoryChannelLayer(), topic_registry())
    await hub.start()
    context = WorkerContext(hub=hub, clock=SystemClock(), holder="test")
    worker = asyncio.create_task(FollowedChains(context, fence=None, epoch=1).run())
    await until(lambda: context.figures.read is not None)  # from then on it listens
    with recorded_spans() as spans:
        with correlated("shop-7"), span("command"):
            await hub.send(worker_group(LEASE_NAME), {"type": WAKE_MESSAGE, **origin_now().fields()})
        await until(lambda: spans.named("chains followed"))
    turn = spans.only("chains followed")
    assert turn.attributes == {"tidewire.correlation_id": "shop-7"}
    assert parent_of(turn) == ids_of(traceparent_of(spans.only("command")))
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
    await hub.stop()
    await sync_to_async(connections.close_all)()
