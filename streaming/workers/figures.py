"""What a worker that must be single does, in figures: its app declares them, its process tells them, people are shown.

Each process of such a worker has a row, which it writes anew every few seconds; one that stands by says no more than
that. Who dies leaves a row that soon counts for nothing. A database that fails holds up neither work nor end.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.db import transaction

from streaming.clock import Clock
from streaming.database.compiled_query import CompiledQuery, Given, GivenTime
from streaming.database.conditions import Among
from streaming.database.errors import AnyDatabaseError
from streaming.events.system import WorkerFigure, WorkerLease
from streaming.models import WorkerFigures
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.declared_figures import Figure, FigureSource, FigureValue

INTERVAL_SECONDS = 2.0
_BELIEVED_FOR = timedelta(seconds=15)
_FORGOTTEN_AFTER = timedelta(hours=1)
_LEAVE_SECONDS = 2.0
_LONGEST_DETAIL = 500

_TOLD = CompiledQuery(
    WorkerFigures,
    lambda: (
        WorkerFigures.objects.filter(Among("name", Given("names")), told_at__gt=GivenTime("since"))
        .order_by("-told_at", "process")
        .values_list("name", "process", "figures")
    ),
)

logger = structlog.get_logger(__name__)


class ProcessFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a process of a worker has told last; None where it stands by."""

    process: str
    figures: tuple[WorkerFigure, ...] | None


ToldFigures = Mapping[str, Sequence[ProcessFigures]]
"""What was told within the last seconds, by the names of the workers; whoever told last comes first."""


@transaction.atomic
def figures_store(*, name: str, process: str, values: Mapping[str, FigureValue] | None, now: datetime) -> None:
    """Store what a process does, or with None that it stands by; a new one forgets who is long gone."""
    text = "" if values is None else msgspec.json.encode({key: _cut(value) for key, value in values.items()}).decode()
    if WorkerFigures.objects.filter(name=name, process=process).update(told_at=now, figures=text):
        return
    row = WorkerFigures(name=name, process=process, told_at=now, figures=text)
    WorkerFigures.objects.bulk_create([row], ignore_conflicts=True)
    WorkerFigures.objects.filter(name=name, told_at__lt=now - _FORGOTTEN_AFTER).delete()


def figures_forget(*, name: str, process: str) -> None:
    """Take away what a process has told: it has ended in order."""
    WorkerFigures.objects.filter(name=name, process=process).delete()


def figures_told(declared: Mapping[str, Sequence[Figure]], *, now: datetime) -> ToldFigures:
    """Return what the processes of these workers have told of late; `declared` are their figures, by their names."""
    told: dict[str, list[ProcessFigures]] = {}
    for name, process, text in _TOLD.rows(names=list(declared), since=now - _BELIEVED_FOR):
        figures = _written(text, declared[name]) if text else None
        told.setdefault(name, []).append(ProcessFigures(process=process, figures=figures))
    return told


def with_figures(worker: WorkerLease, told: ToldFigures) -> WorkerLease:
    """Return what is known of a worker with what its holder tells; of one without a lease, with what was told last."""
    processes = told.get(worker.name, ())
    if not processes:
        return worker
    at_work = [one for one in processes if one.figures is not None]
    if worker.epoch is not None:
        at_work = [one for one in at_work if one.process == worker.holder]
    figures = at_work[0].figures if at_work else None
    return msgspec.structs.replace(
        worker,
        figures=msgspec.UNSET if figures is None else figures,
        standing_by=sum(one.figures is None for one in processes),
    )


def without_details(
    figures: tuple[WorkerFigure, ...] | msgspec.UnsetType,
) -> tuple[WorkerFigure, ...] | msgspec.UnsetType:
    """Return figures as everybody may see them: the details are for operators."""
    if figures is msgspec.UNSET:
        return figures
    return tuple(msgspec.structs.replace(figure, detail=msgspec.UNSET) for figure in figures)


@asynccontextmanager
async def figures_reported(
    name: str,
    declared: Sequence[Figure],
    source: FigureSource,
    *,
    process: str,
    clock: Clock,
    interval: float = INTERVAL_SECONDS,
) -> AsyncIterator[None]:
    """Tell every `interval` seconds what a process of the worker `name` does, while the block runs."""
    reporter = _FigureReporter(name, declared, source, process=process, clock=clock)
    task = asyncio.create_task(reporter.keep(interval), name=f"figures of {name}")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await reporter.end()


class _FigureReporter:
    def __init__(
        self, name: str, declared: Sequence[Figure], source: FigureSource, *, process: str, clock: Clock
    ) -> None:
        self._name = name
        self._names = {figure.name for figure in declared}
        self._source = source
        self._process = process
        self._clock = clock
        self._outage = Outage(f"database of the figures of {name}", clock)

    async def keep(self, interval: float) -> None:
        """Tell until cancelled."""
        while True:
            try:
                await self._tell()
            except AnyDatabaseError as error:
                self._outage.failed(error)
            except Exception:  # what is told of the work never ends the work
                logger.exception("the figures of a worker can't be told", worker=self._name)
            else:
                self._outage.worked()
            await asyncio.sleep(interval)

    async def end(self) -> None:
        """Take the row away; where the database doesn't answer soon, it counts for nothing by itself."""
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await database_sync_to_async(figures_forget)(name=self._name, process=self._process)
        except (AnyDatabaseError, TimeoutError) as error:
            logger.warning("the figures could not be taken away", worker=self._name, reason=repr(error))

    async def _tell(self) -> None:
        values = None if self._source.read is None else await self._source.read()
        if values is not None and values.keys() != self._names:
            raise ValueError(f"figures that aren't declared, or are missing: {sorted(values.keys() ^ self._names)}")
        await database_sync_to_async(figures_store)(
            name=self._name, process=self._process, values=values, now=moment(self._clock.now_ms())
        )


def _cut(value: FigureValue) -> FigureValue:
    is_long = len(value.detail) > _LONGEST_DETAIL
    return FigureValue(value.value, f"{value.detail[: _LONGEST_DETAIL - 1]}…") if is_long else value


def _written(text: str, declared: Sequence[Figure]) -> tuple[WorkerFigure, ...]:
    """Return stored figures in the order of their declaration; of another version's, those that are known here."""
    values = msgspec.json.decode(text, type=dict[str, FigureValue])
    return tuple(_figure(figure, values[figure.name]) for figure in declared if figure.name in values)


def _figure(figure: Figure, told: FigureValue) -> WorkerFigure:
    detail = told.detail or msgspec.UNSET
    return WorkerFigure(name=figure.name, title=figure.title, unit=figure.unit, value=told.value, detail=detail)
