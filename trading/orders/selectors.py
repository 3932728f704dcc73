"""What reads orders."""

from collections.abc import Sequence

import msgspec
from django.db.models import Q, QuerySet

from streaming.commands.access import Reader
from streaming.database.conditions import where_given
from trading.accounts.newest_rows import account_ids, counted, newest_ids
from trading.events import OrderStatus
from trading.live.events.order_events import STATUS_OF
from trading.models import OPEN_ORDERS, Order
from trading.orders.errors import OrderNotFoundError
from trading.orders.parameters import OrderName, OrderQuery

_STATES_OF = {
    status: tuple(state.value for state, told in STATUS_OF.items() if told is status) for status in OrderStatus
}


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the orders that were found, and how many there are in all."""

    items: Sequence[Order]
    total: int


def order_reached(*, reader: Reader, given: OrderName) -> Order:
    """Return the order; raise `OrderNotFoundError` where there is none for that reader."""
    rows = Order.objects.select_related("account", "sub_account")
    found = rows if reader.reaches_all else rows.filter(account__owner_id=reader.user_id)
    if given.id is not None:
        found = found.filter(pk=given.id)
    else:
        account = {"account_id": given.account} if given.account else {"account__is_default": True}
        found = found.filter(account__owner_id=reader.user_id, client_order_id=given.client_order_id, **account)
    row = found.first()
    if row is None:
        raise OrderNotFoundError
    return row


def orders_page(*, owner_id: int, query: OrderQuery) -> OrderPage:
    """Return a user's orders that fit, newest first."""
    accounts = account_ids(owner_id=owner_id, account_id=query.account)
    offset, limit, fitting = query.offset, query.limit, _fitting(query)
    ids = newest_ids(fitting, accounts, by="placed_at", offset=offset, limit=limit)
    rows = Order.objects.select_related("account", "sub_account").in_bulk(ids)
    total = counted(fitting, accounts, offset=offset, limit=limit, found=len(ids))
    return OrderPage(items=[rows[pk] for pk in ids if pk in rows], total=total)


def _fitting(query: OrderQuery) -> QuerySet[Order]:
    given = where_given(
        symbol=query.symbol_name,
        client_order_id=query.client_order_id,
        state__in=None if query.status is None else _STATES_OF[query.status],
    )
    found = Order.objects.filter(given)
    if query.instance is not None:
        of_instance = Q(sub_account__grid_id=query.instance) | Q(sub_account__strategy_id=query.instance)
        found = found.filter(of_instance)
    if query.open is None:
        return found
    return found.filter(state__in=OPEN_ORDERS) if query.open else found.exclude(state__in=OPEN_ORDERS)
