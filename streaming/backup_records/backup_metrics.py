"""What Prometheus reads of the last backup: when and how large; nothing where none was ever made."""

from collections.abc import Iterable

from channels.db import database_sync_to_async

from streaming.backup_records.selectors import last_backup
from streaming.database.errors import DATABASE_OUTAGES
from streaming.metrics.declared import GATEWAY, Metric, Sample, gauge

LAST_BACKUP_TIME = gauge(
    "tidewire_last_backup_timestamp_seconds",
    "The moment at which the last backup took the database, in seconds since the epoch; every gateway tells it.",
    processes=(GATEWAY,),
)
LAST_BACKUP_SIZE = gauge(
    "tidewire_last_backup_size_bytes",
    "How many bytes the file of the last backup has; every gateway tells it.",
    processes=(GATEWAY,),
)
BACKUP_METRICS: tuple[Metric, ...] = (LAST_BACKUP_TIME, LAST_BACKUP_SIZE)


async def read_backups() -> Iterable[Sample]:
    """Return what is known of the last backup; nothing while the database is away, which is told by itself."""
    try:
        last = await database_sync_to_async(last_backup)()
    except DATABASE_OUTAGES:
        return []
    if last is None:
        return []
    return [Sample(LAST_BACKUP_TIME, last.made_at.timestamp()), Sample(LAST_BACKUP_SIZE, last.size)]
