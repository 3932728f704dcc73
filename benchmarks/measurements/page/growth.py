"""Whether what is sampled over time grows: its trend once it has warmed up. Pure."""

import statistics
from collections.abc import Sequence

import msgspec

FLAT_PERCENT = 2.0
"""What grows by less in an hour is flat."""
_HOUR = 3600.0
_LEAST_SAMPLES = 3


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """`first` is the first sample of all; `start` and `end` are those between which the trend is told."""

    first: float
    start: float
    end: float
    an_hour: float
    """By how much it grows in an hour: the slope of the line of the least squares."""
    percent_an_hour: float
    """The same in per cent of the mean."""
    error_percent: float
    """The slope's standard error, in per cent an hour."""
    last_third_an_hour: float
    """By how much it grows in an hour by the last third of the samples alone: what levels off grows less there."""
    values: tuple[float, ...]
    """All samples."""

    @property
    def is_flat(self) -> bool | None:
        """True where it grows by less than `FLAT_PERCENT` in an hour; None where twice the error could be either."""
        if self.percent_an_hour + 2 * self.error_percent < FLAT_PERCENT:
            return True
        return False if self.percent_an_hour - 2 * self.error_percent >= FLAT_PERCENT else None


def growth(times: Sequence[float], values: Sequence[float], *, warm_up: float) -> Growth:
    """Return the trend of values that were sampled at `times`; ValueError where fewer than three came after `warm_up`.

    Times are in seconds. What comes before `warm_up` is no part of it: what is compiled, loaded and filled once.
    """
    warm = [(time, value) for time, value in zip(times, values, strict=True) if time >= warm_up]
    if len(warm) < _LEAST_SAMPLES:
        raise ValueError(f"{len(warm)} samples came after {warm_up:g} s; a trend needs {_LEAST_SAMPLES}")
    (slope, error), (last_slope, _) = _slope(warm), _slope(warm[-max(_LEAST_SAMPLES, len(warm) // 3) :])
    hourly = 100 * _HOUR / statistics.fmean(value for _, value in warm)
    return Growth(
        first=values[0],
        start=warm[0][1],
        end=warm[-1][1],
        an_hour=round(slope * _HOUR, 3),
        percent_an_hour=round(hourly * slope, 3),
        error_percent=round(hourly * error, 3),
        last_third_an_hour=round(last_slope * _HOUR, 3),
        values=tuple(values),
    )


def _slope(samples: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the slope of the line of the least squares, and its standard error."""
    times, values = zip(*samples, strict=True)
    slope, intercept = statistics.linear_regression(times, values)
    squares = sum((value - (slope * time + intercept)) ** 2 for time, value in samples)
    mean = statistics.fmean(times)
    spread = sum((time - mean) ** 2 for time in times)
    return slope, (squares / (len(samples) - 2) / spread) ** 0.5
