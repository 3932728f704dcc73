"""What reads grids."""

from collections.abc import Sequence

import msgspec
from django.db.models import QuerySet

from streaming.commands.access import Reader
from streaming.database.conditions import where_given
from trading.accounts.newest_rows import account_ids, counted, newest_ids
from trading.grids.errors import GridNotFoundError
from trading.grids.parameters import GridQuery
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import ENDED_GRIDS, Grid, SubAccount


class GridPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the grids that were found, built from their rows, and how many there are in all."""

    items: Sequence[LoadedSubAccount]
    total: int


def grid_reached(*, reader: Reader, grid_id: str) -> Grid:
    """Return the grid; raise `GridNotFoundError` where there is none for that reader."""
    rows = Grid.objects.select_related("account", "sub_account")
    row = (rows if reader.reaches_all else rows.filter(account__owner_id=reader.user_id)).filter(pk=grid_id).first()
    if row is None:
        raise GridNotFoundError
    return row


def grids_page(*, owner_id: int, query: GridQuery) -> GridPage:
    """Return a user's grids that fit, newest first."""
    accounts = account_ids(owner_id=owner_id, account_id=query.account)
    offset, limit, found = query.offset, query.limit, _found(query)
    ids = newest_ids(found, accounts, by="created_at", offset=offset, limit=limit)
    sub_accounts = dict(SubAccount.objects.filter(grid__in=ids).values_list("grid_id", "pk"))
    own = [sub_accounts[pk] for pk in ids if pk in sub_accounts]
    loaded = sub_accounts_load(own, lock=False)
    total = counted(found, accounts, offset=offset, limit=limit, found=len(ids))
    return GridPage(items=[loaded[one] for one in own], total=total)


def grid_loaded(grid: Grid) -> LoadedSubAccount:
    """Return a grid as it stands, built from its rows."""
    sub_account_id = grid.sub_account.pk
    return sub_accounts_load([sub_account_id], lock=False)[sub_account_id]


def _found(query: GridQuery) -> QuerySet[Grid]:
    found = Grid.objects.filter(where_given(symbol=query.symbol_name, state=query.state and query.state.value))
    if query.live is None:
        return found
    return found.exclude(state__in=ENDED_GRIDS) if query.live else found.filter(state__in=ENDED_GRIDS)
