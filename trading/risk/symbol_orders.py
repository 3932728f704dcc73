"""How many orders of a symbol count for an account, as the exchange's MAX_NUM_ORDERS counts them.

All that are open count, whoever placed them; and a grid counts with as many as it has gaps, whether they rest or not:
what it has begun with it can always place again. Both a sub-account in memory and its rows count so.
"""

from collections import Counter
from collections.abc import Collection

from django.db.models import Count

from trading.engine.grid.state import GridState
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import OF_ACTIVE_INSTANCES, OF_HAND, OPEN_ORDERS, Grid, Order, SubAccount

_PLACES_NO_MORE = tuple(state.value for state in GridState if state.is_stopping or state.is_over)
"""The states of grids whose open orders alone count."""


def orders_kept(loaded: LoadedSubAccount, symbol: str) -> int:
    """Return how many orders of a symbol a sub-account may have open in any case: those of a grid's gaps."""
    driver = loaded.grid
    if driver is None or loaded.instance_symbol != symbol or driver.state.value in _PLACES_NO_MORE:
        return 0
    return driver.parameters.grid_count


def orders_counted(loaded: LoadedSubAccount, symbol: str) -> int:
    """Return how many orders of a symbol a sub-account counts with."""
    return max(loaded.engine.open_count(symbol), orders_kept(loaded, symbol))


def orders_counted_of_rows(account_id: str, symbol: str, *, unasked: Collection[int] = ()) -> int:
    """Return how many orders of a symbol an account counts with by its rows; sub-accounts are left out `unasked`."""
    trading = SubAccount.objects.filter(OF_HAND | OF_ACTIVE_INSTANCES, account_id=account_id).exclude(pk__in=unasked)
    open_orders = Order.objects.filter(sub_account__in=trading, symbol=symbol, state__in=OPEN_ORDERS).order_by()
    counted = Counter(dict(open_orders.values_list("sub_account").annotate(Count("pk"))))
    grids = Grid.objects.filter(sub_account__in=trading, symbol=symbol).exclude(state__in=_PLACES_NO_MORE)
    for sub_account_id, gaps in grids.order_by().values_list("sub_account", "parameters__grid_count"):
        counted[sub_account_id] = max(counted[sub_account_id], int(gaps))
    return counted.total()
