"""Whether a moment is quiet, told from when it is quiet no more."""

from datetime import datetime

from alerts.preferences.preferences import QuietHours
from alerts.preferences.quiet_hours import quiet_until


def is_quiet(quiet: QuietHours, moment: datetime) -> bool:
    """Return whether an aware `moment` lies in quiet hours."""
    return quiet_until(quiet, moment) > moment
