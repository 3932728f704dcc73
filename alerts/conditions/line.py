"""A level that moves with time: the straight line through two points, linear in the price. Pure.

It begins at the earlier point: before that there is no line, so nothing is above it, below it or across it. Beyond the
later one it goes on to the right, without end.
"""

from decimal import Context, Decimal
from typing import Annotated

import msgspec

from alerts.conditions.exact_arithmetic import EXACT
from streaming.commands.values import ABOVE, MOST, TIME

_SHOWN = Context(prec=12)


class LinePoint(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the line: a time in ms since the epoch, and a price."""

    time: Annotated[int, TIME]
    price: Annotated[Decimal, msgspec.Meta(extra={ABOVE: Decimal(0), MOST: Decimal(10**15)})]


class Line(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """The line through `start` and the later `end`."""

    start: LinePoint
    end: LinePoint

    @property
    def duration(self) -> int:
        """From `start` to `end`, in ms."""
        return self.end.time - self.start.time

    def height(self, value: Decimal, time: int) -> Decimal | None:
        """Return by how much `value` is above the line at `time` (negative below it), `duration` times; None before it.

        So no digit is lost: the price of the line itself is a quotient, which may have no end.
        """
        if time < self.start.time:
            return None
        above_start = self.scaled(EXACT.subtract(value, self.start.price))
        return EXACT.subtract(above_start, self._risen(time))

    def scaled(self, way: Decimal) -> Decimal:
        """Return a way in price as `height` measures it."""
        return EXACT.multiply(way, Decimal(self.duration))

    def price_at(self, time: int) -> Decimal:
        """Return the line's price at `time`, in 12 digits, to be shown."""
        risen = EXACT.divide(self._risen(time), Decimal(self.duration))
        return _SHOWN.create_decimal(EXACT.add(self.start.price, risen)).normalize(EXACT)

    def _risen(self, time: int) -> Decimal:
        rise = EXACT.subtract(self.end.price, self.start.price)
        return EXACT.multiply(rise, Decimal(time - self.start.time))
