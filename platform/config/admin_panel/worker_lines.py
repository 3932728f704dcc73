"""Which workers are alive, and how far they are behind, in the words of the admin's first page."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings

from streaming.installed import installed_workers
from streaming.market.durations import in_words
from streaming.workers.leases import lease_reports
from streaming.workers.presence import processes_present
from streaming.workers.worker import Backlog, Instances, Worker
from streaming.workers.working import backlog_of

_BEHIND_SECONDS = 60
"""What is due so long, and in nobody's hands, means that too few processes work on it."""


class WorkerLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a worker, in words; `is_well` is what its colour says."""

    name: str
    is_well: bool
    state: str
    detail: str


def worker_lines(now: datetime) -> list[WorkerLine]:
    """Return the workers: by what the database knows where there are other processes, else by what runs in this one."""
    workers = installed_workers().values()
    if settings.REDIS_URL:
        holders = {lease.name: lease.holder for lease in lease_reports(now=now) if lease.alive}
        return [_line(worker, _where(worker, holders, now), now) for worker in workers]
    running = async_to_sync(_running)()
    return [_line(worker, "in this process" if worker.title in running else None, now) for worker in workers]


async def _running() -> frozenset[str]:
    """Return the names of what runs in this process; it is asked on the server's own event loop."""
    return frozenset(task.get_name() for task in asyncio.all_tasks())


def _where(worker: Worker, holders: Mapping[str, str], now: datetime) -> str | None:
    """Return which process holds the worker's lease, or which are at work where any number may be; None for none."""
    if worker.instances is Instances.ONE:
        return holders.get(worker.name)
    processes = processes_present(name=worker.name, now=now)
    return f"{len(processes)} processes" if len(processes) > 1 else next(iter(processes), None)


def _line(worker: Worker, where: str | None, now: datetime) -> WorkerLine:
    count = backlog_of(worker)
    backlog = None if count is None else count(now)
    detail = where or _absence(worker)
    if backlog is not None:
        detail = f"{detail}, {_in_words(backlog, now)}"
    state = "away" if where is None else _state(backlog, now)
    return WorkerLine(name=worker.title, is_well=state not in {"away", "behind"}, state=state, detail=detail)


def _absence(worker: Worker) -> str:
    if worker.instances is Instances.MANY:
        return "no process is at work"
    return "nobody holds its lease" if settings.REDIS_URL else "not in this process"


def _state(backlog: Backlog | None, now: datetime) -> str:
    if backlog is None or backlog.oldest is None:
        return "alive"
    return "behind" if (now - backlog.oldest).total_seconds() > _BEHIND_SECONDS else "at work"


def _in_words(backlog: Backlog, now: datetime) -> str:
    if backlog.oldest is None:
        return "nothing is due"
    waiting = in_words(round((now - backlog.oldest).total_seconds() * 1000))
    return f"{backlog.due:,} due, the longest since {waiting}"
