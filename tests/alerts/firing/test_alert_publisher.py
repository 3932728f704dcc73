"""Telling on the topic `alerts` what has fired: in order, beside the evaluation, whatever the channel layer does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from alerts.events import Alert, AlertOperator, AlertState
from alerts.firing.alert_publisher import AlertPublisher
from alerts.firing.types import OwnedAlert
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.topics.topic import Topic
from tests.manual_clock import ManualClock
from tests.waiting import until


class _Layer(InMemoryChannelLayer):
    """A layer of this process that may be away, or never answer."""

    is_away = False
    is_silent = False
    asked = 0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.asked += 1
        if self.is_away:
            raise ConnectionError("away")
        if self.is_silent:
            await asyncio.Event().wait()
        await super().group_send(group, message)


@pytest.fixture
def layer() -> _Layer:
    """A layer that works, and holds a thousand messages."""
    return _Layer(capacity=1000)


@pytest.fixture
async def hub(layer: _Layer) -> AsyncIterator[Hub]:
    """A started hub."""
    hub = Hub(layer, topic_registry(), linger=0)
    await hub.start()
    yield hub
    await hub.stop()


async def _reader(hub: Hub, owner_id: int) -> list[Event]:
    received: list[Event] = []
    feed = await hub.acquire(Topic("alerts", owner=str(owner_id)))
    feed.add_callback(received.append)
    return received


def _alerts(*rules: int, owner_id: int = 1) -> list[OwnedAlert]:
    return [OwnedAlert(owner_id=owner_id, alert=_alert(rule)) for rule in rules]


def _alert(rule: int) -> Alert:
    return Alert(
        rule=rule,
        name="Above",
        symbol="BTCUSDT",
        source="price",
        operator=AlertOperator.ABOVE,
        value=Decimal("100.2000000000000000000001"),
        threshold=Decimal(100),
        state=AlertState.FIRING,
        time=1_763_676_000_000,
    )


def _rules(events: Sequence[Event]) -> list[int]:
    return [event.rule for event in events if isinstance(event, Alert)]


async def test_it_tells_a_burst_in_its_order_and_lets_others_work_meanwhile(hub: Hub) -> None:
    ada, bob = await _reader(hub, 1), await _reader(hub, 2)
    alert_publisher = AlertPublisher(hub, ManualClock())
    alert_publisher.tell(_alerts(*range(10_000)))
    alert_publisher.tell(_alerts(7, 8, owner_id=2))
    assert ada == []
    await until(lambda: ada)
    assert len(ada) < 10_000
    await until(lambda: len(bob) == 2)
    assert (_rules(ada), _rules(bob)) == (list(range(10_000)), [7, 8])


async def test_it_goes_on_when_the_layer_is_back_and_tells_nothing_twice(hub: Hub, layer: _Layer) -> None:
    ada = await _reader(hub, 1)
    alert_publisher = AlertPublisher(hub, ManualClock())
    layer.is_away = True
    alert_publisher.tell(_alerts(1))
    await until(lambda: layer.asked)
    layer.is_away = False
    alert_publisher.tell(_alerts(2, 3))
    await until(lambda: len(ada) == 2)
    assert _rules(ada) == [2, 3]


async def test_it_gives_up_a_batch_that_the_layer_never_takes(hub: Hub, layer: _Layer) -> None:
    ada = await _reader(hub, 1)
    alert_publisher = AlertPublisher(hub, ManualClock(), batch_seconds=0.05)
    layer.is_silent = True
    alert_publisher.tell(_alerts(1))
    await until(lambda: layer.asked)
    layer.is_silent = False
    alert_publisher.tell(_alerts(2))
    await until(lambda: ada)
    assert _rules(ada) == [2]


async def test_it_leaves_out_what_is_no_news_any_more(hub: Hub) -> None:
    ada, clock = await _reader(hub, 1), ManualClock()
    alert_publisher = AlertPublisher(hub, clock, news_seconds=30)
    alert_publisher.tell(_alerts(1))
    clock.advance(31)
    alert_publisher.tell(_alerts(2))
    await until(lambda: ada)
    assert _rules(ada) == [2]


async def test_it_tells_what_waits_before_it_ends(hub: Hub) -> None:
    ada = await _reader(hub, 1)
    alert_publisher = AlertPublisher(hub, ManualClock())
    alert_publisher.tell(_alerts(1, 2, 3))
    await alert_publisher.stop()
    await until(lambda: len(ada) == 3)
