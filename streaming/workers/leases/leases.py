"""Leases: a worker that must be single takes a database row, renews it, and stops when it has lost it.

The fencing number (the `token`) grows at each change of hands; a worker puts it on what it produces. A database that
fails, or hangs, costs the lease when its time is over, and delays nobody's end. A worker all of whose readers heed the
token may go on instead until the database says that another has the lease: then what the former one still produces
counts for nobody.

The time of day may jump: a lease that nobody has renewed for its whole length, by the steady clock of one that stands
by, can be had though it seems to last for long. Its length stands in the row: holders may be set up differently.

Where one that stands by knows more than one that has just come, the newcomer lets it go first.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock, SystemClock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.fencing import Fence, FencedWork
from streaming.workers.leases.lease_metrics import LEASE_HELD, LEASES_LOST, LEASES_TAKEN
from streaming.workers.leases.lease_rows import (
    Vacancy,
    lease_release,
    lease_renew,
    lease_take,
    lease_term,
    lease_vacancy,
)
from streaming.workers.leases.lease_terms import LeaseTerm
from streaming.workers.waiting import wait_for
from streaming.workers.worker import WorkerContext

_RELEASE_SECONDS = 2.0
_NEWCOMERS_RENEWALS = 2

logger = structlog.get_logger(__name__)


class HeldLease:
    """A lease that is ours. `token` is its fencing number; `lost` is set when it no longer is ours.

    `safe_until` (monotonic seconds) is the moment from which another may have it, where it isn't renewed.
    """

    def __init__(self, name: str, holder: str, token: int, safe_until: float) -> None:
        self.name = name
        self.holder = holder
        self.token = token
        self.safe_until = safe_until
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


def _no_seconds() -> float:
    return 0.0


@asynccontextmanager
async def held_lease(
    name: str,
    *,
    holder: str,
    seconds: float,
    renewal: float,
    clock: Clock | None = None,
    newcomer_for: Callable[[], float] = _no_seconds,
    outlasts_outages: bool = False,
    numbered_with: Collection[str] = (),
    given_back: asyncio.Event | None = None,
) -> AsyncIterator[HeldLease]:
    """Wait until the lease is ours, renew it every `renewal` seconds, and give it back at the end.

    While `newcomer_for` says that it is a newcomer for so many seconds more, a lease that has expired is not tried for
    before two renewals and as many seconds have passed in which nobody took it: whoever has stood by for longer comes
    first, among newcomers too. One that was given back, or that nobody ever had, is taken at once: as soon as
    `given_back` is set by whoever hears of it, else within `renewal` seconds.
    A database that doesn't answer is asked again; a lease that could not be renewed before it expired counts as lost,
    or, where it `outlasts_outages`, once the database answers that another has it.
    Its token is higher than any of the leases `numbered_with`.
    Giving it back takes at most two seconds; where the database takes longer, the lease expires by itself.
    """
    keeper = _Keeper(
        name,
        holder,
        seconds=seconds,
        renewal=renewal,
        clock=clock or SystemClock(),
        outlasts_outages=outlasts_outages,
        numbered_with=numbered_with,
        given_back=given_back or asyncio.Event(),
    )
    LEASE_HELD.set(0, name)
    for counter in (LEASES_TAKEN, LEASES_LOST):
        counter.add(name, by=0)  # Prometheus sees no growth where a series begins with 1
    lease = await keeper.take(newcomer_for)
    LEASES_TAKEN.add(name)
    LEASE_HELD.set(1, name)
    renewing = asyncio.create_task(keeper.renew(lease))
    try:
        yield lease
    finally:
        LEASE_HELD.set(0, name)
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await keeper.release(lease)


async def work_while_leased(
    context: WorkerContext,
    name: str,
    work: FencedWork,
    *,
    seconds: float,
    renewal: float,
    outlasts_outages: bool = False,
) -> None:
    """Do `work` whenever the lease `name` is ours, until cancelled; it is given the fencing number, and the fence.

    With an epoch given, it is done at once, without a lease or a fence, and once: this returns when it does.
    """
    if context.epoch is not None:
        await work(context.epoch, fence=None)
        return
    while True:
        async with held_lease(
            name,
            holder=context.holder,
            seconds=seconds,
            renewal=renewal,
            clock=context.clock,
            outlasts_outages=outlasts_outages,
        ) as lease:
            fence = Fence(name=name, holder=context.holder, token=lease.token)
            await lease.run(work(lease.token, fence=fence))


class _Keeper:
    def __init__(
        self,
        name: str,
        holder: str,
        *,
        seconds: float,
        renewal: float,
        clock: Clock,
        outlasts_outages: bool,
        numbered_with: Collection[str],
        given_back: asyncio.Event,
    ) -> None:
        self._name = name
        self._holder = holder
        self._seconds = seconds
        self._renewal = renewal
        self._clock = clock
        self._outlasts_outages = outlasts_outages
        self._numbered_with = numbered_with
        self._given_back = given_back
        self._expired_since: float | None = None
        self._seen: tuple[LeaseTerm | None, float] = (None, 0.0)
        """The term of another's lease, and since when (monotonic seconds) it has been the same."""
        self._outage = Outage(f"database of the lease {name}", clock)

    async def take(self, newcomer_for: Callable[[], float]) -> HeldLease:
        """Return the lease once it is ours."""
        stands_by = False
        while True:
            self._given_back.clear()
            try:
                seconds = newcomer_for()
                lease = None if seconds and await self._others_come_first(seconds) else await self._try_to_take()
            except AnyDatabaseError as error:
                self._expired_since = None
                self._outage.failed(error)
            else:
                self._outage.worked()
                if lease is not None:
                    logger.info("the lease is ours", **self._names, fencing_number=lease.token)
                    return lease
                if not stands_by:
                    logger.info("another holds the lease; standing by", **self._names)
                stands_by = True
            await wait_for(self._given_back, self._renewal)

    async def renew(self, lease: HeldLease) -> None:
        """Renew until the lease is lost, as it is where renewing fails for whatever reason: nobody else would do it."""
        try:
            await self._renew_while_ours(lease)
            LEASES_LOST.add(self._name)
        except Exception:
            LEASES_LOST.add(self._name)
            logger.exception("the lease is renewed no more", **self._names, fencing_number=lease.token)
        finally:
            lease.lost.set()

    async def _renew_while_ours(self, lease: HeldLease) -> None:
        still_ours, began = True, self._clock.monotonic()
        while still_ours:
            await asyncio.sleep(min(self._until_renewal(began), self._time_left(lease)))
            began = self._clock.monotonic()
            still_ours = await self._renew_in_time(lease)
        logger.warning("the lease is lost", **self._names, fencing_number=lease.token)

    async def release(self, lease: HeldLease) -> None:
        """Give the lease back; where the database doesn't answer soon, it expires by itself."""
        try:
            async with asyncio.timeout(_RELEASE_SECONDS):
                await database_sync_to_async(lease_release)(
                    name=self._name, holder=self._holder, token=lease.token, now=self._now()
                )
        except (AnyDatabaseError, TimeoutError) as error:
            logger.warning("the lease could not be given back", **self._names, reason=repr(error))

    async def _others_come_first(self, seconds: float) -> bool:
        """Return whether one that has stood by for longer, if there is any, may not have had the time to take it."""
        vacancy = await database_sync_to_async(lease_vacancy)(name=self._name, now=self._now())
        if vacancy is not Vacancy.EXPIRED:
            self._expired_since = None
            return vacancy is Vacancy.HELD
        now = self._clock.monotonic()
        if self._expired_since is None:
            self._expired_since = now
        return now - self._expired_since < _NEWCOMERS_RENEWALS * self._renewal + seconds

    async def _try_to_take(self) -> HeldLease | None:
        began = self._clock.monotonic()
        token = await database_sync_to_async(lease_take)(
            name=self._name,
            holder=self._holder,
            now=self._now(),
            seconds=self._seconds,
            unrenewed=self._unrenewed(began),
            numbered_with=self._numbered_with,
        )
        if token is not None:
            return HeldLease(self._name, self._holder, token, began + self._seconds)
        term = await database_sync_to_async(lease_term)(name=self._name)
        if term != self._seen[0]:
            self._seen = (term, self._clock.monotonic())
        return None

    def _unrenewed(self, now: float) -> datetime | None:
        """Return the end of another's lease that has stood as it is for the whole of its length."""
        term, since = self._seen
        return term.ends if term and now - since >= max(term.seconds, self._seconds) else None

    async def _renew_in_time(self, lease: HeldLease) -> bool:
        """Renew once; return whether the lease is still ours, which it may be though the database failed."""
        began = self._clock.monotonic()
        try:
            async with asyncio.timeout(self._time_left(lease)):
                renewed = await database_sync_to_async(lease_renew)(
                    name=self._name, holder=self._holder, token=lease.token, now=self._now(), seconds=self._seconds
                )
        except (AnyDatabaseError, TimeoutError) as error:
            self._outage.failed(error)
            return self._outlasts_outages or (
                not isinstance(error, TimeoutError) and self._clock.monotonic() < lease.safe_until
            )
        self._outage.worked()
        if renewed:
            lease.safe_until = began + self._seconds
        return renewed

    def _until_renewal(self, began: float) -> float:
        """Return for how many seconds to wait, where the last renewal `began` then: less where its answer was late."""
        return max(0.0, began + self._renewal - self._clock.monotonic())

    def _time_left(self, lease: HeldLease) -> float:
        """Return for how many seconds an answer may be waited for."""
        if self._outlasts_outages:
            return self._seconds
        return max(0.0, lease.safe_until - self._clock.monotonic())

    def _now(self) -> datetime:
        return moment(self._clock.now_ms())

    @property
    def _names(self) -> dict[str, str]:
        return {"lease": self._name, "holder": self._holder}
