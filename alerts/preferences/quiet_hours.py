"""When quiet hours are, by a clock that daylight saving puts forward and back. Pure.

On each local day they last from the first moment at which the clock shows their start (or would have, had it not been
put forward past it) to the last moment at which it shows their end. So the hour that comes twice in autumn is quiet
twice, and nobody is woken in between.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from alerts.preferences.preferences import QuietHours

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class _Period(msgspec.Struct, frozen=True):
    """From `start` until before `end`, in UTC."""

    start: datetime
    end: datetime


def quiet_until(quiet: QuietHours, moment: datetime) -> datetime:
    """Return the first moment from `moment` (aware) on that lies outside of quiet hours."""
    while (period := _period_around(quiet, moment)) is not None:
        moment = period.end
    return moment


def _period_around(quiet: QuietHours, moment: datetime) -> _Period | None:
    today = moment.astimezone(ZoneInfo(quiet.timezone)).date()
    periods = (_period(quiet, day) for day in (today - _DAY, today, today + _DAY))
    return next((period for period in periods if period.start <= moment < period.end), None)


@lru_cache(maxsize=4096)
def _period(quiet: QuietHours, day: date) -> _Period:
    """Return the quiet hours that begin on a local day; they are empty where the clock skipped them."""
    last_day = day if quiet.start < quiet.end else day + _DAY
    start, _ = _moments(day, quiet.start, quiet.timezone)
    _, end = _moments(last_day, quiet.end, quiet.timezone)
    return _Period(start, end)


def _moments(day: date, shown: time, timezone: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment at which the clock shows this; where it never does, when it was put on."""
    local = datetime.combine(day, shown, ZoneInfo(timezone))
    first, last = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first > last:  # PEP 495: so it is where the clock skipped it
        first = last = _change_between(last, first, timezone)
    return first, last


def _change_between(before: datetime, after: datetime, timezone: str) -> datetime:
    """Return the first moment with the offset of `after`, to the second."""
    zone = ZoneInfo(timezone)
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
