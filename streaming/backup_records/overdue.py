"""From when on a backup is overdue. Pure."""

from datetime import timedelta

WARNED_AFTER = timedelta(hours=30)
"""The dashboard shows it as doubtful by then: a night's should be there."""
OVERDUE_AFTER = timedelta(hours=36)
"""A night's is missing: `doctor` warns, and the alert TidewireBackupOverdue fires."""
