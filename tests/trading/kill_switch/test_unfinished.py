"""A kill switch whose level was set, and nothing else done: the worker does what is left, once."""

import json
from datetime import timedelta

import pytest

from streaming.events import Side
from streaming.times import milliseconds
from streaming.workers.fencing import Fence, LeaseLostError
from tests.trading.live.rows import NOW, account_of, hand_of
from tests.trading.live.worked_market import order_place
from tests.trading.market import symbol_listed
from trading.audit.services import Actor
from trading.engine.risk.levels import TradingLevel
from trading.events import KillSwitch as ToldKillSwitch
from trading.events import KillSwitchScope
from trading.kill_switch.services import SwitchTarget, switch_activated, switch_set
from trading.kill_switch.unfinished import UnfinishedSwitch, switch_finish, switches_unfinished
from trading.live.events.outbox import OUTBOX
from trading.models import ActorSource, AuditEntry, KillSwitch, Order, SubAccount

pytestmark = pytest.mark.django_db

_LATER = NOW + timedelta(seconds=10)


@pytest.fixture
def hand() -> SubAccount:
    """Have an order resting."""
    symbol_listed()
    hand = hand_of(account_of())
    order_place(hand, "rests", Side.BUY, 900, milliseconds(NOW))
    return hand


def test_it_is_finished_in_the_stead_of_who_threw_it_and_once(hand: SubAccount) -> None:
    number = _set(hand, TradingLevel.HALTED)
    assert not switches_unfinished(now=NOW + timedelta(seconds=1)), "whoever threw it may be at it"
    [left] = switches_unfinished(now=_LATER)
    assert (left.number, left.actor, left.level, left.reason, left.closes) == (
        number,
        _actor(hand),
        TradingLevel.HALTED,
        "too wild",
        False,
    )
    assert _finish(left)
    order = Order.objects.get()
    assert (order.state, order.refusal_message) == ("cancelled", "kill_switch")
    assert [(one.event, one.by, one.affected.orders_cancelled) for one in _told()] == [("activated", "Ada", 1)]
    affected = AuditEntry.objects.get(action="system.kill_switch.affected")
    assert (affected.actor, affected.address, json.loads(affected.after)["orders_cancelled"]) == ("Ada", "192.0.2.7", 1)
    assert not switches_unfinished(now=_LATER)
    assert not _finish(left)
    assert len(_told()) == 1


def test_who_threw_it_and_is_there_leaves_nothing(hand: SubAccount) -> None:
    unfinished = _set(hand, TradingLevel.HALTED)
    switch_activated(
        actor=_actor(hand),
        target=_target(hand),
        level=TradingLevel.HALTED,
        reason="too wild",
        markets=None,
        unfinished=unfinished,
        now=NOW,
    )
    assert not switches_unfinished(now=_LATER)


def test_whoever_frees_it_first_leaves_nothing_to_be_stopped(hand: SubAccount) -> None:
    _set(hand, TradingLevel.HALTED)
    _set(hand, TradingLevel.ACTIVE)
    [left] = switches_unfinished(now=_LATER)
    assert _finish(left)
    assert Order.objects.get().state == "accepted"
    assert [(one.event, one.reason) for one in _told()] == [("deactivated", "too wild")]


def test_it_is_not_waited_for_a_clock_that_has_gone_back(hand: SubAccount) -> None:
    number = _set(hand, TradingLevel.HALTED)
    assert [one.number for one in switches_unfinished(now=NOW - timedelta(hours=1))] == [number]


def test_a_worker_that_another_has_superseded_finishes_nothing(hand: SubAccount) -> None:
    _set(hand, TradingLevel.HALTED)
    [left] = switches_unfinished(now=_LATER)
    with pytest.raises(LeaseLostError):
        switch_finish(left, markets=None, fence=Fence(name="trading", holder="former", token=1), now=_LATER)
    assert Order.objects.get().state == "accepted"
    assert KillSwitch.objects.get().unfinished == left.number


def _set(hand: SubAccount, level: TradingLevel) -> int:
    """Let the hand's owner throw their own, and be gone before anything is stopped."""
    return switch_set(actor=_actor(hand), target=_target(hand), level=level, reason="too wild", may_free=False, now=NOW)


def _finish(left: UnfinishedSwitch) -> bool:
    return switch_finish(left, markets=None, fence=None, now=_LATER)


def _actor(hand: SubAccount) -> Actor:
    return Actor(user_id=hand.account.owner_id, name="Ada", source=ActorSource.REST, address="192.0.2.7")


def _target(hand: SubAccount) -> SwitchTarget:
    return SwitchTarget(scope=KillSwitchScope.USER, owner_id=hand.account.owner_id)


def _told() -> list[ToldKillSwitch]:
    return [row.told.event for row in OUTBOX.read(100) if isinstance(row.told.event, ToldKillSwitch)]
