"""Notifying users as the platform's parts do, and watching how it reaches them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async

from accounts.models import User
from alerts.deliveries.sending.worker import DeliveriesWorker
from alerts.events import AlertOperator, AlertState, NotificationKind, Severity
from alerts.models import AlertEvent, AlertRule, ChannelChoices, Delivery, DeliveryState, Notification
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from streaming.clock import Clock, SystemClock
from streaming.fan_out.hub import Hub
from tests.waiting import LIMIT_SECONDS

FIRED_AT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def confirmed_user(name: str) -> User:
    """Make a user whose email address is confirmed."""
    confirmed = datetime(2026, 11, 1, tzinfo=UTC)
    email = f"{name.lower()}@example.com"
    return User.objects.create_user(name, email, "correct horse battery staple", email_confirmed_at=confirmed)


def rule_of(user: User, *, name: str = "Above", state: AlertState = AlertState.FIRING) -> AlertRule:
    """Store a rule on BTCUSDT."""
    condition = {"source": "price", "field": "price", "operator": "above", "threshold": "100.10"}
    return AlertRule.objects.create(
        owner=user,
        name=name,
        symbol="BTCUSDT",
        conditions=[condition],
        source="price",
        operator=AlertOperator.ABOVE.value,
        threshold=Decimal("100.10"),
        state=state.value,
    )


def event_of(rule: AlertRule, number: int = 1) -> AlertEvent:
    """Store a firing of a rule."""
    return AlertEvent.objects.create(
        rule=rule,
        owner=rule.owner,
        number=number,
        name=rule.name,
        symbol=rule.symbol,
        source=rule.source,
        operator=rule.operator,
        threshold=rule.threshold,
        value=Decimal("100.2000000000000000000001"),
        previous=Decimal("99.9"),
        fired_at=FIRED_AT,
    )


def draft_of(user: User, *channels: Channel, title: str = "Something", **fields: Any) -> NotificationDraft:
    """Return what a user is to be told by these channels."""
    known: dict[str, Any] = {"kind": NotificationKind.SYSTEM, "severity": Severity.INFO, **fields}
    return NotificationDraft(user_id=user.pk, title=title, channels=channels, **known)


def tell(*drafts: NotificationDraft, now: datetime | None = None) -> list[Notification]:
    """Store notifications with their deliveries."""
    return notifications_store(drafts=drafts, now=now or datetime.now(UTC))


def tell_of_firing(user: User, *channels: Channel, **fields: Any) -> Notification:
    """Store the notification of a firing."""
    rule = rule_of(user)
    event = event_of(rule)
    draft = draft_of(user, *channels, kind=NotificationKind.ALERT, rule_id=rule.pk, event_id=event.pk, **fields)
    return tell(draft)[0]


def states() -> list[str]:
    """Return the states of all deliveries, oldest first."""
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def hold_all(until: datetime) -> None:
    """Hold up what waits, as quiet hours do."""
    Delivery.objects.filter(state=DeliveryState.WAITING).update(held=True, not_before=until)


class DeliveryRig:
    """One user, Ada, and workers that deliver."""

    def __init__(self, hub: Hub, user: User, wake: Callable[[], Awaitable[None]]) -> None:
        self.hub = hub
        self.user = user
        self._wake = wake
        self._running: list[asyncio.Task[None]] = []

    def start(self, clock: Clock | None = None, holder: str | None = None) -> asyncio.Task[None]:
        """Run a worker."""
        worker = DeliveriesWorker(self.hub, clock=clock or SystemClock(), holder=holder)
        task = asyncio.get_running_loop().create_task(worker.run())
        self._running.append(task)
        return task

    async def tell(self, *channels: Channel, **fields: Any) -> Notification:
        """Tell the user something, and wake the workers."""
        (notification,) = await sync_to_async(tell)(draft_of(self.user, *channels, **fields))
        await self._wake()
        return notification

    async def tell_of_firing(self, *channels: Channel, **fields: Any) -> Notification:
        """Tell the user of a firing, and wake the workers."""
        notification = await sync_to_async(tell_of_firing)(self.user, *channels, **fields)
        await self._wake()
        return notification

    async def until_states(self, *expected: DeliveryState) -> None:
        """Wait until the deliveries are in these states, in whatever order."""
        wanted = sorted(expected)
        deadline = asyncio.get_running_loop().time() + LIMIT_SECONDS
        while (now := sorted(await sync_to_async(states)())) != wanted:
            assert asyncio.get_running_loop().time() < deadline, f"{now}, not {wanted}"
            await asyncio.sleep(0.01)

    async def delivery(self, channel: ChannelChoices) -> Delivery:
        """Return the one delivery by a channel."""
        return await Delivery.objects.select_related("notification").aget(channel=channel)

    async def stop(self) -> None:
        """End all workers."""
        await stop(self._running)


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End tasks."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def ago(seconds: float) -> datetime:
    """Return the time so many seconds ago."""
    return datetime.now(UTC) - timedelta(seconds=seconds)
