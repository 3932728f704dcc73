"""Reading what was noted of backups."""

from streaming.models import BackupRecord


def last_backup() -> BackupRecord | None:
    """Return the newest backup that was noted; None where none was."""
    return BackupRecord.objects.order_by("-made_at", "-pk").first()
