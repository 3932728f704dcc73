"""What the admin's first page shows besides its list of models: the alerts, and which workers are alive."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest

from alerts.admin.dashboard import alerts_context
from alerts.admin.figures import Backlog, backlog
from alerts.deliveries.carrying import WORKER_NAME as DELIVERIES
from alerts.firing.worker import LEASE_NAME as EVALUATOR
from config.workers import WORKERS
from streaming.market.bridge.bridge import LEASE_NAME as BRIDGE
from streaming.market.durations import in_words
from streaming.workers.leases import lease_reports
from streaming.workers.presence import processes_present

_DELIVERIES = "the deliveries"
_BEHIND_SECONDS = 60
"""A delivery that is due so long, and in nobody's hands, means that too few workers carry them."""
SINGLE_WORKERS = {BRIDGE: "the bridge", EVALUATOR: "the evaluator of alerts"}
"""The workers of which one holds a lease, by the lease's name."""


class WorkerLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a worker, in words; `is_well` is what its colour says."""

    name: str
    is_well: bool
    state: str
    detail: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the context of the admin's first page; the panel calls it by its name in the settings."""
    now = datetime.now(UTC)
    return {**context, **alerts_context(request.user, now), "workers": worker_lines(now)}


def worker_lines(now: datetime) -> list[WorkerLine]:
    """Return the workers: by what the database knows where there are other processes, else by what runs in this one."""
    if settings.REDIS_URL:
        return [*_by_lease(now), _deliveries(_processes(now), now)]
    running = async_to_sync(_running)()
    here = "in this process" if _DELIVERIES in running else None
    return [*_in_this_process(running), _deliveries(here, now)]


def _by_lease(now: datetime) -> list[WorkerLine]:
    leases = {lease.name: lease for lease in lease_reports(now=now)}
    return [
        WorkerLine(name=name, is_well=True, state="alive", detail=lease.holder)
        if (lease := leases.get(lease_name)) is not None and lease.alive
        else WorkerLine(name=name, is_well=False, state="away", detail="nobody holds its lease")
        for lease_name, name in SINGLE_WORKERS.items()
    ]


def _in_this_process(running: frozenset[str]) -> list[WorkerLine]:
    return [
        WorkerLine(name=name, is_well=True, state="alive", detail="in this process")
        if name in running
        else WorkerLine(name=name, is_well=False, state="away", detail="not in this process")
        for name in SINGLE_WORKERS.values()
    ]


async def _running() -> frozenset[str]:
    """Return which workers run beside the server; it is asked on the server's own event loop."""
    return frozenset(task.get_name() for task in asyncio.all_tasks()) & frozenset(WORKERS)


def _processes(now: datetime) -> str | None:
    """Return which processes carry the deliveries, of which any number may; None where none does."""
    processes = processes_present(name=DELIVERIES, now=now)
    return f"{len(processes)} processes" if len(processes) > 1 else next(iter(processes), None)


def _deliveries(where: str | None, now: datetime) -> WorkerLine:
    """Return what the deliveries' workers are, and what they leave undone."""
    waiting = backlog(now)
    due = _due_in_words(waiting, now)
    if where is None:
        return WorkerLine(name=_DELIVERIES, is_well=False, state="away", detail=f"no process carries them, {due}")
    detail = f"{where}, {due}"
    if waiting.oldest is None:
        return WorkerLine(name=_DELIVERIES, is_well=True, state="alive", detail=detail)
    if (now - waiting.oldest).total_seconds() > _BEHIND_SECONDS:
        return WorkerLine(name=_DELIVERIES, is_well=False, state="behind", detail=detail)
    return WorkerLine(name=_DELIVERIES, is_well=True, state="at work", detail=detail)


def _due_in_words(waiting: Backlog, now: datetime) -> str:
    if waiting.oldest is None:
        return "nothing is due"
    return f"{waiting.due:,} due, the longest since {in_words(round((now - waiting.oldest).total_seconds() * 1000))}"
