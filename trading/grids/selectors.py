"""What reads grids."""

from collections.abc import Sequence

import msgspec

from streaming.commands.access import Reader
from streaming.database.conditions import where_given
from trading.grids.errors import GridNotFoundError
from trading.grids.parameters import GridQuery
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import ENDED_GRIDS, Grid


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
    state = query.state and query.state.value
    given = where_given(symbol=query.symbol_name, account_id=query.account, state=state)
    found = Grid.objects.filter(given, account__owner_id=owner_id)
    if query.live is not None:
        found = found.exclude(state__in=ENDED_GRIDS) if query.live else found.filter(state__in=ENDED_GRIDS)
    ids = list(found.values_list("sub_account__pk", flat=True)[query.offset : query.offset + query.limit])
    loaded = sub_accounts_load(ids, lock=False)
    return GridPage(items=[loaded[one] for one in ids], total=found.count())


def grid_loaded(grid: Grid) -> LoadedSubAccount:
    """Return a grid as it stands, built from its rows."""
    sub_account_id = grid.sub_account.pk
    return sub_accounts_load([sub_account_id], lock=False)[sub_account_id]
