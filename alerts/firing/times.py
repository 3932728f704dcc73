"""From ms since the epoch to what tables keep. Exact."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(time_ms: int) -> datetime:
    """Return the moment of a time in ms since the epoch."""
    return _EPOCH + timedelta(milliseconds=time_ms)
