"""The prices of a grid: n gaps make n + 1 lines, at equal distances or at equal ratios."""

from decimal import Context, Decimal
from enum import StrEnum

from trading.engine.instrument import Instrument, Rounding

_PRECISE = Context(prec=50)


class Spacing(StrEnum):
    """Lines at equal distances, p_i = L + i (U - L) / n, or at equal ratios, p_i = L (U / L) ^ (i / n)."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"


class GridLinesError(ValueError):
    """Bounds and gaps make no grid; `field` is the parameter that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def grid_lines(
    instrument: Instrument, *, lower_price: Decimal, upper_price: Decimal, grid_count: int, spacing: Spacing
) -> tuple[int, ...]:
    """Return the prices of the lines in ticks, lowest first, each rounded to the nearest tick.

    Raise `GridLinesError` where bounds or gaps are wrong, or so many lines don't fit between the bounds.
    """
    if lower_price <= 0:
        raise GridLinesError("lower_price", "lower_price must be greater than 0")
    if upper_price <= lower_price:
        raise GridLinesError("upper_price", "upper_price must be greater than lower_price")
    if grid_count < 1:
        raise GridLinesError("grid_count", "grid_count must be at least 1")
    exact = (_exact_line(lower_price, upper_price, grid_count, spacing, index) for index in range(grid_count + 1))
    lines = tuple(instrument.ticks(line, Rounding.NEAREST) for line in exact)
    if len(set(lines)) <= grid_count or lines[0] <= 0:
        tick = format(instrument.tick_size.normalize(), "f")
        raise GridLinesError("grid_count", f"grid_count is too large: lines would be less than a tick ({tick}) apart")
    return lines


def _exact_line(lower: Decimal, upper: Decimal, count: int, spacing: Spacing, index: int) -> Decimal:
    if index in {0, count}:
        return lower if index == 0 else upper
    part = _PRECISE.divide(Decimal(index), Decimal(count))
    if spacing is Spacing.ARITHMETIC:
        return lower + part * (upper - lower)
    ratio = _PRECISE.divide(upper, lower)
    return _PRECISE.multiply(lower, _PRECISE.power(ratio, part))


def nearest_line(lines: tuple[int, ...], price: int) -> int:
    """Return the index of the line nearest to a price in ticks, the lower one of two that are equally near."""
    return min(range(len(lines)), key=lambda index: (abs(lines[index] - price), index))
