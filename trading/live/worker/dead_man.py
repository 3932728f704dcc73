"""The dead man's switch: whoever asked for it, and hasn't put it off in time, gets the orders of their hand cancelled.

A worker that was away does it when it is back: until then nothing is executed, either. Where the clock has gone back
since it was asked for, its time begins again: how much of it had passed isn't known, and who is there asks again in it.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from streaming.database.errors import AnyDatabaseError
from streaming.workers.fencing import Fence, LeaseLostError, lease_hold
from trading.audit.services import Actor, audit_append
from trading.engine.orders.refusal import CancelReason
from trading.models import BY_HAND, OPEN_ORDERS, ActorSource, Order, TradingAccount
from trading.orders.services import hand_orders_cancelled

ACTION = "order.cancel_all_after"
_ACTOR = Actor(user_id=None, name="dead man's switch", source=ActorSource.WORKER)
_REASON = "the time given to order.cancel_all_after has passed"
_MOST = 100
"""So many accounts are looked after at a time."""
_SKEW = timedelta(seconds=1)
"""The clock of a gateway may be so far ahead of ours."""

logger = structlog.get_logger(__name__)


def overdue_orders_cancel(*, fence: Fence | None, now: datetime) -> int:
    """Cancel the orders of accounts whose time has passed, each account in a transaction of its own.

    Return how many orders were cancelled. Those of grids and strategies stay: who runs one wants it to go on alone.
    Raise `LeaseLostError` where another worker has the lease.
    """
    overdue = TradingAccount.objects.filter(_to_be_looked_after(now)).order_by("cancel_all_at")
    return sum(_cancelled(account, fence, now) for account in overdue[:_MOST])


def _to_be_looked_after(now: datetime) -> Q:
    """Return the switches whose time has passed, and those that were asked for later than now."""
    return Q(cancel_all_at__isnull=False) & (Q(cancel_all_at__lte=now) | Q(cancel_all_asked_at__gt=now + _SKEW))


def _cancelled(account: TradingAccount, fence: Fence | None, now: datetime) -> int:
    """Cancel for one; where that fails by a fault of its own, others get theirs cancelled all the same."""
    try:
        return _cancel(account, fence, now)
    except (LeaseLostError, AnyDatabaseError):
        raise
    except Exception:
        logger.exception("orders could not be cancelled by the dead man's switch", account=account.pk)
        return 0


@transaction.atomic
def _cancel(account: TradingAccount, fence: Fence | None, now: datetime) -> int:
    """Take the switch back, and cancel; nothing where the user has put it off at this moment."""
    rows = TradingAccount.objects.select_for_update(no_key=True)
    due = rows.filter(_to_be_looked_after(now), pk=account.pk).first()
    if due is None or due.cancel_all_at is None:
        return 0
    if due.cancel_all_at > now:
        _begin_again(due, now)
        lease_hold(fence)
        return 0
    given, due.cancel_all_at = due.cancel_all_at, None
    due.save(update_fields=["cancel_all_at"])
    orders = Order.objects.filter(BY_HAND, account=account, state__in=OPEN_ORDERS)
    cancelled = hand_orders_cancelled(orders=orders, by=CancelReason.CANCEL_ALL_AFTER, now=now)
    before = {order: state for one in cancelled for order, state in one.before.items()}
    after = {order: state for one in cancelled for order, state in one.after.items()}
    audit_append(
        actor=_ACTOR,
        action=ACTION,
        account=due,
        reason=_REASON,
        before={"cancel_all_at": given, "orders": before},
        after={"cancel_all_at": None, "orders": after},
        now=now,
    )
    lease_hold(fence)
    return len(after)


def _begin_again(account: TradingAccount, now: datetime) -> None:
    """Let the time that was given begin now: by the clock that has gone back it would end as much later."""
    assert account.cancel_all_at is not None  # noqa: S101 - the caller has looked
    assert account.cancel_all_asked_at is not None  # noqa: S101 - it is later than now
    account.cancel_all_at = now + (account.cancel_all_at - account.cancel_all_asked_at)
    account.cancel_all_asked_at = now
    account.save(update_fields=["cancel_all_at", "cancel_all_asked_at"])
