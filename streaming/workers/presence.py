"""Presence: of a worker that may run any number of times side by side, which processes are alive.

Each process has a row, which it renews while it works and takes away when it ends; who dies leaves a row that expires.
Nothing hangs on it but what people are told: a database that fails, or hangs, holds up neither work nor end.

That a worker has run here stays known, by a row of no process: where all have ended or died it is missed, as one is
that must be single (`streaming.workers.leases.leases`).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import structlog
from channels.db import database_sync_to_async
from django.db import transaction

from streaming.clock import Clock, SystemClock
from streaming.database.compiled_query import CompiledQuery
from streaming.database.errors import AnyDatabaseError
from streaming.events.system import WorkerLease
from streaming.models import WorkerPresence
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.leases.lease_terms import LeaseTerm

_RENEWALS = 3
_FORGOTTEN_AFTER = timedelta(hours=1)
_LEAVE_SECONDS = 2.0
_NOBODY = ""
_ALL = CompiledQuery(
    WorkerPresence,
    lambda: WorkerPresence.objects.order_by("name", "pk").values_list("name", "process", "expires_at", "seconds"),
)

logger = structlog.get_logger(__name__)


class _Seen(NamedTuple):
    process: str
    ends: datetime
    seconds: float

    @property
    def term(self) -> LeaseTerm:
        return LeaseTerm(self.ends, self.seconds)

    def is_alive(self, now: datetime) -> bool:
        return self.process != _NOBODY and not self.term.is_over(now)


@transaction.atomic
def presence_renew(*, name: str, process: str, now: datetime, seconds: float) -> None:
    """Let a process of the worker `name` count as alive for so many seconds; a new one forgets who died long ago."""
    until = now + timedelta(seconds=seconds)
    if WorkerPresence.objects.filter(name=name, process=process).update(expires_at=until, seconds=seconds):
        return
    known = WorkerPresence(name=name, process=_NOBODY, expires_at=now)
    own = WorkerPresence(name=name, process=process, expires_at=until, seconds=seconds)
    WorkerPresence.objects.bulk_create([known, own], ignore_conflicts=True)
    long_gone = WorkerPresence.objects.filter(name=name, expires_at__lt=now - _FORGOTTEN_AFTER)
    long_gone.exclude(process=_NOBODY).delete()


@transaction.atomic
def presence_end(*, name: str, process: str, now: datetime) -> None:
    """Take away what says that the process is alive: it has ended in order."""
    WorkerPresence.objects.filter(name=name, process=process).delete()
    WorkerPresence.objects.filter(name=name, process=_NOBODY).update(expires_at=now)


def processes_present(*, name: str, now: datetime) -> list[str]:
    """Return the processes of a worker that are alive, those first that came first."""
    rows = WorkerPresence.objects.filter(name=name).order_by("pk").values_list("process", "expires_at", "seconds")
    return [one.process for one in map(_Seen._make, rows) if one.is_alive(now)]


def presence_reports(*, now: datetime) -> tuple[WorkerLease, ...]:
    """Return of each such worker whether any process of it is alive, and which has been for longest.

    Where none is, `holder` is the process that died last, or empty where the last one ended in order.
    """
    rows = [(name, _Seen(*seen)) for name, *seen in _ALL.rows()]
    by_name = groupby(rows, key=lambda row: row[0])
    return tuple(_report(name, [seen for _, seen in of_name], now) for name, of_name in by_name)


def _report(name: str, processes: Sequence[_Seen], now: datetime) -> WorkerLease:
    alive = [one for one in processes if one.is_alive(now)]
    told = alive[0] if alive else max(processes, key=lambda one: one.ends)
    return WorkerLease(name=name, holder=told.process, alive=bool(alive), valid_ms=told.term.left_ms(now))


@asynccontextmanager
async def present(name: str, *, process: str, seconds: float, clock: Clock | None = None) -> AsyncIterator[None]:
    """Let a process of the worker `name` be seen while the block runs.

    It is forgotten at the end, and `seconds` after it has died; a database that doesn't answer is asked again.
    """
    presence = _Presence(name, process, seconds=seconds, clock=clock or SystemClock())
    renewing = asyncio.create_task(presence.keep(), name=f"presence of {name}")
    renewing.add_done_callback(_log_failure)
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await presence.end()


class _Presence:
    def __init__(self, name: str, process: str, *, seconds: float, clock: Clock) -> None:
        self._name = name
        self._process = process
        self._seconds = seconds
        self._clock = clock
        self._outage = Outage(f"database of the presence of {name}", clock)

    async def keep(self) -> None:
        """Renew until cancelled."""
        while True:
            try:
                await database_sync_to_async(presence_renew)(
                    name=self._name, process=self._process, now=self._now(), seconds=self._seconds
                )
            except AnyDatabaseError as error:
                self._outage.failed(error)
            except Exception:  # who is alive is worth another try, whatever failed; nobody else would make it
                logger.exception("the presence of a worker can't be renewed", worker=self._name)
            else:
                self._outage.worked()
            await asyncio.sleep(self._seconds / _RENEWALS)

    async def end(self) -> None:
        """Take the row away; where the database doesn't answer soon, it expires by itself."""
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await database_sync_to_async(presence_end)(name=self._name, process=self._process, now=self._now())
        except (AnyDatabaseError, TimeoutError) as error:
            logger.warning("the presence could not be taken away", worker=self._name, reason=repr(error))

    def _now(self) -> datetime:
        return moment(self._clock.now_ms())


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.error("the worker is seen no more", exc_info=task.exception())
