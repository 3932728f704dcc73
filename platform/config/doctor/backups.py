"""Backups: whether the database knows of one, and how old the last is."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from config.backups.descriptions import size_text
from config.doctor.findings import Finding, ok, warning
from streaming.backup_records.overdue import OVERDUE_AFTER
from streaming.backup_records.selectors import last_backup
from streaming.database.errors import AnyDatabaseError
from streaming.program import management_command

_SUBJECT = "backups"


def look_at_backups(now: datetime | None = None) -> Iterator[Finding]:
    """Yield when the last backup was made; that a database doesn't answer is told of itself."""
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
    text = f"the last was made {last.made_at:%Y-%m-%d %H:%M} UTC, {size_text(last.size)}"
    if is_needed and now - last.made_at > OVERDUE_AFTER:
        yield warning(_SUBJECT, text, f"{to_do}; are they made each night?")
    else:
        yield ok(_SUBJECT, text)
