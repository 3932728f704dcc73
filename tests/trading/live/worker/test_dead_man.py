"""The dead man's switch: orders of a hand are cancelled once, when the time that was given has passed."""

import json
from datetime import datetime, timedelta

import pytest

from streaming.events import Side
from streaming.times import milliseconds
from streaming.workers.fencing import Fence, LeaseLostError
from tests.trading.live.rows import NOW, account_of, hand_of, load, store
from tests.trading.market import symbol_listed
from trading.audit.services import Actor
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.live.worker.dead_man import overdue_orders_cancel
from trading.models import ActorSource, AuditEntry, Order, SubAccount, TradingAccount
from trading.orders.parameters import CancelAllAfter
from trading.orders.services import orders_cancel_all_after

pytestmark = pytest.mark.django_db

_DUE = NOW + timedelta(seconds=60)


def _ordered(hand: SubAccount, *names: str) -> None:
    """Let a hand have resting orders."""
    loaded = load(hand)
    for name in names:
        request = OrderRequest(client_order_id=name, side=Side.BUY, type=OrderType.LIMIT, price=9_000, quantity=100)
        loaded.engine.place("BTCUSDT", request, market=10_000, time=milliseconds(NOW))
    store(loaded)


def _armed(account: TradingAccount, at: datetime | None = _DUE) -> None:
    TradingAccount.objects.filter(pk=account.pk).update(cancel_all_at=at)


def _open_orders() -> set[str]:
    return set(Order.objects.filter(ended_at=None).values_list("client_order_id", flat=True))


@pytest.fixture
def hand() -> SubAccount:
    symbol_listed()
    hand = hand_of(account_of())
    _ordered(hand, "a", "b")
    return hand


def test_it_cancels_all_once_when_the_time_has_come(hand: SubAccount) -> None:
    other = hand_of(account_of("Eve"))
    _ordered(other, "c")
    _armed(hand.account)
    assert overdue_orders_cancel(fence=None, now=_DUE - timedelta(milliseconds=1)) == 0
    assert _open_orders() == {"a", "b", "c"}
    assert overdue_orders_cancel(fence=None, now=_DUE) == 2
    assert _open_orders() == {"c"}
    reasons = Order.objects.exclude(ended_at=None).values_list("refusal_code", "refusal_message")
    assert set(reasons) == {("CANCELLED", "cancel_all_after")}
    _ordered(hand, "d")
    assert overdue_orders_cancel(fence=None, now=_DUE + timedelta(hours=1)) == 0
    assert _open_orders() == {"c", "d"}


def test_it_is_in_the_audit_as_the_workers_doing(hand: SubAccount) -> None:
    _armed(hand.account)
    overdue_orders_cancel(fence=None, now=_DUE)
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.source, entry.actor_id) == ("order.cancel_all_after", "worker", None)
    assert (entry.account, entry.owner_id) == (hand.account.pk, hand.account.owner_id)
    ids = Order.objects.values_list("pk", flat=True)
    before, after = json.loads(entry.before), json.loads(entry.after)
    assert before["orders"] == dict.fromkeys(ids, "accepted")
    assert after == {"cancel_all_at": None, "orders": dict.fromkeys(ids, "cancelled")}
    assert datetime.fromisoformat(before["cancel_all_at"]) == _DUE


def test_it_is_in_the_audit_where_no_order_was_open(hand: SubAccount) -> None:
    idle = account_of("Eve")
    _armed(idle)
    assert overdue_orders_cancel(fence=None, now=_DUE) == 0
    assert list(AuditEntry.objects.values_list("account", flat=True)) == [idle.pk]
    assert overdue_orders_cancel(fence=None, now=_DUE) == 0
    assert AuditEntry.objects.count() == 1


def test_who_puts_it_off_keeps_the_orders(hand: SubAccount) -> None:
    _armed(hand.account)
    _armed(hand.account, _DUE + timedelta(seconds=60))
    assert overdue_orders_cancel(fence=None, now=_DUE) == 0
    _armed(hand.account, None)
    assert overdue_orders_cancel(fence=None, now=_DUE + timedelta(days=1)) == 0
    assert _open_orders() == {"a", "b"}


def test_its_time_begins_again_where_the_clock_has_gone_back(hand: SubAccount) -> None:
    _asked_for(hand.account, NOW)
    back = NOW - timedelta(hours=1)
    assert overdue_orders_cancel(fence=None, now=back) == 0
    assert overdue_orders_cancel(fence=None, now=back + timedelta(seconds=59)) == 0
    assert _open_orders() == {"a", "b"}
    assert overdue_orders_cancel(fence=None, now=back + timedelta(seconds=60)) == 2
    assert not _open_orders()


def test_who_asks_again_after_the_clock_has_gone_back_keeps_the_orders(hand: SubAccount) -> None:
    _asked_for(hand.account, NOW)
    back = NOW - timedelta(hours=1)
    overdue_orders_cancel(fence=None, now=back)
    _asked_for(hand.account, back + timedelta(seconds=20))
    assert overdue_orders_cancel(fence=None, now=back + timedelta(seconds=79)) == 0
    assert overdue_orders_cancel(fence=None, now=back + timedelta(seconds=80)) == 2


def test_a_gateway_whose_clock_is_a_little_ahead_is_taken_at_its_word(hand: SubAccount) -> None:
    _asked_for(hand.account, NOW)
    assert overdue_orders_cancel(fence=None, now=NOW - timedelta(seconds=1)) == 0
    assert TradingAccount.objects.get().cancel_all_at == _DUE


def _asked_for(account: TradingAccount, now: datetime) -> None:
    actor = Actor(user_id=account.owner_id, name="Ada", source=ActorSource.REST)
    orders_cancel_all_after(actor=actor, owner_id=account.owner_id, given=CancelAllAfter(seconds=60), now=now)


def test_a_worker_that_another_has_superseded_cancels_nothing(hand: SubAccount) -> None:
    _armed(hand.account)
    with pytest.raises(LeaseLostError):
        overdue_orders_cancel(fence=Fence(name="trading", holder="former", token=1), now=_DUE)
    assert _open_orders() == {"a", "b"}
    assert not AuditEntry.objects.exists()
    assert TradingAccount.objects.get().cancel_all_at == _DUE
