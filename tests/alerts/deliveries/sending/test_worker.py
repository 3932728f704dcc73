"""The worker: what is due goes out, once, whoever fails or ends."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DataError, connection
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import deliveries_claim
from alerts.events import NotificationKind
from alerts.metrics import ATTEMPTS
from alerts.models import ChannelChoices, Delivery, DeliveryState, Notification, WebhookTarget
from alerts.preferences.preferences import Channel
from streaming.clock import SystemClock
from streaming.times import moment
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.notifying import DeliveryRig, ago, draft_of, hold_all, stop, tell
from tests.databases.lost_connection import LostConnection
from tests.manual_clock import ManualClock
from tests.metric_values import counted
from tests.waiting import until, until_asked


@pytest.fixture
async def receiver(rig: DeliveryRig) -> AsyncIterator[HttpReceiver]:
    """Return the webhook of the user."""
    async with http_receiver() as receiver:
        await sync_to_async(WebhookTarget.objects.create)(user=rig.user, url=receiver.url, secret="a secret")
        yield receiver


async def test_it_begins_at_once_when_it_is_woken(rig: DeliveryRig, settings: Settings) -> None:
    settings.DELIVERIES_POLL_SECONDS = 3600.0
    rig.start()
    for _ in range(3):
        await rig.tell(Channel.WEBSOCKET)
    await rig.until_states(*[DeliveryState.SENT] * 3)


async def test_it_finds_by_itself_what_nobody_woke_it_for(rig: DeliveryRig) -> None:
    rig.start()
    await sync_to_async(tell)(draft_of(rig.user, Channel.WEBSOCKET))
    await rig.until_states(DeliveryState.SENT)


async def test_it_sends_by_every_channel_and_lets_none_wait_for_another(
    rig: DeliveryRig, receiver: HttpReceiver
) -> None:
    receiver.is_silent = True
    rig.start()
    await rig.tell(Channel.WEBHOOK)
    await until(lambda: receiver.received)
    await rig.tell(Channel.WEBSOCKET)
    await rig.until_states(DeliveryState.SENDING, DeliveryState.SENT)


async def test_it_sends_each_once_where_several_work_side_by_side(rig: DeliveryRig, receiver: HttpReceiver) -> None:
    for number in range(3):
        rig.start(holder=f"worker {number}")
    drafts = [draft_of(rig.user, Channel.WEBHOOK, title=f"{number}") for number in range(60)]
    await sync_to_async(tell)(*drafts)
    await rig.until_states(*[DeliveryState.SENT] * 60)
    events = [json.loads(request.body)["event"] for request in receiver.received]
    assert len(events) == len(set(events)) == 60


async def test_it_sends_to_others_while_the_receiver_of_one_user_hangs(
    rig: DeliveryRig, receiver: HttpReceiver, bob: User, settings: Settings
) -> None:
    settings.DELIVERIES_PER_USER = 4
    receiver.may_answer.clear()
    drafts = [draft_of(rig.user, Channel.WEBHOOK, title=f"{number}") for number in range(40)]
    await sync_to_async(tell)(*drafts)
    rig.start()
    await until(lambda: receiver.received)
    async with http_receiver() as of_bob:
        await sync_to_async(WebhookTarget.objects.create)(user=bob, url=of_bob.url, secret="a secret")
        await sync_to_async(tell)(draft_of(bob, Channel.WEBHOOK))
        sending = [DeliveryState.SENDING] * 4
        await rig.until_states(DeliveryState.SENT, *sending, *[DeliveryState.WAITING] * (40 - len(sending)))
        assert (len(of_bob.received), len(receiver.received)) == (1, len(sending))
    receiver.may_answer.set()
    await rig.until_states(*[DeliveryState.SENT] * 41)


async def test_it_counts_each_attempt_by_what_came_of_it(rig: DeliveryRig, receiver: HttpReceiver) -> None:
    results = ("sent", "failed", "rejected", "unreachable")
    before = [counted(ATTEMPTS, "webhook", result) for result in results]
    receiver.answers = [(500, {})]
    rig.start()
    await rig.tell(Channel.WEBHOOK)
    await rig.until_states(DeliveryState.SENT)
    after = [counted(ATTEMPTS, "webhook", result) for result in results]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 0, 0]


async def test_it_gives_up_after_the_last_attempt(rig: DeliveryRig, receiver: HttpReceiver, settings: Settings) -> None:
    settings.DELIVERIES_ATTEMPTS = 3
    receiver.answers = [(500, {})] * 9
    rig.start()
    await rig.tell(Channel.WEBHOOK)
    await rig.until_states(DeliveryState.DEAD)
    delivery = await rig.delivery(ChannelChoices.WEBHOOK)
    assert (len(receiver.received), delivery.attempts, delivery.error) == (3, 3, "the webhook answered 500")


async def test_it_sends_what_a_worker_that_died_had_claimed(rig: DeliveryRig, receiver: HttpReceiver) -> None:
    await sync_to_async(tell)(draft_of(rig.user, Channel.WEBHOOK))
    claimed = await sync_to_async(deliveries_claim)(
        channel=ChannelChoices.WEBHOOK,
        holder="died",
        now=ago(29.0),
        lease_seconds=30.0,
        capacity=DeliveryCapacity(most=1, most_each=1),
    )
    assert claimed.found == 0  # it was not due then
    await Delivery.objects.aupdate(state=DeliveryState.SENDING, holder="died", attempts=1, lease_until=ago(-0.5))
    rig.start()
    await rig.until_states(DeliveryState.SENT)
    assert json.loads(receiver.received[0].body)["attempt"] == 2


async def test_it_gives_back_what_it_has_claimed_when_it_ends(rig: DeliveryRig, receiver: HttpReceiver) -> None:
    receiver.is_silent = True
    worker = rig.start(holder="first")
    await rig.tell(Channel.WEBHOOK)
    await until(lambda: receiver.received)
    await stop([worker])
    assert await sync_to_async(lambda: Delivery.objects.get().state)() == DeliveryState.WAITING
    receiver.is_silent = False
    rig.start(holder="second")
    await rig.until_states(DeliveryState.SENT)
    assert len(receiver.received) == 2


async def test_it_sends_one_digest_when_quiet_hours_end(rig: DeliveryRig, receiver: HttpReceiver) -> None:
    clock = ManualClock(SystemClock().now_ms())
    drafts = [draft_of(rig.user, Channel.WEBHOOK, kind=NotificationKind.ALERT) for _ in range(3)]
    await sync_to_async(tell)(*drafts)
    await sync_to_async(hold_all)(ago(-600))
    rig.start(clock)
    await rig.tell(Channel.WEBSOCKET)
    clock.advance(60)
    await rig.until_states(*[DeliveryState.WAITING] * 3, DeliveryState.SENT)
    assert receiver.received == []
    clock.advance(600)
    await rig.until_states(*[DeliveryState.DIGESTED] * 3, *[DeliveryState.SENT] * 2)
    (request,) = receiver.received
    assert json.loads(request.body)["notification"]["title"] == "In your quiet hours: 3 fired, 0 still true"


@pytest.fixture
async def lost(rig: DeliveryRig) -> AsyncIterator[LostConnection]:
    """Return what makes the workers' connection fail."""
    lost = LostConnection(word=None)
    await sync_to_async(lambda: connection.execute_wrappers.append(lost))()
    yield lost
    await sync_to_async(lambda: connection.execute_wrappers.remove(lost))()


async def test_it_outlives_a_lost_connection(rig: DeliveryRig, lost: LostConnection) -> None:
    lost.word = ""
    worker = rig.start()
    await until(lambda: lost.failures > 1)
    lost.word = None
    await rig.tell(Channel.WEBSOCKET)
    await rig.until_states(DeliveryState.SENT)
    assert not worker.done()


async def test_it_marks_what_it_sent_when_the_connection_is_back_and_sends_it_once(
    rig: DeliveryRig, lost: LostConnection, receiver: HttpReceiver, settings: Settings
) -> None:
    settings.DELIVERIES_LEASE_SECONDS = 0.3  # it ends while the connection is lost
    lost.word = '"sent_at" ='
    rig.start()
    await rig.tell(Channel.WEBHOOK)
    await until(lambda: lost.failures > 1)
    lost.word = None
    await rig.until_states(DeliveryState.SENT)
    assert len(receiver.received) == 1


async def test_it_sends_once_what_takes_longer_than_its_lease(
    rig: DeliveryRig, receiver: HttpReceiver, settings: Settings
) -> None:
    settings.DELIVERIES_LEASE_SECONDS = 0.3
    receiver.may_answer.clear()
    await rig.tell(Channel.WEBHOOK)
    clock = ManualClock(SystemClock().now_ms())
    for number in range(2):
        rig.start(clock, holder=f"worker {number}")
    await until(lambda: receiver.received)
    for _ in range(2):  # each renewal comes before the lease has ended by this clock, however slow the machine is
        clock.advance(0.2)
        renewed = Delivery.objects.filter(lease_until=moment(clock.now_ms()) + timedelta(seconds=0.3))
        await until_asked(renewed.aexists)
    await sync_to_async(tell)(draft_of(rig.user, Channel.WEBSOCKET), now=moment(clock.now_ms()))
    await rig.until_states(DeliveryState.SENDING, DeliveryState.SENT)  # a worker has looked at what is due
    receiver.may_answer.set()
    await rig.until_states(*[DeliveryState.SENT] * 2)
    assert len(receiver.received) == 1


async def test_it_goes_on_after_a_notification_that_it_can_not_write(rig: DeliveryRig) -> None:
    broken = await rig.tell(Channel.WEBSOCKET)
    await Notification.objects.filter(pk=broken.pk).aupdate(kind="unheard of")
    rig.start()
    await rig.tell(Channel.WEBSOCKET)
    await rig.until_states(DeliveryState.DEAD, DeliveryState.SENT)


class Refusing:
    """Refuses statements that hold a word, and all of the parameters, as a database does that will never take them."""

    def __init__(self) -> None:
        self.word: str | None = None
        self.parameters: set[object] = set()

    def __call__(self, ask: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Ask, or refuse."""
        if self.word is not None and self.word in sql and self.parameters <= set(params):
            raise DataError("it is not taken")
        return ask(sql, params, many, context)


@pytest.fixture
async def refusing(rig: DeliveryRig) -> AsyncIterator[Refusing]:
    """Return what makes the workers' connection refuse."""
    refusing = Refusing()
    await sync_to_async(lambda: connection.execute_wrappers.append(refusing))()
    yield refusing
    await sync_to_async(lambda: connection.execute_wrappers.remove(refusing))()


async def test_it_goes_on_where_the_database_never_takes_what_became_of_one(
    rig: DeliveryRig, refusing: Refusing
) -> None:
    for _ in range(3):
        await sync_to_async(tell)(draft_of(rig.user, Channel.WEBSOCKET))
    bad = await Delivery.objects.order_by("pk").afirst()
    assert bad is not None
    refusing.word, refusing.parameters = '"sent_at" =', {bad.pk, ""}
    rig.start()
    await rig.until_states(*[DeliveryState.SENT] * 3)
    await rig.tell(Channel.WEBSOCKET)
    await rig.until_states(*[DeliveryState.SENT] * 4)
    await bad.arefresh_from_db()
    assert bad.error == "what became of it can't be stored: DataError"


async def test_it_ends_a_failed_one_that_the_database_never_takes(
    rig: DeliveryRig, refusing: Refusing, receiver: HttpReceiver
) -> None:
    receiver.answers = [(500, {})]
    refusing.word, refusing.parameters = '"error" =', {"the webhook answered 500"}
    rig.start()
    await rig.tell(Channel.WEBHOOK)
    await rig.until_states(DeliveryState.DEAD)
    await rig.tell(Channel.WEBHOOK)
    await rig.until_states(DeliveryState.DEAD, DeliveryState.SENT)


async def test_it_delivers_though_what_quiet_hours_held_up_can_not_be_let_go(
    rig: DeliveryRig, refusing: Refusing
) -> None:
    await sync_to_async(tell)(draft_of(rig.user, Channel.WEBSOCKET))
    await sync_to_async(hold_all)(ago(600))
    await sync_to_async(tell)(draft_of(rig.user, Channel.WEBSOCKET))
    refusing.word = 'UPDATE "alerts_delivery" SET "held"'
    rig.start()
    await rig.until_states(DeliveryState.WAITING, DeliveryState.SENT)
    refusing.word = None
    await rig.until_states(*[DeliveryState.SENT] * 2)
