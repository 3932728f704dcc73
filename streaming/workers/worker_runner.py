"""A worker at work: the same whether it has a process of its own or lives beside a server."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.workers.figures import figures_reported
from streaming.workers.presence import present
from streaming.workers.retention import RetentionRule
from streaming.workers.retention_tasks import RetentionTasks
from streaming.workers.worker import CountBacklog, Instances, Work, Worker, WorkerContext
from streaming.workers.worker_metrics import worker_metrics_told


async def work(worker: Worker, context: WorkerContext, *, retention: Iterable[RetentionRule] = ()) -> None:
    """Work until cancelled, and follow the rules of `retention` beside it.

    One of many is meanwhile seen by the deployment's other processes, where there are any; one that declares figures
    tells them.
    """
    begin, forgetting = work_of(worker), RetentionTasks(retention, clock=context.clock)
    with worker_metrics_told(worker, context):
        async with _seen(worker, context), _told(worker, context):
            await forgetting.start()
            try:
                await begin(context)
            finally:
                await forgetting.stop()


def _seen(worker: Worker, context: WorkerContext) -> AbstractAsyncContextManager[None]:
    if worker.instances is Instances.ONE or context.epoch is not None:
        return nullcontext()
    seconds: float = getattr(settings, worker.presence_setting)
    return present(worker.name, process=context.holder, seconds=seconds, clock=context.clock)


def _told(worker: Worker, context: WorkerContext) -> AbstractAsyncContextManager[None]:
    if not worker.figures:
        return nullcontext()
    return figures_reported(worker.name, worker.figures, context.figures, process=context.holder, clock=context.clock)


def work_of(worker: Worker) -> Work:
    """Return what the worker does; raise `ImportError` where its declaration names nothing that exists."""
    begin: Work = import_string(worker.work)
    return begin


def backlog_of(worker: Worker) -> CountBacklog | None:
    """Return what counts the worker's backlog, where its declaration names anything."""
    if not worker.backlog:
        return None
    count: CountBacklog = import_string(worker.backlog)
    return count
