"""What changes drawings: one function for every interface, in one transaction, one user's rows one change at a time."""

import msgspec
from django.db import transaction

from accounts.drawings.models import SymbolDrawings
from accounts.drawings.parameters import MOST_DRAWINGS, Drawing, DrawingChanges
from accounts.named_rows.errors import NamedRowConflictError
from accounts.named_rows.services import NamedRows, check_symbols
from accounts.user_lock import user_lock

SYMBOL_DRAWINGS = NamedRows(
    SymbolDrawings,
    limit="DRAWN_SYMBOLS_PER_USER",
    refusal="You have drawings on {most} symbols already; delete all of one symbol first",
)


@transaction.atomic
def drawings_change(*, user_id: int, given: DrawingChanges) -> SymbolDrawings:
    """Change the drawings of a symbol; what is drawn at the same time elsewhere stays. Return the row as it is then.

    Raise `WrongParametersError` for a symbol that the market doesn't list, unless the user has drawn on it before, and
    `NamedRowConflictError` where there would be more than `MOST_DRAWINGS` of it, or more than DRAWN_SYMBOLS_PER_USER
    symbols. A symbol without drawings has no row.
    """
    user_lock(user_id)
    known = SYMBOL_DRAWINGS.named(user_id, given.symbol)
    row = known or SymbolDrawings(user_id=user_id, name=given.symbol)
    drawings = given.applied_to(drawings_of(row))
    if len(drawings) > MOST_DRAWINGS:
        raise NamedRowConflictError(f"A symbol has at most {MOST_DRAWINGS} drawings; delete one first")
    if known is None and drawings:
        check_symbols("symbol", [given.symbol])
        SYMBOL_DRAWINGS.check_room(user_id)
    row.drawings = msgspec.to_builtins(drawings)
    if drawings:
        row.save()
    elif known is not None:
        SYMBOL_DRAWINGS.of(user_id).filter(pk=known.pk).delete()
    return row


@transaction.atomic
def drawings_delete(*, user_id: int, symbol: str) -> None:
    """Delete all that a user has drawn on a symbol; nothing happens where there is nothing."""
    user_lock(user_id)
    SYMBOL_DRAWINGS.called(user_id, symbol).delete()


def drawings_of(row: SymbolDrawings) -> tuple[Drawing, ...]:
    """Return what is drawn."""
    return msgspec.convert(row.drawings or [], tuple[Drawing, ...])
