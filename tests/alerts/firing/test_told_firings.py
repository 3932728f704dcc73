"""What the topic `alerts` tells: each firing that is new, once it is stored, whatever its owner prefers."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from alerts.conditions.rule import AlertSource, Condition, Firing, Series
from alerts.deliveries.sending.worker import DeliveriesWorker
from alerts.events import Alert, AlertOperator, AlertState, Notification
from alerts.firing.storing.storage import firing_store
from alerts.firing.types import Batch, NumberedFiring, RuleUpdate
from alerts.firing.worker import AlertsWorker
from alerts.models import AlertRule, NotificationPreferences, RuleChange
from alerts.models import Notification as StoredNotification
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.times import moment
from streaming.topics.topic import Topic
from tests.alerts.deliveries.notifying import rule_of, stop
from tests.alerts.firing.market import Number, price, price_topic
from tests.manual_clock import ManualClock
from tests.serving import store_symbols
from tests.streaming.tracing.recorded_spans import ids_of, parent_of, recorded_spans, traceparent_of
from tests.waiting import until

NIGHT_MS = 1_795_215_600_000  # 2026-11-20T23:00:00Z
_TOPIC = price_topic("BTCUSDT")


def _user(**preferences: Any) -> User:
    """Store Ada, and what she prefers."""
    user = User.objects.create(username="Ada", email="ada@example.com")
    NotificationPreferences.objects.create(user=user, **preferences)
    return user


def _rule(**preferences: Any) -> AlertRule:
    """Store Ada's rule that fires above 100.10."""
    return rule_of(_user(**preferences), state=AlertState.PENDING)


async def _reader(hub: Hub, kind: str, rule: AlertRule) -> list[Event]:
    received: list[Event] = []
    feed = await hub.acquire(Topic(kind, owner=str(rule.owner_id)))
    feed.add_callback(received.append)
    return received


async def _publish(hub: Hub, value: Number, caplog: pytest.LogCaptureFixture) -> None:
    """Publish a price as the bridge does, once the rules are evaluated."""
    await until(lambda: "alerts are evaluated" in caplog.text)
    event = price("BTCUSDT", value, NIGHT_MS)
    await hub.publish(event)


def _begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)


async def test_it_is_told_at_once_within_quiet_hours_and_its_notification_when_they_end(
    hub_here: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = ManualClock(NIGHT_MS)
    rule = await sync_to_async(_rule)(quiet_start=time(22), quiet_end=time(7))
    alerts, notifications = (
        await _reader(hub_here, "alerts", rule),
        await _reader(hub_here, "notifications", rule),
    )
    work = [
        _begin(AlertsWorker(hub_here, clock=clock, epoch=1).run()),
        _begin(DeliveriesWorker(hub_here, clock=clock).run()),
    ]
    try:
        await _publish(hub_here, "100.2000000000000000000001", caplog)
        await until(lambda: alerts)
        (alert,) = alerts
        assert isinstance(alert, Alert)
        assert (alert.rule, alert.symbol, alert.time) == (rule.pk, "BTCUSDT", NIGHT_MS)
        assert str(alert.value) == "100.2000000000000000000001"
        assert await StoredNotification.objects.acount() == 1  # it is stored before anyone is told
        assert notifications == []
        clock.advance(8 * 3600)
        await until(lambda: notifications)
        (notification,) = notifications
        assert isinstance(notification, Notification)
        assert (notification.rule, len(alerts)) == (rule.pk, 1)
    finally:
        await stop(work)


async def test_a_firing_is_traced_to_its_delivery_under_an_id_of_its_own(
    hub_here: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = ManualClock(NIGHT_MS)
    await sync_to_async(_rule)()
    with recorded_spans() as spans:
        work = [
            _begin(AlertsWorker(hub_here, clock=clock, epoch=1).run()),
            _begin(DeliveriesWorker(hub_here, clock=clock).run()),
        ]
        try:
            await _publish(hub_here, "100.2", caplog)
            await until(lambda: spans.named("delivery"))
        finally:
            await stop(work)
    known = (await StoredNotification.objects.aget()).correlation_id
    assert len(known) == 32
    for delivery in spans.named("delivery"):
        assert delivery.attributes is not None
        assert delivery.attributes["tidewire.correlation_id"] == known
        assert parent_of(delivery) == ids_of(traceparent_of(spans.only("firings stored")))


async def test_a_firing_on_a_line_names_the_line_where_it_was_in_the_units_of_its_symbol(
    hub_here: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    line = {
        "start": {"time": NIGHT_MS - 2 * 3_600_000, "price": "100.1"},
        "end": {"time": NIGHT_MS - 3_600_000, "price": "100.2"},
    }

    def on_line() -> AlertRule:
        store_symbols()
        rule = _rule()
        rule.conditions = [{"source": "price", "field": "price", "operator": "above", "line": line}]
        rule.threshold = None
        rule.save()
        return rule

    rule = await sync_to_async(on_line)()
    alerts = await _reader(hub_here, "alerts", rule)
    work = [_begin(AlertsWorker(hub_here, clock=ManualClock(NIGHT_MS), epoch=1).run())]
    try:
        await _publish(hub_here, "100.31", caplog)
        await until(lambda: alerts)
        (alert,) = alerts
        assert isinstance(alert, Alert)
        assert (alert.threshold, alert.value) == (Decimal("100.3"), Decimal("100.31"))
        body = (await StoredNotification.objects.aget()).body
        assert body == "BTCUSDT price is above the line 100.10 → 100.20 at 100.30 USDT: 100.31 USDT"
    finally:
        await stop(work)


async def test_it_is_told_to_who_wants_no_notification_by_websocket(
    hub_here: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rule = await sync_to_async(_rule)(kinds={"alert": ["email"]})
    alerts = await _reader(hub_here, "alerts", rule)
    work = [_begin(AlertsWorker(hub_here, clock=ManualClock(NIGHT_MS), epoch=1).run())]
    try:
        await _publish(hub_here, 101, caplog)
        await until(lambda: alerts)
    finally:
        await stop(work)


def _batch(rule: AlertRule, *numbers: int, collapse: bool = False) -> Batch:
    series = Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price")
    condition = Condition(series=series, operator=AlertOperator.ABOVE, threshold=Decimal("100.10"))
    firings = [
        Firing(rule_id=rule.pk, condition=0, value=Decimal(200 + number), previous=None, operand=None, time=NIGHT_MS)
        for number in numbers
    ]
    return Batch(
        firings=tuple(
            NumberedFiring(number=number, firing=firing, condition=condition, collapse=collapse)
            for number, firing in zip(numbers, firings, strict=True)
        ),
        updates={rule.pk: RuleUpdate(state=AlertState.COOLING)},
        beginnings={},
        series={},
    )


def _told(batch: Batch) -> list[tuple[Decimal, AlertState]]:
    noted = list(RuleChange.objects.values_list("pk", flat=True))
    stored = firing_store(batch=batch, noted_changes=noted, fence=None, now=moment(NIGHT_MS))
    return [(one.alert.value, one.alert.state) for one in stored.alerts]


@pytest.mark.django_db
def test_it_tells_each_firing_in_order_though_their_notifications_collapse_into_one() -> None:
    rule = _rule()
    told = _told(_batch(rule, 1, 2, 3, collapse=True))
    assert told == [(Decimal(200 + number), AlertState.COOLING) for number in (1, 2, 3)]
    assert StoredNotification.objects.get().count == 3


@pytest.mark.django_db
def test_it_tells_nothing_that_was_stored_already_and_nothing_of_a_rule_that_was_switched_off() -> None:
    rule = _rule()
    assert len(_told(_batch(rule, 1, 2))) == 2
    assert [value for value, _ in _told(_batch(rule, 1, 2, 3))] == [Decimal(203)]
    AlertRule.objects.update(enabled=False)
    assert _told(_batch(rule, 4)) == []
