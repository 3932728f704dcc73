"""Reading what was noted of backups."""

from django.db.models import QuerySet

from streaming.models import BackupRecord


def last_backup() -> BackupRecord | None:
    """Return the newest backup that was noted; None where none was."""
    return noted_backups().first()


def noted_backups() -> QuerySet[BackupRecord]:
    """Return all that are noted, the newest first."""
    return BackupRecord.objects.order_by("-made_at", "-pk")
