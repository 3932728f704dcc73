"""Times as frames write them: ISO 8601 or ms since the epoch. Pure."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(given: Any) -> int:
    """Return a time in ms since the epoch (UTC), whichever way it is written; raise `ValueError` where it is none.

    >>> milliseconds("2024-12-06T12:00:00.000Z"), milliseconds(1733486400000)
    (1733486400000, 1733486400000)
    """
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if not isinstance(given, str):
        raise ValueError(f"not a time: {given!r}")  # noqa: TRY004 - one error for whatever is no time
    moment = datetime.fromisoformat(given)
    if moment.tzinfo is None:
        raise ValueError(f"a time without an offset: {given!r}")
    return (moment - _EPOCH) // _MILLISECOND


def now_ms() -> int:
    """Return this machine's time in ms since the epoch."""
    return time.time_ns() // 1_000_000
