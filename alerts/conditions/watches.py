"""One condition of one rule, made ready to be judged at value after value: a class for each kind of operator. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from alerts.conditions.exact_arithmetic import EXACT
from alerts.conditions.rule import Condition, Point
from alerts.events import AlertOperator

if TYPE_CHECKING:
    from alerts.conditions.lookup import Lookup
    from alerts.conditions.watched_rule import WatchedRule

_PERCENT = Context(prec=40)
_HUNDRED = Decimal(100)


class Watch(ABC):
    """A condition: number `number` of the rule `owner`, or its only one. `holds` is None until it has had a value.

    What it says changes only where the value reaches, passes or leaves one of its `trips`. `lookup` is where it is
    judged; None before, and after it was.
    """

    __slots__ = ("condition", "holds", "lookup", "number", "owner", "trips")

    def __init__(self, owner: WatchedRule, number: int, condition: Condition, *trips: Decimal) -> None:
        self.owner = owner
        self.number = number
        self.condition = condition
        self.trips = tuple(dict.fromkeys(trips))
        self.lookup: Lookup | None = None
        self.holds: bool | None = None

    def begin(self) -> None:  # noqa: B027 - most have nothing to take note of
        """Take note that the series has had a value by now, to which the next one can be compared."""

    @abstractmethod
    def judge(self, previous: Decimal | None, value: Decimal) -> bool | None:
        """Go on to `value`.

        Return True where the condition has just become true, False where it no longer is, or is known for the first
        time, None where nothing has changed.
        """

    @abstractmethod
    def operand(self, previous: Decimal | None, point: Point) -> Decimal | None:
        """Return what the value was compared to when it became true: of a range the bound that it passed."""


class _Level(Watch):
    """True as long as the value is where it is: it begins at one place, and ends behind the hysteresis."""

    __slots__ = ()

    def judge(self, previous: Decimal | None, value: Decimal) -> bool | None:
        holds = self._stays(value) if self.holds else self._begins(value)
        if holds is self.holds:
            return None
        self.holds = holds
        return holds

    @abstractmethod
    def _begins(self, value: Decimal) -> bool: ...

    @abstractmethod
    def _stays(self, value: Decimal) -> bool: ...


class _Edge(Watch):
    """True at one value only, compared to the one before it."""

    __slots__ = ()

    def begin(self) -> None:
        if self.holds is None:
            self.holds = False

    def judge(self, previous: Decimal | None, value: Decimal) -> bool | None:
        if self.holds is None:
            self.holds = False
            return False
        return True if previous is not None and self._passes(previous, value) else None

    @abstractmethod
    def _passes(self, previous: Decimal, value: Decimal) -> bool: ...


class _OfThreshold(Watch):
    """Compares with one number, and comes back at another.

    Of a line and of another series it compares how far the value is above it.
    """

    __slots__ = ("_back", "_threshold")

    def __init__(
        self, owner: WatchedRule, number: int, condition: Condition, threshold: Decimal, back: Decimal
    ) -> None:
        super().__init__(owner, number, condition, threshold, back)
        self._threshold = threshold
        self._back = back

    def operand(self, previous: Decimal | None, point: Point) -> Decimal | None:
        if self._threshold:  # 0 of what moves; of a hundred thousand rules no condition is in the processor's cache
            return self._threshold
        line = self.condition.line
        if line is not None:
            return line.price_at(point.time)
        return self._threshold if self.condition.level is None else point.level


class _Above(_OfThreshold, _Level):
    __slots__ = ()

    def _begins(self, value: Decimal) -> bool:
        return value > self._threshold

    def _stays(self, value: Decimal) -> bool:
        return value > self._back


class _Below(_OfThreshold, _Level):
    __slots__ = ()

    def _begins(self, value: Decimal) -> bool:
        return value < self._threshold

    def _stays(self, value: Decimal) -> bool:
        return value < self._back


class _AtLeast(_OfThreshold, _Level):
    """Of a move it compares how far the value has moved within a window, not the value itself."""

    __slots__ = ()

    def _begins(self, value: Decimal) -> bool:
        return value >= self._threshold

    def _stays(self, value: Decimal) -> bool:
        return value >= self._back


class _CrossesUp(_OfThreshold, _Edge):
    __slots__ = ()

    def _passes(self, previous: Decimal, value: Decimal) -> bool:
        return previous < self._threshold <= value


class _CrossesDown(_OfThreshold, _Edge):
    __slots__ = ()

    def _passes(self, previous: Decimal, value: Decimal) -> bool:
        return previous > self._threshold >= value


class _Crosses(_OfThreshold, _Edge):
    __slots__ = ()

    def _passes(self, previous: Decimal, value: Decimal) -> bool:
        return previous < self._threshold <= value or previous > self._threshold >= value


class _OfRange(Watch):
    """Compares with a range, to which its bounds belong, and comes back at a wider or a narrower one."""

    __slots__ = ("_back", "_range")

    def __init__(self, owner: WatchedRule, number: int, condition: Condition, *bounds: Decimal) -> None:
        super().__init__(owner, number, condition, *bounds)
        self._range, self._back = bounds[:2], bounds[2:]

    def _is_inside(self, value: Decimal) -> bool:
        lower, upper = self._range
        return lower <= value <= upper

    def _bound(self, outer: Decimal | None) -> Decimal | None:
        """Return the bound that lies between the range and `outer`; None where that isn't outside."""
        if outer is None or self._is_inside(outer):
            return None
        lower, upper = self._range
        return lower if outer < lower else upper


class _GoesIn(_OfRange):
    __slots__ = ()

    def operand(self, previous: Decimal | None, point: Point) -> Decimal | None:
        return self._bound(previous)


class _GoesOut(_OfRange):
    __slots__ = ()

    def operand(self, previous: Decimal | None, point: Point) -> Decimal | None:
        return self._bound(point.value)


class _Inside(_GoesIn, _Level):
    __slots__ = ()

    def _begins(self, value: Decimal) -> bool:
        return self._is_inside(value)

    def _stays(self, value: Decimal) -> bool:
        lower, upper = self._back
        return lower <= value <= upper


class _Outside(_GoesOut, _Level):
    __slots__ = ()

    def _begins(self, value: Decimal) -> bool:
        return not self._is_inside(value)

    def _stays(self, value: Decimal) -> bool:
        lower, upper = self._back
        return not lower <= value <= upper


class _Enters(_GoesIn, _Edge):
    __slots__ = ()

    def _passes(self, previous: Decimal, value: Decimal) -> bool:
        return self._is_inside(value) and not self._is_inside(previous)


class _Leaves(_GoesOut, _Edge):
    __slots__ = ()

    def _passes(self, previous: Decimal, value: Decimal) -> bool:
        return self._is_inside(previous) and not self._is_inside(value)


_OF_THRESHOLD: dict[AlertOperator, tuple[type[_OfThreshold], int]] = {
    AlertOperator.ABOVE: (_Above, -1),
    AlertOperator.AT_LEAST: (_AtLeast, -1),
    AlertOperator.BELOW: (_Below, 1),
    AlertOperator.CROSSING: (_Crosses, 0),
    AlertOperator.CROSSING_UP: (_CrossesUp, 0),
    AlertOperator.CROSSING_DOWN: (_CrossesDown, 0),
    AlertOperator.MOVING_UP: (_AtLeast, -1),
    AlertOperator.MOVING_DOWN: (_AtLeast, -1),
}
_OF_RANGE: dict[AlertOperator, tuple[type[_OfRange], int]] = {
    AlertOperator.ENTERING: (_Enters, 0),
    AlertOperator.LEAVING: (_Leaves, 0),
    AlertOperator.INSIDE: (_Inside, 1),
    AlertOperator.OUTSIDE: (_Outside, -1),
}
"""The class of each operator, and to which side of its operand the hysteresis lies: outwards of a range is 1."""


def watch_of(owner: WatchedRule, number: int, condition: Condition) -> Watch:
    """Make a condition ready to be judged; raise `ValueError` where its operator lacks an operand."""
    operator, hysteresis = condition.operator, condition.hysteresis
    if operator in _OF_RANGE:
        lower, upper = condition.operands()
        range_class, side = _OF_RANGE[operator]
        back = _times(side, hysteresis)
        bounds = (lower, upper, EXACT.subtract(lower, back), EXACT.add(upper, back))
        return range_class(owner, number, condition, *bounds)
    threshold_class, side = _OF_THRESHOLD[operator]
    (operand,) = condition.operands()
    back = _times(side, hysteresis if condition.line is None else condition.line.scaled(hysteresis))
    return threshold_class(owner, number, condition, operand, EXACT.add(operand, back))


def move(start: Decimal, value: Decimal, *, in_percent: bool) -> Decimal:
    """Return how far it is from `start` to `value`, up or down.

    In per cent it is of `start`, and 0 where that isn't positive.
    """
    way = EXACT.abs(EXACT.subtract(value, start))
    if not in_percent:
        return way
    return _PERCENT.divide(EXACT.multiply(way, _HUNDRED), start) if start > 0 else Decimal(0)


def _times(side: int, hysteresis: Decimal) -> Decimal:
    return EXACT.multiply(Decimal(side), hysteresis)
