"""What Prometheus reads of every worker: the figures and the backlog that its app declares, as they stand there."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from channels.db import database_sync_to_async
from django.utils.module_loading import import_string

from streaming.events.system import FigureUnit
from streaming.metrics.declared import Label, Metric, Sample, gauge
from streaming.metrics.sources import ReadSamples
from streaming.times import moment
from streaming.workers.declared_figures import Figure, FigureValue
from streaming.workers.worker import CountBacklog, Worker, WorkerContext

_WORKERS_AT_MOST = 50
_THOUSANDTH = 0.001


def metrics_of_workers(workers: Iterable[Worker]) -> tuple[Metric, ...]:
    """Return the metrics of these workers' figures and backlogs."""
    workers = tuple(workers)
    figures = (figure_metric(worker, figure) for worker in workers for figure in worker.figures)
    return (*backlog_metrics(workers), *figures)


def backlog_metrics(workers: Iterable[Worker]) -> tuple[Metric, ...]:
    """Return how much the workers have not got to yet, and for how long; none where no worker has a backlog."""
    names = tuple(worker.name for worker in workers if worker.backlog)
    if not names:
        return ()
    labels = (Label("worker", most=_WORKERS_AT_MOST),)
    everybodys = "it is the deployment's, and every process of the worker tells it."
    return (
        gauge(
            "tidewire_worker_backlog",
            f"How much is due and in nobody's hands; {everybodys}",
            labels=labels,
            processes=names,
        ),
        gauge(
            "tidewire_worker_backlog_oldest_seconds",
            f"For how long the oldest of it has waited, 0 where nothing does; {everybodys}",
            labels=labels,
            processes=names,
        ),
    )


def figure_metric(worker: Worker, figure: Figure) -> Metric:
    """Return the metric of a figure; what is in milliseconds for people is in seconds for Prometheus."""
    unit = "_seconds" if figure.unit is FigureUnit.MILLISECONDS else ""
    text = f"{figure.title}: as the operators' page shows of {worker.title}, told by the process that is at work."
    return gauge(f"tidewire_{worker.name}_{figure.name}{unit}", text, processes=(worker.name,))


@contextmanager
def worker_metrics_told(worker: Worker, context: WorkerContext) -> Iterator[None]:
    """Let the worker's figures and backlog be read while the block runs."""
    context.metrics.processes.add(worker.name.partition(".")[0])
    with ExitStack() as told:
        if worker.figures:
            told.enter_context(context.metrics.added(f"{worker.name} figures", _figures_of(worker, context)))
        if worker.backlog:
            told.enter_context(context.metrics.added(f"{worker.name} backlog", _backlog_of(worker, context)))
        yield


def _figures_of(worker: Worker, context: WorkerContext) -> ReadSamples:
    async def read() -> Iterable[Sample]:
        ask = context.figures.read
        return [] if ask is None else list(_figure_samples(worker, await ask()))

    return read


def _figure_samples(worker: Worker, values: Mapping[str, FigureValue]) -> Iterator[Sample]:
    for figure in worker.figures:
        value = values[figure.name].value
        if value is not None:
            factor = _THOUSANDTH if figure.unit is FigureUnit.MILLISECONDS else 1
            yield Sample(figure_metric(worker, figure), value * factor)


def _backlog_of(worker: Worker, context: WorkerContext) -> ReadSamples:
    count: CountBacklog = import_string(worker.backlog)
    due, oldest = backlog_metrics((worker,))

    async def read() -> Iterable[Sample]:
        now = moment(context.clock.now_ms())
        backlog = await database_sync_to_async(count)(now)
        waited = 0.0 if backlog.oldest is None else max(0.0, (now - backlog.oldest).total_seconds())
        return [Sample(due, backlog.due, (worker.name,)), Sample(oldest, waited, (worker.name,))]

    return read
