"""The equity of both runs at the same closes, as a chart shows them over each other. Binary floats: it is a picture."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from streaming.events import Interval, Side
from streaming.events.intervals import next_open_time, open_time_at
from trading.engine.backtests.comparison.compared_run import ComparedFill

MOST_POINTS = 2_000
"""So many points of a line at most: more than a screen is wide."""


_SHORTEST_MONTH = 28 * 86_400_000


class EquityLine(msgspec.Struct, frozen=True, kw_only=True):
    """Equity in quote at `times` (ms)."""

    times: tuple[int, ...]
    equity: tuple[float, ...]


def line_candles(interval: Interval, start: int, end: int, *, most: int = MOST_POINTS) -> Sequence[int]:
    """Return when some of the candles open that open from `start` to before `end` (ms): the last, and `most` in all.

    They are equally far from each other, whatever the range.
    """
    first, last = open_time_at(interval, start), open_time_at(interval, end - 1)
    if last < first:
        return ()
    length = _SHORTEST_MONTH if interval is Interval.MONTH_1 else next_open_time(interval, first) - first
    step = length * -(-((last - first) // length + 1) // most)
    return sorted({open_time_at(interval, time) for time in range(last, first - 1, -step)})


def equity_line(capital: Decimal, fills: Sequence[ComparedFill], closes: Iterable[tuple[int, Decimal]]) -> EquityLine:
    """Return what a run was worth at each close, by all of its executions, oldest first, from its beginning on.

    `closes` are the times (ms) at which candles have closed, oldest first, and their prices.
    """
    points = list(_points(capital, fills, closes))
    return EquityLine(times=tuple(time for time, _ in points), equity=tuple(float(equity) for _, equity in points))


def _points(
    capital: Decimal, fills: Sequence[ComparedFill], closes: Iterable[tuple[int, Decimal]]
) -> Iterator[tuple[int, Decimal]]:
    cash, position, done = capital, Decimal(0), 0
    for time, price in closes:
        while done < len(fills) and fills[done].time < time:
            fill = fills[done]
            bought = fill.quantity if fill.side is Side.BUY else -fill.quantity
            cash, position, done = cash - bought * fill.price - fill.fee, position + bought, done + 1
        yield time, cash + position * price
