"""Which workers are alive, and how far they are behind, in the words of the admin's first page."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings

from streaming.durations import in_words
from streaming.events import FigureUnit, WorkerFigure, WorkerLease
from streaming.installed import installed_worker_figures, installed_workers
from streaming.market.declared_workers import further_bridge
from streaming.market.sources.discovery import further_sources
from streaming.workers.figures import ToldFigures, figures_told, with_figures
from streaming.workers.leases.lease_rows import lease_reports
from streaming.workers.presence import processes_present
from streaming.workers.worker import Backlog, Instances, Worker
from streaming.workers.worker_runner import backlog_of

_BEHIND_SECONDS = 60
"""What is due so long, and in nobody's hands, means that too few processes work on it."""


class FigureLine(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in words, and what more there is to say of it."""

    title: str
    value: str
    detail: str = ""


class WorkerLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a worker, in words; `is_well` is what its colour says, `figures` what it tells of its work."""

    name: str
    is_well: bool
    state: str
    detail: str
    figures: tuple[FigureLine, ...] = ()


def worker_lines(now: datetime) -> list[WorkerLine]:
    """Return the workers: by what the database knows where there are other processes, else by what runs in this one."""
    workers = [*installed_workers().values(), *map(further_bridge, further_sources())]
    told = figures_told(installed_worker_figures(), now=now)
    if settings.REDIS_URLS:
        leases = {lease.name: lease for lease in lease_reports(now=now) if lease.alive}
        return [
            _line(worker, _where(worker, leases, now), _figures(leases.get(worker.name), told), now)
            for worker in workers
        ]
    running = async_to_sync(_running)()
    return [_line_here(worker, told, now, is_running=worker.title in running) for worker in workers]


def _line_here(worker: Worker, told: ToldFigures, now: datetime, *, is_running: bool) -> WorkerLine:
    if not is_running:
        return _line(worker, None, (), now)
    known = WorkerLease(name=worker.name, holder="", alive=True)
    return _line(worker, "in this process", _figures(known, told), now)


def _figures(lease: WorkerLease | None, told: ToldFigures) -> tuple[FigureLine, ...]:
    """Return what the holder of a lease tells in words; one without a number runs in this process."""
    figures = msgspec.UNSET if lease is None else with_figures(lease, told).figures
    return () if figures is msgspec.UNSET else tuple(_figure_line(figure) for figure in figures)


def _figure_line(figure: WorkerFigure) -> FigureLine:
    detail = "" if figure.detail is msgspec.UNSET else figure.detail
    return FigureLine(title=figure.title, value=_value_in_words(figure), detail=detail)


def _value_in_words(figure: WorkerFigure) -> str:
    if figure.value is None:
        return "none"
    return f"{figure.value:,} ms" if figure.unit is FigureUnit.MILLISECONDS else f"{figure.value:,}"


async def _running() -> frozenset[str]:
    """Return the names of what runs in this process; it is asked on the server's own event loop."""
    return frozenset(task.get_name() for task in asyncio.all_tasks())


def _where(worker: Worker, leases: Mapping[str, WorkerLease], now: datetime) -> str | None:
    """Return which process holds the worker's lease, or which are at work where any number may be; None for none."""
    if worker.instances is Instances.ONE:
        return leases[worker.name].holder if worker.name in leases else None
    processes = processes_present(name=worker.name, now=now)
    return f"{len(processes)} processes" if len(processes) > 1 else next(iter(processes), None)


def _line(worker: Worker, where: str | None, figures: tuple[FigureLine, ...], now: datetime) -> WorkerLine:
    count = backlog_of(worker)
    backlog = None if count is None else count(now)
    detail = where or _absence(worker)
    if backlog is not None:
        detail = f"{detail}, {_in_words(backlog, now)}"
    state = "away" if where is None else _state(backlog, now)
    is_well = state not in {"away", "behind"}
    return WorkerLine(name=worker.title, is_well=is_well, state=state, detail=detail, figures=figures)


def _absence(worker: Worker) -> str:
    if worker.instances is Instances.MANY:
        return "no process is at work"
    return "nobody holds its lease" if settings.REDIS_URLS else "not in this process"


def _state(backlog: Backlog | None, now: datetime) -> str:
    if backlog is None or backlog.oldest is None:
        return "alive"
    return "behind" if (now - backlog.oldest).total_seconds() > _BEHIND_SECONDS else "at work"


def _in_words(backlog: Backlog, now: datetime) -> str:
    if backlog.oldest is None:
        return "nothing is due"
    waiting = in_words(round((now - backlog.oldest).total_seconds() * 1000))
    return f"{backlog.due:,} due, the longest since {waiting}"
