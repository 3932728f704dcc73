"""What Prometheus reads of backups: of when the last one is, and how large; nothing where none was ever made."""

from collections.abc import Iterable

from channels.db import database_sync_to_async

from streaming.backup_records.services import last_backup
from streaming.metrics.declared import GATEWAY, Metric, Sample, gauge

LAST_BACKUP_TIME = gauge(
    "tidewire_last_backup_timestamp_seconds",
    "Of when the last backup is that was made (seconds since the epoch); every gateway tells the deployment's.",
    processes=(GATEWAY,),
)
LAST_BACKUP_SIZE = gauge(
    "tidewire_last_backup_size_bytes",
    "How large that is.",
    processes=(GATEWAY,),
)
BACKUP_METRICS: tuple[Metric, ...] = (LAST_BACKUP_TIME, LAST_BACKUP_SIZE)


async def read_backups() -> Iterable[Sample]:
    """Return what is known of the last backup."""
    last = await database_sync_to_async(last_backup)()
    if last is None:
        return []
    return [Sample(LAST_BACKUP_TIME, last.made_at.timestamp()), Sample(LAST_BACKUP_SIZE, last.size)]
