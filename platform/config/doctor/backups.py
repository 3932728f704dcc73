"""Backups: whether the database knows of one, and of when the last is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings

from config.backups.descriptions import size_text
from config.doctor.findings import Finding, ok, warning
from streaming.backup_records.services import last_backup
from streaming.database.errors import AnyDatabaseError
from streaming.program import management_command

_SUBJECT = "backups"
_OVERDUE = timedelta(hours=36)
"""As the alert TidewireBackupOverdue has it: a night's was left out."""


def look_at_backups(now: datetime | None = None) -> Iterator[Finding]:
    """Yield of when the last backup is; a database that doesn't answer is looked at elsewhere."""
    now = now or datetime.now(UTC)
    is_needed = settings.ENVIRONMENT == "production"
    try:
        last = last_backup()
    except AnyDatabaseError:
        return
    to_do = management_command("backup FILE")
    if last is None:
        text = "none was made of this database yet"
        yield warning(_SUBJECT, text, to_do) if is_needed else ok(_SUBJECT, text)
        return
    text = f"the last is of {last.made_at:%Y-%m-%d %H:%M} UTC, {size_text(last.size)}"
    if is_needed and now - last.made_at > _OVERDUE:
        yield warning(_SUBJECT, text, f"{to_do}; are they made each night?")
    else:
        yield ok(_SUBJECT, text)
