"""Times of the database (aware) and of the wire (ms since the epoch), the one for the other, and as text. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from streaming.numbers import whole_number

WrittenTime = str | int
"""ISO 8601 in REST and on `/ws`, ms since the epoch on `/ws/trading`."""
WriteTime = Callable[[int], WrittenTime]
"""How a dialect writes a time, which is given in milliseconds since the epoch."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST_TIME_MS = 10**14
_LONGEST_TEXT = 64


def milliseconds(time: datetime) -> int:
    """Return an aware time in ms since the epoch; a part of a millisecond is left out."""
    return (time - _EPOCH) // _MILLISECOND


def moment(time: int) -> datetime:
    """Return a time in ms since the epoch as an aware one, UTC."""
    return _EPOCH + time * _MILLISECOND


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso_time(milliseconds: int) -> str:
    """Return a time in ms since the epoch as ISO 8601, UTC, with three digits and `Z`.

    >>> iso_time(1733486400000)
    '2024-12-06T12:00:00.000Z'
    """
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


def epoch_time(milliseconds: int) -> int:
    """Return a time in ms since the epoch as it is."""
    return milliseconds


def written_time(time: datetime | None, write_time: WriteTime) -> WrittenTime | None:
    """Return an aware time as a dialect writes it, None for None."""
    return None if time is None else write_time(milliseconds(time))


def time_parameter(name: str, value: object) -> int:
    """Return a time in ms; raise `ValueError` with a sentence that begins with `name` for what isn't one."""
    try:
        return time_of(value)
    except ValueError as error:
        raise ValueError(f"{name} must be {error}") from None


def time_of(value: object) -> int:
    """Return a time in ms, from ms or ISO 8601; raise `ValueError` that says what it must be."""
    time = whole_number(value)
    if time is None and isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        time = _milliseconds_in(value)
    if time is None or not 0 <= time <= _LATEST_TIME_MS:
        expected = f"ms since the epoch from 0 to {_LATEST_TIME_MS}, or ISO 8601 with its offset from UTC"
        raise ValueError(f"a time: {expected}")
    return time


def _milliseconds_in(text: str) -> int | None:
    """Return the time in `text` in ms, rounded up; None where it isn't one, or has no offset."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if time.tzinfo is None else -((_EPOCH - time) // _MILLISECOND)
