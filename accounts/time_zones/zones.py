"""Time zones by their names, and how a time is written for a user. Pure."""

from datetime import UTC
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from streaming.times import moment

UTC_NAME = "UTC"
_NO_PLACES = frozenset({"Factory", "localtime"})


@cache
def known_timezones() -> frozenset[str]:
    """Return the names of the IANA time zones that this machine knows."""
    return frozenset(available_timezones()) - _NO_PLACES


def zone_of(chosen: str, device: str) -> str:
    """Return the zone in which a user is written to: the chosen one, else that of the device, else UTC.

    One that this machine doesn't know (any more) counts as none.
    """
    return next((name for name in (chosen, device) if name in known_timezones()), UTC_NAME)


def time_text(time_ms: int, zone: str) -> str:
    """Return a time, in ms since the epoch, on the clocks of `zone`, with its name, and UTC beside it.

    >>> time_text(1_792_891_800_000, "Europe/Berlin"), time_text(1_792_891_800_000, "UTC")
    ('2026-10-25 02:30:00 Europe/Berlin, UTC+1 (2026-10-25 01:30:00 UTC)', '2026-10-25 01:30:00 UTC')
    """
    utc = moment(time_ms).astimezone(UTC)
    told = f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    if zone == UTC_NAME or zone not in known_timezones():
        return told
    local = utc.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M:%S} {zone}, {_offset_text(local.utcoffset().total_seconds())} ({told})"  # type: ignore[union-attr]


def _offset_text(seconds: float) -> str:
    """Return how far clocks are from UTC: of an hour that comes twice it says which of the two is meant."""
    minutes = round(abs(seconds) / 60)
    rest = f":{minutes % 60:02}" if minutes % 60 else ""
    return f"UTC{'-' if seconds < 0 else '+'}{minutes // 60}{rest}"
