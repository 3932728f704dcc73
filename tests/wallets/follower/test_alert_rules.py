"""Alert rules on a followed chain: what a node's blocks bring is told by notifications, once."""

import asyncio
import logging
from typing import Any

import pytest

from accounts.models import User
from alerts.firing.worker import AlertsWorker
from alerts.models import Notification
from streaming.events import Event
from streaming.numbers import in_plain_notation
from streaming.topics.topic import Topic
from tests.alerts.deliveries.notifying import stop
from tests.trading.asking import Desk
from tests.waiting import until
from tests.wallets.follower.conftest import NAME, REQUIRED, FollowingRig
from wallets.addresses import with_checksum
from wallets.amounts import in_units
from wallets.events.outbox import OUTBOX

_SENT = 10**15


async def test_a_transfer_that_a_reorganisation_takes_back_and_brings_again_is_told_once(
    rig: FollowingRig, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    (sender, recipient), (token, *_) = rig.node.chain.accounts[:2], rig.node.chain.tokens
    sent, paid = rig.send(0, 1, _SENT), rig.send(1, 0, 7, token=0)
    for action in ("mine", "reorganise", "mine", "mine", "mine"):
        rig.control(action)
        await rig.caught_up()
    await rig.stop()
    owner = await rig.read(User.objects.get, username="owner")
    asking = Desk(desk.hub, part="alerts")

    async def make(name: str, field: str, threshold: object, **watched: Any) -> None:
        comparison = {"source": "wallet", "operator": "at_least", "threshold": threshold, "trigger": "every_time"}
        answered = await asking.ask(
            owner, "POST", "rules/", {"name": name, "field": field, "chain": NAME, **comparison, **watched}
        )
        assert answered.refusal is None

    await make("out", "outgoing", "0.001", address=sender.upper().replace("X", "x"))
    await make("too much", "outgoing", "0.0011", address=sender)
    await make("in", "incoming", "0.001", address=recipient)
    await make("token", "outgoing", 0, address=recipient, token=token)
    await make("confirmed", "confirmations", REQUIRED, tx=sent)
    await make("paid", "confirmations", 1, tx=paid)
    waiting = await rig.read(OUTBOX.read, 10_000)
    alerts: list[Event] = []
    feed = await desk.hub.acquire(Topic("alerts", owner=str(owner.pk)))
    feed.add_callback(alerts.append)
    worker = asyncio.create_task(AlertsWorker(desk.hub, clock=rig.clock, epoch=1).run())
    await until(lambda: "alerts are evaluated" in caplog.text)
    for row in (*waiting, *waiting):  # who publishes was killed before it had noted that it had
        assert row.told.event is not None
        await desk.hub.publish(row.told.event, owner=str(row.told.owner_id or ""))
    await until(lambda: len(alerts) >= 5)
    await stop([worker])
    told = rig.node.chain.tokens[token]
    paid_amount = f"{in_plain_notation(in_units(7, told.decimals))} {told.symbol}"
    coins = f"0.001 ETH {{}} {{}} on {NAME}, by {sent}"
    assert {note.title: note.body async for note in Notification.objects.filter(kind="alert")} == {
        "out": coins.format("went from", with_checksum(sender)),
        "in": coins.format("came to", with_checksum(recipient)),
        "token": f"{paid_amount} went from {with_checksum(recipient)} on {NAME}, by {paid}",
        "confirmed": f"The transaction {sent} on {NAME} has so many confirmations: {REQUIRED}",
        "paid": f"The transaction {paid} on {NAME} has so many confirmations: 1",
    }
    assert len(alerts) == 5
