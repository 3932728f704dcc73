"""Beginning anew with an account."""

from datetime import datetime

from django.db import transaction

from trading.accounts.services import account_begin_anew, account_for, check_can_reset
from trading.audit.services import Actor, audit_append
from trading.engine.orders.refusal import CancelReason
from trading.live.changing import hands_changed
from trading.live.portfolios.portfolios import peak_forget
from trading.models import BY_HAND, OF_HAND, OPEN_ORDERS, Order, SubAccount, TradingAccount
from trading.orders.services import hand_orders_cancel


@transaction.atomic
def account_reset(*, actor: Actor, account: TradingAccount, now: datetime) -> None:
    """Cancel the open orders of a demo account, and give it what a new one holds; gains are forgotten, orders stay.

    Raise `AccountConflictError` for one that is no demo account, or has grids or strategies that haven't stopped.
    """
    account = account_for(owner_id=account.owner_id, account_id=account.pk, now=now)
    check_can_reset(account)
    orders = Order.objects.filter(BY_HAND, account=account, state__in=OPEN_ORDERS)
    by, before = CancelReason.ACCOUNT_RESET, _described(account)
    cancelled = hand_orders_cancel(
        actor=actor, orders=orders, action="order.cancel_all", by=by, now=now, reason="reset"
    )
    account_begin_anew(account=account, now=now)
    hands_changed(account, now=now)
    peak_forget(user_id=account.owner_id)
    audit_append(
        actor=actor,
        action="account.reset",
        account=account,
        target=account.pk,
        before=before,
        after={**_described(account), "orders_cancelled": cancelled},
        now=now,
    )


def _described(account: TradingAccount) -> dict[str, object]:
    """Return what the audit says of an account: its resets, and its hands, which are locked, by their quote assets."""
    hands = SubAccount.objects.select_for_update().filter(OF_HAND, account=account).prefetch_related("balances")
    return {"resets": account.resets, "hands": {hand.quote: _hand(hand) for hand in hands}}


def _hand(hand: SubAccount) -> dict[str, object]:
    money = {name: getattr(hand, name) for name in ("deposited", "realised", "fees")}
    balances = {row.asset: {"free": row.free, "locked": row.locked} for row in hand.balances.all()}
    return {**money, "balances": balances}
