"""The worker: whoever holds the lease stamps the notes that have no stamp."""

import asyncio

import structlog
from channels.db import database_sync_to_async

from streaming.workers.leases import held_lease
from streaming.workers.worker import Backlog, WorkerContext
from tests.sample_app.models import Note

NAME = "sample"
_LEASE_SECONDS = 4.0
_RENEWAL_SECONDS = 1.0
_POLL_SECONDS = 0.1
_ALONE = 1

logger = structlog.get_logger(__name__)


async def stamp_notes(context: WorkerContext) -> None:
    """Stamp, or stand by, until cancelled."""
    if context.epoch is not None:
        await _stamp_with(_ALONE)
    while True:
        async with held_lease(
            NAME, holder=context.holder, seconds=_LEASE_SECONDS, renewal=_RENEWAL_SECONDS, clock=context.clock
        ) as lease:
            logger.info("notes are stamped", holder=context.holder)
            await lease.run(_stamp_with(lease.token))


async def _stamp_with(stamp: int) -> None:
    while True:
        await database_sync_to_async(Note.objects.filter(stamp=0).update)(stamp=stamp)
        await asyncio.sleep(_POLL_SECONDS)


def note_backlog(now: object) -> Backlog:
    """Return how many notes wait for a stamp."""
    return Backlog(due=Note.objects.filter(stamp=0).count(), oldest=None)
