"""What a drawing is made of, and how those of a symbol change. Pure.

A drawing is anchored by times and exact prices, never by places on a screen: it lies right in every scale and interval.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from accounts.named_rows.parameters import Id, SymbolName
from streaming.commands.parameters import Parameters
from streaming.commands.values import ABOVE, MOST

MOST_DRAWINGS = 200
"""Of one symbol."""
_MOST_POINTS = 2
_YEAR_2100 = 4_102_444_800_000

DrawingId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_-]{1,36}\Z",
        extra_json_schema={"description": "1 to 36 letters, digits, _ or -, by the client's choice"},
    ),
]
DrawingIds = Annotated[tuple[DrawingId, ...], msgspec.Meta(max_length=MOST_DRAWINGS)]
_Colour = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,19}\Z")]


class DrawingKind(StrEnum):
    """What is drawn."""

    HORIZONTAL = "horizontal"
    TREND = "trend"
    RECTANGLE = "rectangle"
    FIBONACCI = "fibonacci"


_POINTS: Mapping[DrawingKind, int] = {kind: 1 if kind is DrawingKind.HORIZONTAL else 2 for kind in DrawingKind}


class DrawingPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the chart: a time in ms since the epoch, which may lie between candles or ahead, and a price."""

    time: Annotated[int, msgspec.Meta(ge=0, le=_YEAR_2100)]
    price: Annotated[Decimal, msgspec.Meta(extra={ABOVE: Decimal(0), MOST: Decimal(10**15)})]


class Drawing(Parameters, frozen=True, kw_only=True):
    """One drawing.

    A horizontal line has one point, the others have two: the ends of a line, opposite corners of a rectangle, and of a
    Fibonacci retracement where the move began (100 %) and ended (0 %). `colour` is a name of the page's; `rule` is the
    alert rule that hangs on it, which may be gone.
    """

    id: DrawingId
    kind: DrawingKind
    points: Annotated[tuple[DrawingPoint, ...], msgspec.Meta(min_length=1, max_length=_MOST_POINTS)]
    colour: _Colour = "line-1"
    rule: Id | None = None

    def wrong_together(self) -> Mapping[str, str]:
        """Return that there are too many points, or too few, or twice the same."""
        needed = _POINTS[self.kind]
        if len(self.points) != needed:
            return {"points": f"points must be {needed} for {self.kind.value}"}
        return {} if len(set(self.points)) == needed else {"points": "points must differ"}


Drawings = Annotated[tuple[Drawing, ...], msgspec.Meta(max_length=MOST_DRAWINGS)]


class DrawnSymbol(Parameters, frozen=True, kw_only=True):
    """The drawings of which symbol."""

    symbol: SymbolName


class DrawingChanges(DrawnSymbol, frozen=True, kw_only=True):
    """What changes: drawings that are added, or take the place of those of their ids, and the ids of those that go."""

    put: Drawings = ()
    remove: DrawingIds = ()

    def wrong_together(self) -> Mapping[str, str]:
        """Return that a drawing is named twice."""
        ids = [each.id for each in self.put] + list(self.remove)
        return {} if len(set(ids)) == len(ids) else {"put": "put and remove must name each drawing once"}

    def applied_to(self, drawings: Iterable[Drawing]) -> tuple[Drawing, ...]:
        """Return what becomes of drawings: each in its place, new ones at the end."""
        changed = {each.id: each for each in drawings} | {each.id: each for each in self.put}
        return tuple(each for name, each in changed.items() if name not in self.remove)
