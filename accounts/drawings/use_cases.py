"""Reading and changing one's own drawings, for commands and REST."""

from collections.abc import Mapping

import msgspec

from accounts.drawings.models import SymbolDrawings
from accounts.drawings.parameters import Drawing, DrawingChanges, DrawingKind, DrawnSymbol
from accounts.drawings.services import SYMBOL_DRAWINGS, drawings_change, drawings_delete, drawings_of
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from streaming.numbers import in_plain_notation
from streaming.times import WrittenTime, milliseconds

_THROTTLE = "THROTTLE_DRAWINGS"


class DrawnSymbolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol that one has drawn on, and how many drawings there are."""

    symbol: str
    count: int
    updated: WrittenTime


class DrawnSymbolsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All symbols that a user has drawn on, the oldest first."""

    items: tuple[DrawnSymbolAnswer, ...]
    total: int


class DrawingPointAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the chart: a time in ms since the epoch, and an exact price in plain notation."""

    time: int
    price: str


class DrawingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing as it was given, with its defaults."""

    id: str
    kind: DrawingKind
    points: tuple[DrawingPointAnswer, ...]
    colour: str
    rule: int | None


class DrawingsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The drawings of a symbol, in the order in which they were drawn."""

    symbol: str
    drawings: tuple[DrawingAnswer, ...]


def _list(caller: Caller, _: NoParameters) -> DrawnSymbolsAnswer:
    """List the symbols that one has drawn on."""
    items = tuple(
        DrawnSymbolAnswer(
            symbol=row.name, count=len(row.drawings), updated=caller.write_time(milliseconds(row.updated_at))
        )
        for row in SYMBOL_DRAWINGS.of(caller.user_id)
    )
    return DrawnSymbolsAnswer(items=items, total=len(items))


def _get(caller: Caller, given: DrawnSymbol) -> DrawingsAnswer:
    """Return one's own drawings of a symbol; none where there are none."""
    row = SYMBOL_DRAWINGS.named(caller.user_id, given.symbol) or SymbolDrawings(name=given.symbol)
    return _told(row)


def _change(caller: Caller, given: DrawingChanges) -> DrawingsAnswer:
    """Add, change and delete drawings of a symbol by their ids; return all that there are then."""
    row = drawings_change(user_id=caller.user_id, given=given)
    return _told(row)


def _delete(caller: Caller, given: DrawnSymbol) -> DrawingsAnswer:
    """Delete all of one's own drawings of a symbol."""
    drawings_delete(user_id=caller.user_id, symbol=given.symbol)
    return DrawingsAnswer(symbol=given.symbol, drawings=())


def _told(row: SymbolDrawings) -> DrawingsAnswer:
    return DrawingsAnswer(symbol=row.name, drawings=tuple(_told_drawing(each) for each in drawings_of(row)))


def _told_drawing(drawing: Drawing) -> DrawingAnswer:
    points = tuple(
        DrawingPointAnswer(time=point.time, price=in_plain_notation(point.price)) for point in drawing.points
    )
    return DrawingAnswer(id=drawing.id, kind=drawing.kind, points=points, colour=drawing.colour, rule=drawing.rule)


LIST_DRAWN_SYMBOLS = UseCase(act=_list, answer=DrawnSymbolsAnswer)
GET_DRAWINGS = UseCase(parameters=DrawnSymbol, act=_get, answer=DrawingsAnswer)
CHANGE_DRAWINGS = UseCase(
    parameters=DrawingChanges, act=_change, answer=DrawingsAnswer, changes=True, scope=Scope.ALERTS, throttle=_THROTTLE
)
DELETE_DRAWINGS = UseCase(
    parameters=DrawnSymbol,
    act=_delete,
    answer=DrawingsAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=204,
)

COMMANDS: Mapping[str, UseCase] = {
    "drawings.list": LIST_DRAWN_SYMBOLS,
    "drawings.get": GET_DRAWINGS,
    "drawings.change": CHANGE_DRAWINGS,
    "drawings.delete": DELETE_DRAWINGS,
}
