"""Leases: a worker that must be single takes a database row, renews it, and stops when it has lost it.

Taking and renewing are single conditional UPDATEs, which hold on SQLite and PostgreSQL alike. The fencing number (the
`token`) grows at each change of hands; a worker puts it on what it produces.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from streaming.clock import Clock, SystemClock
from streaming.models import Lease

logger = structlog.get_logger(__name__)


def lease_take(*, name: str, holder: str, now: datetime, seconds: float) -> int | None:
    """Take the lease where it is free or expired; return its new token, or None where another holds it."""
    _ensure_exists(name, now)
    with transaction.atomic():
        free = Lease.objects.filter(name=name, expires_at__lte=now)
        if not free.update(holder=holder, token=F("token") + 1, expires_at=now + timedelta(seconds=seconds)):
            return None
        return Lease.objects.values_list("token", flat=True).get(name=name)


def lease_renew(*, name: str, holder: str, token: int, now: datetime, seconds: float) -> bool:
    """Prolong a lease that is still `holder`'s; return False where it has changed hands."""
    held = Lease.objects.filter(name=name, holder=holder, token=token)
    return held.update(expires_at=now + timedelta(seconds=seconds)) == 1


def lease_release(*, name: str, holder: str, token: int, now: datetime) -> bool:
    """Give a lease back, so that another may take it at once; return False where it was no longer `holder`'s."""
    return Lease.objects.filter(name=name, holder=holder, token=token).update(holder="", expires_at=now) == 1


def _ensure_exists(name: str, now: datetime) -> None:
    if Lease.objects.filter(name=name).exists():
        return
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, expires_at=now)
    except IntegrityError:
        logger.debug("another worker made the lease at the same moment", lease=name)


class HeldLease:
    """A lease that is ours. `token` is its fencing number; `lost` is set when it no longer is ours."""

    def __init__(self, name: str, holder: str, token: int) -> None:
        self.name = name
        self.holder = holder
        self.token = token
        self.lost = asyncio.Event()

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` until it ends, or the lease is lost: then it is cancelled, and this returns."""
        task = asyncio.create_task(work)
        loss = asyncio.create_task(self.lost.wait())
        try:
            await asyncio.wait({task, loss}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            finished = task.done()
            task.cancel()
            loss.cancel()
            await asyncio.gather(task, loss, return_exceptions=True)
        if finished:
            task.result()


@asynccontextmanager
async def held_lease(
    name: str, *, holder: str, seconds: float, renewal: float, clock: Clock | None = None
) -> AsyncIterator[HeldLease]:
    """Wait until the lease is ours, renew it every `renewal` seconds, and give it back at the end.

    A database that doesn't answer is asked again; a lease that could not be renewed before it expired counts as lost.
    """
    keeper = _Keeper(name, holder, seconds=seconds, renewal=renewal, clock=clock or SystemClock())
    lease = await keeper.take()
    renewing = asyncio.create_task(keeper.renew(lease))
    try:
        yield lease
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await keeper.release(lease)


class _Keeper:
    def __init__(self, name: str, holder: str, *, seconds: float, renewal: float, clock: Clock) -> None:
        self._name = name
        self._holder = holder
        self._seconds = seconds
        self._renewal = renewal
        self._clock = clock

    async def take(self) -> HeldLease:
        """Return the lease once it is ours."""
        said = False
        while True:
            token = await self._try_to_take()
            if token is not None:
                logger.info("the lease is ours", lease=self._name, holder=self._holder, fencing_number=token)
                return HeldLease(self._name, self._holder, token)
            if not said:
                logger.info("another holds the lease; standing by", lease=self._name, holder=self._holder)
                said = True
            await asyncio.sleep(self._renewal)

    async def renew(self, lease: HeldLease) -> None:
        """Renew until the lease is lost."""
        safe_until = self._clock.monotonic() + self._seconds
        while not lease.lost.is_set():
            await asyncio.sleep(self._renewal)
            began = self._clock.monotonic()
            renewed = await self._try_to_renew(lease)
            if renewed:
                safe_until = began + self._seconds
            elif renewed is False or self._clock.monotonic() >= safe_until:
                logger.warning("the lease is lost", lease=self._name, holder=self._holder, fencing_number=lease.token)
                lease.lost.set()

    async def release(self, lease: HeldLease) -> None:
        """Give the lease back; where the database doesn't answer, it expires by itself."""
        try:
            await database_sync_to_async(lease_release)(
                name=self._name, holder=self._holder, token=lease.token, now=self._now()
            )
        except DatabaseError as error:
            logger.warning("the lease could not be given back", lease=self._name, reason=str(error))

    async def _try_to_take(self) -> int | None:
        try:
            return await database_sync_to_async(lease_take)(
                name=self._name, holder=self._holder, now=self._now(), seconds=self._seconds
            )
        except DatabaseError as error:
            logger.warning("the lease could not be taken; trying again", lease=self._name, reason=str(error))
            return None

    async def _try_to_renew(self, lease: HeldLease) -> bool | None:
        """Return whether the lease was renewed; None where the database didn't answer."""
        try:
            return await database_sync_to_async(lease_renew)(
                name=self._name, holder=self._holder, token=lease.token, now=self._now(), seconds=self._seconds
            )
        except DatabaseError as error:
            logger.warning("the lease could not be renewed; trying again", lease=self._name, reason=str(error))
            return None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, tz=UTC)
