"""A worker at work: the same whether it has a process of its own or lives beside a server."""

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.workers.presence import present
from streaming.workers.worker import CountBacklog, Instances, Work, Worker, WorkerContext


async def work(worker: Worker, context: WorkerContext) -> None:
    """Work until cancelled; one of many is meanwhile seen by the deployment's other processes, where there are any."""
    begin = work_of(worker)
    if worker.instances is Instances.ONE or context.epoch is not None:
        await begin(context)
        return
    seconds: float = getattr(settings, worker.presence_setting)
    async with present(worker.name, process=context.holder, seconds=seconds, clock=context.clock):
        await begin(context)


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
