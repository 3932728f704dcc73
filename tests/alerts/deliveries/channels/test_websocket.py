"""Delivery by WebSocket: what whoever reads the user's topics gets."""

import pytest
from asgiref.sync import sync_to_async

from alerts.deliveries.channels.websocket.transport import WebSocketTransport
from alerts.deliveries.errors import DeliveryFailedError
from alerts.events import Notification
from alerts.models import ChannelChoices, Delivery, DeliveryState
from alerts.preferences.preferences import Channel
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.topics.topic import Topic
from tests.alerts.deliveries.messages import message_of
from tests.alerts.deliveries.notifying import DeliveryRig, ago, rule_of
from tests.waiting import until


async def _reader(rig: DeliveryRig, kind: str) -> list[Event]:
    received: list[Event] = []
    feed = await rig.hub.acquire(Topic(kind, owner=str(rig.user.pk)))
    feed.add_callback(received.append)
    return received


async def test_it_publishes_the_notification_to_its_user(rig: DeliveryRig) -> None:
    notifications = await _reader(rig, "notifications")
    rig.start()
    stored = await rig.tell(Channel.WEBSOCKET, title="Hello", body="World", data='{"price":1.10}')
    await until(lambda: notifications)
    event = notifications[0]
    assert isinstance(event, Notification)
    assert (event.id, event.seq, event.title, event.body) == (stored.pk, stored.seq, "Hello", "World")
    assert (event.data, event.read) == ('{"price":1.10}', False)
    await rig.until_states(DeliveryState.SENT)
    assert (await rig.delivery(ChannelChoices.WEBSOCKET)).sent_at is not None


async def test_it_leaves_it_to_others_to_tell_that_a_rule_has_fired(rig: DeliveryRig) -> None:
    alerts, notifications = await _reader(rig, "alerts"), await _reader(rig, "notifications")
    rig.start()
    await rig.tell_of_firing(Channel.WEBSOCKET)
    await until(lambda: notifications)
    await rig.until_states(DeliveryState.SENT)
    assert alerts == []


async def test_it_publishes_the_notifications_of_a_user_in_their_order(rig: DeliveryRig) -> None:
    notifications = await _reader(rig, "notifications")
    for number in range(20):
        await rig.tell(Channel.WEBSOCKET, title=f"{number}")
    rig.start()
    await until(lambda: len(notifications) == 20)
    assert [event.title for event in notifications if isinstance(event, Notification)] == [
        str(number) for number in range(20)
    ]


async def test_it_publishes_a_notification_again_that_counts_more(rig: DeliveryRig) -> None:
    notifications = await _reader(rig, "notifications")
    rig.start()
    noisy = {"rule_id": (await sync_to_async(rule_of)(rig.user)).pk, "title": "Above", "collapse": True}
    await rig.tell(Channel.WEBSOCKET, **noisy)
    await rig.until_states(DeliveryState.SENT)
    await Delivery.objects.aupdate(sent_at=ago(60))
    await rig.tell(Channel.WEBSOCKET, **noisy)
    await until(lambda: len(notifications) == 2)
    told = [(event.seq, event.title) for event in notifications if isinstance(event, Notification)]
    assert told == [(1, "Above"), (1, "Above (2 times)")]


async def test_it_tells_once_what_it_publishes_again_as_nobody_knew_that_it_was(hub: Hub) -> None:
    received: list[Event] = []
    feed = await hub.acquire(Topic("notifications", owner="1"))
    feed.add_callback(received.append)
    transport = WebSocketTransport(hub, timeout_seconds=1)
    first, tried_again = (message_of(ChannelChoices.WEBSOCKET, attempts=attempts) for attempts in (1, 2))
    counted = message_of(ChannelChoices.WEBSOCKET, count=2, title="BTCUSDT above 100.10 (2 times)")
    for message in (first, tried_again, counted):
        await transport.send(message)
    await until(lambda: counted.notification in received)
    assert received == [first.notification, counted.notification]


async def test_it_fails_where_the_layer_is_away() -> None:
    class Away:
        async def group_send(self, group: str, message: object) -> None:
            raise ConnectionError

    transport = WebSocketTransport(Hub(Away(), topic_registry()), timeout_seconds=1)  # type: ignore[arg-type]  # all that is used of a layer
    with pytest.raises(DeliveryFailedError, match="the channel layer failed"):
        await transport.send(message_of(ChannelChoices.WEBSOCKET))
