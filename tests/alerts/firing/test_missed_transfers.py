"""An evaluator that comes after a while without one: what was stored of wallets meanwhile fires once, and late."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from alerts.firing.worker import AlertsWorker
from alerts.models import AlertEvent, AlertRule
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.times import milliseconds
from streaming.topics.topic import Topic
from tests.alerts.deliveries.notifying import stop
from tests.waiting import until
from tests.wallets.rows import balance_of, chain_named, movement_of, transaction_of, user_named, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.events.event_rows import known_assets, movement_event
from wallets.models import Chain, Wallet

_HOUR = timedelta(hours=1)
_WALLET = address(1)


def _rule(owner: User, field: str, threshold: int, *, saved: datetime, operator: str = "at_least") -> AlertRule:
    condition = {"source": "wallet", "field": field, "chain": "ethereum", "address": _WALLET, "operator": operator,
                 "threshold": str(threshold)}  # fmt: skip
    columns = {"source": "wallet", "operator": operator, "threshold": threshold, "trigger": "every_time"}
    rule = AlertRule.objects.create(owner=owner, name=field, conditions=[condition], **columns)
    AlertRule.objects.filter(pk=rule.pk).update(updated_at=saved)
    return rule


def _moved(chain: Chain, number: int, ether: int, time: datetime, **changes: Any) -> None:
    movement_of(chain, 1, ether * 10**18, transaction_hash=hash_of(number), time=time, **changes)


@sync_to_async
def _store(now: datetime) -> None:
    """Store a wallet of two users, their rules, and what happened before, between and after all of these."""
    chain, ada, bob = chain_named(), user_named("ada"), user_named("bob")
    for user, added in ((ada, 5), (bob, 2)):
        wallet = wallet_of(user, chain)
        Wallet.objects.filter(pk=wallet.pk).update(created_at=now - added * _HOUR)
    _rule(ada, "incoming", 2, saved=now - 4 * _HOUR)
    _rule(bob, "incoming", 2, saved=now - 4 * _HOUR)
    for field, threshold in (("confirmations", 3), ("failed", 1), ("dropped", 1)):
        _rule(ada, field, threshold, saved=now - 4 * _HOUR)
    _rule(ada, "balance", 1, saved=now - 4 * _HOUR, operator="below")
    for number, (ether, hours) in enumerate(((9, 6), (8, 4.5), (7, 3), (1, 2.5), (5, 1))):
        _moved(chain, number, ether, now - hours * _HOUR)
    _moved(chain, 9, 6, now - _HOUR, is_retracted=True)
    for number, status, confirmations in ((5, "confirmed", 3), (6, "failed", 1), (7, "dropped", 0), (8, "pending", 0)):
        transaction_of(chain, number, ada, by_hand=False, status=status, confirmations=confirmations,
                       changed_at=now - _HOUR)  # fmt: skip
    balance = balance_of(chain, 1, 5 * 10**17)
    balance.changed_at = now - _HOUR
    balance.save()


@sync_to_async
def _fired() -> list[tuple[str, str, float, bool]]:
    rows = AlertEvent.objects.order_by("owner__username", "name", "fired_at").select_related("owner")
    return [(row.owner.username, row.name, float(row.value), row.late) for row in rows]


@sync_to_async
def _told_now() -> tuple[str, Event]:
    """Return what is told of a new transfer of 3 to the first user's wallet, and that user's id; nothing is stored."""
    wallet = Wallet.objects.get(owner__username="ada")
    row = movement_of(wallet.chain, 1, 3 * 10**18, transaction_hash=hash_of(10), time=datetime.now(UTC))
    row.delete()
    time = milliseconds(datetime.now(UTC))
    return str(wallet.owner_id), movement_event(row, wallet, known_assets(wallet.chain)["native"], time=time)


async def test_what_was_stored_while_none_evaluated_fires_once_and_nothing_of_before_a_rule_or_a_wallet(
    hub_here: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await _store(datetime.now(UTC))
    alerts: list[Event] = []
    for owner in [str(pk) async for pk in User.objects.values_list("pk", flat=True)]:
        (await hub_here.acquire(Topic("alerts", owner=owner))).add_callback(alerts.append)
    expected = [
        ("ada", "balance", 0.5, True),
        ("ada", "confirmations", 3, True),
        ("ada", "dropped", 1, True),
        ("ada", "failed", 1, True),
        ("ada", "incoming", 7, True),
        ("ada", "incoming", 5, True),
        ("bob", "incoming", 5, True),
    ]
    worker = asyncio.create_task(AlertsWorker(hub_here, epoch=1).run())
    await until(lambda: len(alerts) >= len(expected))
    await stop([worker])
    assert await _fired() == expected
    caplog.clear()
    owner, told = await _told_now()
    worker = asyncio.create_task(AlertsWorker(hub_here, epoch=2).run())
    await until(lambda: "alerts are evaluated" in caplog.text)
    await hub_here.publish(told, owner=owner)
    await until(lambda: len(alerts) > len(expected))
    await stop([worker])
    assert await _fired() == sorted([*expected, ("ada", "incoming", 3, False)], key=lambda fired: fired[:2])
