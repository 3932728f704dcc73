"""The process of one worker: a hub on a layer that other processes reach, and an end without hanging."""

import asyncio
import concurrent.futures
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, cast

import structlog
from asgiref.sync import SyncToAsync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.text import capfirst

from streaming.clock import SystemClock
from streaming.connections.configured_history import event_history_from_settings
from streaming.database.connections import keep_connections
from streaming.fan_out.hub import Hub
from streaming.installed import installed_workers, metrics_collector, retention_rules, topic_registry
from streaming.layer.channel_layer import Layer
from streaming.management.running import check_start, run_until_stopped
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.publishing.configured_last_values import last_values_from_settings
from streaming.metrics.guard import MetricsGuard
from streaming.metrics.server import PortInUseError, metrics_served
from streaming.metrics.sources import MetricSources
from streaming.program import management_command
from streaming.tracing.configured import start_tracing, stop_tracing
from streaming.workers.process import new_process_id
from streaming.workers.waiting import until_it_works
from streaming.workers.worker import Worker, WorkerContext
from streaming.workers.worker_runner import work

_LEAVE_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class WorkerCommand(BaseCommand):
    """A management command that runs the worker called `worker` in a process of its own."""

    requires_system_checks: list[str] = []  # they load every page, and a worker serves none; `manage.py check` asks
    worker: str

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        run_worker(installed_workers()[self.worker])


def run_worker(worker: Worker) -> None:
    """Run a worker in this process until SIGINT or SIGTERM.

    Raise `CommandError` where the platform must not start, or where no other process could be reached.
    """
    check_start()
    layer = shared_layer(f"{capfirst(worker.title)} would reach no other process")
    keep_connections()
    start_tracing(worker.name)
    logger.info("the worker starts", worker=worker.name)
    try:
        run_until_stopped(_run(layer, worker))
    except PortInUseError as error:
        raise CommandError(str(error)) from None
    logger.info("the worker has ended", worker=worker.name)
    stop_tracing()
    leave_a_hanging_database()


def shared_layer(complaint: str) -> Layer:
    """Return the channel layer; raise `CommandError` with the `complaint` where it is of this process only."""
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        raise CommandError(f"{complaint}: set REDIS_URL, or run everything in one by `{management_command('demo')}`.")
    return cast("Layer", layer)


async def _run(layer: Layer, worker: Worker) -> None:
    sources = MetricSources()
    async with _metrics_served(sources), _connected_hub(layer, demands=worker.follows_market) as hub:
        context = WorkerContext(
            hub=hub, clock=SystemClock(), holder=new_process_id(), has_own_process=True, metrics=sources
        )
        await work(worker, context, retention=retention_rules(worker.name))


def _metrics_served(sources: MetricSources) -> AbstractAsyncContextManager[object]:
    guard = MetricsGuard()
    if guard.is_off or not settings.METRICS_PORT:
        return nullcontext()
    collector = metrics_collector(sources)
    return metrics_served(collector, guard, host=settings.METRICS_HOST, port=settings.METRICS_PORT)


@asynccontextmanager
async def _connected_hub(layer: Layer, *, demands: bool) -> AsyncIterator[Hub]:
    """Give a hub with last values and history; where it `demands`, the bridge is asked for the topics read there."""
    last_values, history = last_values_from_settings(), event_history_from_settings()
    hub = Hub(layer, topic_registry(), last_values=last_values, history=history)
    demand = [DemandPublisher(hub, process_id=new_process_id())] if demands else []
    parts: list[Hub | DemandPublisher] = [hub, *demand]
    try:
        for part in parts:
            await until_it_works(part.start, what="channel layer", pause=BridgeSettings().publishing.retry)
        yield hub
    finally:
        closings = [last_values.close] if history is None else [last_values.close, history.close]
        await leave(*(part.stop for part in reversed(parts)), *closings)


async def leave(*closings: Callable[[], Awaitable[None]]) -> None:
    """Close in this order, within two seconds in all: a layer that hangs forgets us by itself."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LEAVE_SECONDS):
            for close in closings:
                await close()


def leave_a_hanging_database() -> None:
    """End the process here where a question to the database still has no answer: Python would wait for its thread."""
    closing = SyncToAsync.single_thread_executor.submit(connections.close_all)
    if not concurrent.futures.wait([closing], timeout=_LEAVE_SECONDS).done:
        logger.warning("the database still owes an answer; leaving without it")
        logging.shutdown()
        os._exit(0)
