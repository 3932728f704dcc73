"""Noting in the database itself that a backup of it was made, so that whoever looks knows, wherever the file lies."""

from datetime import datetime

from django.db import transaction

from streaming.backup_records.selectors import noted_backups
from streaming.models import BackupRecord

KEPT_NOTES = 1000
"""How many are kept: as many backups can be told from what else lies in a folder."""


@transaction.atomic
def backup_note(*, made_at: datetime, size: int) -> None:
    """Note that a backup of the database as it was at `made_at` is written and was read again; it has `size` bytes.

    The last `KEPT_NOTES` are kept.
    """
    BackupRecord.objects.create(made_at=made_at, size=size)
    kept = noted_backups().values_list("pk", flat=True)[:KEPT_NOTES]
    BackupRecord.objects.exclude(pk__in=list(kept)).delete()


@transaction.atomic
def restored_backup_note(*, made_at: datetime, size: int) -> None:
    """Note the backup from which this database was restored as its last, and forget those that are noted in it.

    They are of the database from which it was made, which may go on beside this one.
    """
    BackupRecord.objects.all().delete()
    backup_note(made_at=made_at, size=size)
