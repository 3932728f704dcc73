"""Which values of a series come too late to count. Pure."""

from alerts.conditions.words import Point, Series

CLOCK_ANEW_MS = 60_000
"""A live value that is older than the newest by more than this is of a clock that began anew; by less, it is late."""


def is_too_late(series: Series, point: Point, newest: Point, *, is_live: bool) -> bool:
    """Return whether a value comes behind one that it should have come before.

    A close counts once, and never behind a later one: those of a minute lie as far apart as clocks that began anew.
    What was fetched later, and is not live, says nothing of the clock.
    """
    if series.at_close:
        return point.time <= newest.time
    return point.time < newest.time and not (is_live and point.time <= newest.time - CLOCK_ANEW_MS)
