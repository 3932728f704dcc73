"""The worker: whoever holds the lease stamps the notes that have no stamp, and tells of each."""

import asyncio
from collections.abc import Sequence

import structlog
from channels.db import database_sync_to_async

from streaming.workers.leases.leases import held_lease
from streaming.workers.worker import Backlog, WorkerContext
from tests.sample_app.events import NoteStamp, Stamped
from tests.sample_app.models import Note
from tests.sample_app.topics import own_note

NAME = "sample"
_LEASE_SECONDS = 4.0
_RENEWAL_SECONDS = 1.0
_POLL_SECONDS = 0.1
_ALONE = 1

logger = structlog.get_logger(__name__)


async def stamp_notes(context: WorkerContext) -> None:
    """Stamp, or stand by, until cancelled."""
    if context.epoch is not None:
        await _stamp_with(context, _ALONE)
    while True:
        async with held_lease(
            NAME, holder=context.holder, seconds=_LEASE_SECONDS, renewal=_RENEWAL_SECONDS, clock=context.clock
        ) as lease:
            logger.info("notes are stamped", holder=context.holder)
            await lease.run(_stamp_with(context, lease.token))


async def _stamp_with(context: WorkerContext, stamp: int) -> None:
    while True:
        for note in await _stamped(stamp, context.clock.now_ms()):
            await _tell(context, note)
        await asyncio.sleep(_POLL_SECONDS)


@database_sync_to_async
def _stamped(stamp: int, now: int) -> Sequence[Note]:
    notes = list(Note.objects.filter(stamp=0))
    for note in notes:
        note.stamp, note.stamped_at = stamp, now
    Note.objects.bulk_update(notes, ["stamp", "stamped_at"])
    return notes


async def _tell(context: WorkerContext, note: Note) -> None:
    owner, now = str(note.owner_id), note.stamped_at
    await context.hub.publish(Stamped(note=note.pk, time=now))
    await context.hub.publish(own_note(note), owner=owner)
    channel = f"note.{note.pk}.stamp"
    await context.hub.publish(NoteStamp(channel=channel, owner=owner, id=note.pk, stamp=note.stamp, time=now))


def note_backlog(now: object) -> Backlog:
    """Return how many notes wait for a stamp."""
    return Backlog(due=Note.objects.filter(stamp=0).count(), oldest=None)
