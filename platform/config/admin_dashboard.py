"""What the admin's first page shows besides its list of models: the alerts, and which workers are alive."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest

from alerts.admin.dashboard import alerts_context
from alerts.admin.figures import backlog
from alerts.firing.worker import LEASE_NAME as EVALUATOR
from config.workers import WORKERS
from streaming.leases import lease_reports
from streaming.market.bridge import LEASE_NAME as BRIDGE
from streaming.market.durations import in_words

_DELIVERIES = "the deliveries"
_BEHIND_SECONDS = 60
"""A delivery that is due so long, and in nobody's hands, means that no worker carries them, or too few do."""
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
    """Return the workers: by their leases where there are other processes, else by what runs in this one."""
    single = _by_lease(now) if settings.REDIS_URL else _in_this_process()
    return [*single, _deliveries(now)]


def _by_lease(now: datetime) -> list[WorkerLine]:
    leases = {lease.name: lease for lease in lease_reports(now=now)}
    return [
        WorkerLine(name=name, is_well=True, state="alive", detail=lease.holder)
        if (lease := leases.get(lease_name)) is not None and lease.alive
        else WorkerLine(name=name, is_well=False, state="away", detail="nobody holds its lease")
        for lease_name, name in SINGLE_WORKERS.items()
    ]


def _in_this_process() -> list[WorkerLine]:
    running = async_to_sync(_running)()
    return [
        WorkerLine(name=name, is_well=True, state="alive", detail="in this process")
        if name in running
        else WorkerLine(name=name, is_well=False, state="away", detail="not in this process")
        for name in SINGLE_WORKERS.values()
    ]


async def _running() -> frozenset[str]:
    """Return which workers run beside the server; it is asked on the server's own event loop."""
    return frozenset(task.get_name() for task in asyncio.all_tasks()) & frozenset(WORKERS)


def _deliveries(now: datetime) -> WorkerLine:
    """Any number of these run side by side, without a lease: what they leave undone tells of them."""
    waiting = backlog(now)
    if waiting.oldest is None:
        return WorkerLine(name=_DELIVERIES, is_well=True, state="up to date", detail="nothing is due")
    late = now - waiting.oldest
    detail = f"{waiting.due:,} due, the longest since {in_words(round(late.total_seconds() * 1000))}"
    if late.total_seconds() > _BEHIND_SECONDS:
        return WorkerLine(name=_DELIVERIES, is_well=False, state="behind", detail=detail)
    return WorkerLine(name=_DELIVERIES, is_well=True, state="at work", detail=detail)
