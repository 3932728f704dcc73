"""Times of the database (aware) and of the wire (ms since the epoch), the one for the other. Pure."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(time: datetime) -> int:
    """Return an aware time in ms since the epoch; a part of a millisecond is left out."""
    return (time - _EPOCH) // _MILLISECOND


def moment(time: int) -> datetime:
    """Return a time in ms since the epoch as an aware one, UTC."""
    return _EPOCH + time * _MILLISECOND
