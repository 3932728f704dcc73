"""What changes orders for their users: one function a use case, each in one transaction.

Placing accepts and executes nothing: the trading worker, woken after the commit, takes from the book what can be.
Cancelling is certain: the worker notices that its copy is another version before it stores a fill.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from streaming.database.conditions import where_given
from streaming.times import milliseconds
from trading.accounts.services import account_for
from trading.audit.services import Actor, audit_append
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import CancelReason
from trading.kill_switch.barrier import pass_to_order
from trading.live.changing import sub_accounts_changed
from trading.live.markets import TradedMarket
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import BY_HAND, OPEN_ORDERS, Order, TradingAccount
from trading.orders.checks import OrderChecks
from trading.orders.errors import OrderConflictError, OrderNotFoundError
from trading.orders.parameters import CancelAllAfter, NewOrder, OrdersCancelled
from trading.orders.requests import order_request
from trading.risk.gates import Gates


@transaction.atomic(savepoint=False)
def order_place(*, actor: Actor, owner_id: int, given: NewOrder, market: TradedMarket, now: datetime) -> Order:
    """Accept an order, which the worker executes.

    Raise `WrongParametersError`, which names what the exchange's filters refuse, and `CommandRefusedError`: NOT_FOUND
    for another's account, KILL_SWITCH_ACTIVE, or CONFLICT for what funds, limits or the market don't allow now.
    """
    request = order_request(given, market.instrument)
    pass_to_order()
    account = account_for(owner_id=owner_id, account_id=given.account, now=now)
    market.check_drives(account)
    if given.client_order_id is not None:
        _check_name(account, request)
    checks = OrderChecks(account, market, request, lock=True, now=now)
    checks.risk()
    checks.funds()
    number = checks.exchange(given).number
    loaded = checks.loaded
    sub_accounts_changed([loaded], now=now)
    order = _stored(loaded, number=number)
    audit_append(actor=actor, action="order.place", account=account, target=order.pk, after=_described(order), now=now)
    return order


def _check_name(account: TradingAccount, request: OrderRequest) -> None:
    if Order.objects.filter(account=account, client_order_id=request.client_order_id).exists():
        raise OrderConflictError(f"The client_order_id {request.client_order_id} was used before", "DUPLICATE")


@transaction.atomic(savepoint=False)
def order_cancel(*, actor: Actor, order: Order, now: datetime) -> Order:
    """Cancel an order; raise `OrderConflictError` for one that isn't open.

    One of a grid is placed anew by the grid where that still wants it.
    """
    loaded = _loaded([order.sub_account_id], now)[0]
    found = Order.objects.filter(pk=order.pk).first()
    if found is None:
        raise OrderNotFoundError
    if found.state not in OPEN_ORDERS:
        raise OrderConflictError(f"The order is not open; it is {found.state}")
    _cancel(loaded, [found], now)
    sub_accounts_changed([loaded], now=now)
    cancelled = _stored(loaded, number=found.number)
    audit_append(
        actor=actor,
        action="order.cancel",
        account=cancelled.account,
        target=order.pk,
        before=_described(found),
        after=_described(cancelled),
        now=now,
    )
    return cancelled


@transaction.atomic
def orders_cancel_all(*, actor: Actor, owner_id: int, given: OrdersCancelled, now: datetime) -> int:
    """Cancel a user's open orders, those of grids aside; return how many. Raise NOT_FOUND for another's account."""
    if given.account is not None:
        account_for(owner_id=owner_id, account_id=given.account, now=now)
    open_orders = _open_by_hand(owner_id=owner_id, account_id=given.account, symbol=given.symbol_name)
    return hand_orders_cancel(
        actor=actor, orders=open_orders, action="order.cancel_all", by=CancelReason.CANCEL_ALL, now=now
    )


@transaction.atomic
def hand_orders_cancel(
    *, actor: Actor, orders: QuerySet[Order], action: str, by: CancelReason, now: datetime, reason: str = ""
) -> int:
    """Cancel orders as `hand_orders_cancelled` does, audited by account as an `action` for a `reason`; return how many.

    An account of which no order was open has no row.
    """
    cancelled = hand_orders_cancelled(orders=orders, by=by, now=now)
    for one in cancelled:
        before, after = {"orders": one.before}, {"orders": one.after}
        audit_append(
            actor=actor, action=action, account=one.account, reason=reason, before=before, after=after, now=now
        )
    return sum(len(one.after) for one in cancelled)


class CancelledOrders(msgspec.Struct, frozen=True, kw_only=True):
    """Orders of an account that were cancelled: their states by id, before and after."""

    account: TradingAccount
    before: dict[str, str]
    after: dict[str, str]


@transaction.atomic
def hand_orders_cancelled(*, orders: QuerySet[Order], by: CancelReason, now: datetime) -> Sequence[CancelledOrders]:
    """Cancel those of the orders that are still open once their sub-accounts are locked; return them by account.

    Each tells `by` what it was cancelled.
    """
    loaded = {one.row.pk: one for one in _loaded(sorted(set(orders.values_list("sub_account_id", flat=True))), now)}
    found = list(orders.filter(sub_account_id__in=loaded))
    after: dict[str, str] = {}
    for sub_account_id, one in loaded.items():
        after |= _cancel(one, [order for order in found if order.sub_account_id == sub_account_id], now, by=by)
    sub_accounts_changed(loaded.values(), now=now)
    accounts = {one.account.pk: one.account for one in loaded.values()}
    before = {pk: {order.pk: order.state for order in found if order.account_id == pk} for pk in accounts}
    return [
        CancelledOrders(account=accounts[pk], before=states, after={order: after[order] for order in states})
        for pk, states in before.items()
        if states
    ]


@transaction.atomic
def orders_cancel_all_after(*, actor: Actor, owner_id: int, given: CancelAllAfter, now: datetime) -> datetime | None:
    """Arm an account's dead man's switch, or disarm it by 0 s; return when it cancels all open orders (None: never).

    The trading worker does it then. Raise NOT_FOUND for another's account.
    """
    account = account_for(owner_id=owner_id, account_id=given.account, now=now)
    before = account.cancel_all_at
    account.cancel_all_at = now + timedelta(seconds=given.seconds) if given.seconds else None
    account.cancel_all_asked_at = now
    account.save(update_fields=["cancel_all_at", "cancel_all_asked_at"])
    if (before is None) != (account.cancel_all_at is None):  # who asks each second would fill the audit
        audit_append(
            actor=actor,
            action="order.cancel_all_after",
            account=account,
            before={"cancel_all_at": before},
            after={"cancel_all_at": account.cancel_all_at},
            now=now,
        )
    return account.cancel_all_at


def _open_by_hand(*, owner_id: int, account_id: str | None, symbol: str | None) -> QuerySet[Order]:
    given = where_given(account_id=account_id, symbol=symbol)
    return Order.objects.filter(BY_HAND, given, account__owner_id=owner_id, state__in=OPEN_ORDERS)


def _loaded(ids: Sequence[int], now: datetime) -> Sequence[LoadedSubAccount]:
    """Load sub-accounts to cancel orders of theirs: a grid that places some in their stead is asked for its gate."""
    gates = Gates(now)
    loaded = list(sub_accounts_load(ids, lock=True, gate_of=gates.gate_of, with_deliveries=False).values())
    if driven := [one for one in loaded if one.driver is not None]:
        gates.read(driven)
    return loaded


def _stored(loaded: LoadedSubAccount, *, number: int) -> Order:
    """Return an order as it is stored by now."""
    order = Order.objects.get(sub_account=loaded.row, number=number)
    order.account, order.sub_account = loaded.account, loaded.row
    return order


def _cancel(loaded: LoadedSubAccount, orders: Iterable[Order], now: datetime, *, by: str = "") -> dict[str, str]:
    """Cancel in memory; by its grid, where it has one, which notes what is then missing. Return the states by id."""
    cancel = loaded.engine.cancel if loaded.driver is None else loaded.driver.cancel
    time = milliseconds(now)
    return {order.pk: cancel(order.client_order_id, time=time, reason=by).state.value for order in orders}


def _described(order: Order) -> dict[str, object]:
    """Return what the audit says of an order."""
    names = ("symbol", "side", "type", "time_in_force", "quantity", "quote_amount", "price", "stop_price", "state")
    return {name: getattr(order, name) for name in (*names, "client_order_id", "filled")}
