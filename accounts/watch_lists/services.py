"""What changes watch lists: one function a use case, each in one transaction, one user's lists one change at a time."""

from collections.abc import Iterable

import msgspec
from django.conf import settings
from django.db import transaction

from accounts.user_lock import user_lock
from accounts.watch_lists.errors import WatchListConflictError, WatchListNotFoundError
from accounts.watch_lists.models import WatchList
from accounts.watch_lists.parameters import MOST_SYMBOLS, NewWatchList, WatchListChanges, unique
from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from streaming.market.errors import MarketUnavailableError
from streaming.market.selectors import symbol_faults


@transaction.atomic
def watch_list_create(*, user_id: int, given: NewWatchList) -> WatchList:
    """Make a list.

    Raise `WrongParametersError` for symbols that aren't listed, and `WatchListConflictError` where the user has
    WATCH_LISTS_PER_USER, or one of that name.
    """
    user_lock(user_id)
    name = given.name.strip()
    if WatchList.objects.filter(user_id=user_id).count() >= settings.WATCH_LISTS_PER_USER:
        raise WatchListConflictError(f"You have {settings.WATCH_LISTS_PER_USER} watch lists already; delete one first")
    _check_name(user_id, name)
    _check_symbols("symbols", given.symbols)
    return WatchList.objects.create(user_id=user_id, name=name, symbols=unique(given.symbols))


@transaction.atomic
def watch_list_update(*, user_id: int, given: WatchListChanges) -> WatchList:
    """Change what is given of a list; what it has already is kept, though the market lists it no longer.

    Raise `WatchListNotFoundError` for any other list than the user's, else as `watch_list_create`.
    """
    user_lock(user_id)
    row = _found(user_id, given.id)
    if given.name is not msgspec.UNSET:
        row.name = given.name.strip()
        _check_name(user_id, row.name, but=row.pk)
    symbols = given.applied_to(tuple(row.symbols))
    _check_symbols("add" if given.add else "symbols", set(symbols) - set(row.symbols))
    if len(symbols) > MOST_SYMBOLS:
        raise WatchListConflictError(f"A watch list has at most {MOST_SYMBOLS} symbols; remove one first")
    row.symbols = symbols
    row.save()
    return row


@transaction.atomic
def watch_list_delete(*, user_id: int, list_id: int) -> WatchList:
    """Delete a list, and return how it was; raise `WatchListNotFoundError` for any other than the user's."""
    user_lock(user_id)
    row = _found(user_id, list_id)
    WatchList.objects.filter(pk=row.pk).delete()
    return row


def _found(user_id: int, list_id: int) -> WatchList:
    row = WatchList.objects.filter(user_id=user_id, pk=list_id).first()
    if row is None:
        raise WatchListNotFoundError
    return row


def _check_name(user_id: int, name: str, *, but: int = 0) -> None:
    if WatchList.objects.filter(user_id=user_id, name__iexact=name).exclude(pk=but).exists():
        raise WatchListConflictError(f"You have a watch list of this name already: {name}")


def _check_symbols(parameter: str, symbols: Iterable[str]) -> None:
    try:
        faults = symbol_faults(symbols)
    except MarketUnavailableError as error:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, error.message) from error
    if faults:
        raise WrongParametersError({parameter: "; ".join(faults.values())})
