"""Whether what is sampled over time grows: its trend once it has warmed up. Pure."""

import statistics
from collections.abc import Sequence

import msgspec

WARM_UP_SHARE = 0.1
"""Of the samples, what is left out of the trend: what is compiled, loaded and filled once."""
FLAT_PERCENT = 2.0
"""What grows by less in an hour is flat."""
_HOUR = 3600.0


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """`start` and `end` are the first and the last sample; the trend is that of all but the first tenth."""

    start: float
    end: float
    an_hour: float
    """By how much it grows in an hour: the slope of the line of the least squares."""
    percent_an_hour: float
    """The same in per cent of the mean."""
    error_percent: float
    """The slope's standard error, in per cent an hour."""
    values: tuple[float, ...]
    """All samples."""

    @property
    def is_flat(self) -> bool | None:
        """True where it grows by less than `FLAT_PERCENT` in an hour; None where twice the error could be either."""
        if self.percent_an_hour + 2 * self.error_percent < FLAT_PERCENT:
            return True
        return False if self.percent_an_hour - 2 * self.error_percent >= FLAT_PERCENT else None


def growth(times: Sequence[float], values: Sequence[float]) -> Growth:
    """Return the trend of values that were sampled at `times`, in seconds; at least four of them, some not zero."""
    first = round(WARM_UP_SHARE * len(times))
    later, warm = times[first:], values[first:]
    mean = statistics.fmean(warm)
    slope, intercept = statistics.linear_regression(later, warm)
    rests = [value - (slope * time + intercept) for time, value in zip(later, warm, strict=True)]
    spread = sum((time - statistics.fmean(later)) ** 2 for time in later)
    error = (sum(rest * rest for rest in rests) / (len(later) - 2) / spread) ** 0.5
    return Growth(
        start=values[0],
        end=values[-1],
        an_hour=round(slope * _HOUR, 3),
        percent_an_hour=round(100 * slope * _HOUR / mean, 3),
        error_percent=round(100 * error * _HOUR / mean, 3),
        values=tuple(values),
    )
