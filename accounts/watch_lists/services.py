"""What changes watch lists: one function a use case, each in one transaction, one user's lists one change at a time."""

import msgspec
from django.db import transaction

from accounts.named_rows.errors import NamedRowConflictError
from accounts.named_rows.services import NamedRows, check_symbols
from accounts.user_lock import user_lock
from accounts.watch_lists.models import WatchList
from accounts.watch_lists.parameters import MOST_SYMBOLS, NewWatchList, WatchListChanges, unique

ALL_MARKETS = "All markets"
"""What pages call the list of all that is listed."""
WATCH_LISTS = NamedRows(
    WatchList, limit="WATCH_LISTS_PER_USER", refusal="You have {most} watch lists already; delete one first"
)


@transaction.atomic
def watch_list_create(*, user_id: int, given: NewWatchList) -> WatchList:
    """Make a list.

    Raise `WrongParametersError` for symbols that aren't listed, and `NamedRowConflictError` where the user has
    WATCH_LISTS_PER_USER, or one of that name, or for that of all markets.
    """
    user_lock(user_id)
    name = given.name.strip()
    WATCH_LISTS.check_room(user_id)
    _check_name(user_id, name)
    check_symbols("symbols", given.symbols)
    return WatchList.objects.create(user_id=user_id, name=name, symbols=unique(given.symbols))


@transaction.atomic
def watch_list_update(*, user_id: int, given: WatchListChanges) -> WatchList:
    """Change what is given of a list; what it has already is kept, though the market lists it no longer.

    Raise `NamedRowNotFoundError` for any other list than the user's, else as `watch_list_create`.
    """
    user_lock(user_id)
    row = WATCH_LISTS.found(user_id, given.id)
    if given.name is not msgspec.UNSET:
        row.name = given.name.strip()
        _check_name(user_id, row.name, but=row.pk)
    symbols = given.applied_to(tuple(row.symbols))
    check_symbols("add" if given.add else "symbols", set(symbols) - set(row.symbols))
    if len(symbols) > MOST_SYMBOLS:
        raise NamedRowConflictError(f"A watch list has at most {MOST_SYMBOLS} symbols; remove one first")
    row.symbols = symbols
    row.save()
    return row


def _check_name(user_id: int, name: str, *, but: int = 0) -> None:
    if name.casefold() == ALL_MARKETS.casefold():
        raise NamedRowConflictError(f"{ALL_MARKETS} is no list of one's own; choose another name")
    if WATCH_LISTS.called(user_id, name).exclude(pk=but).exists():
        raise NamedRowConflictError(f"You have a watch list of this name already: {name}")
