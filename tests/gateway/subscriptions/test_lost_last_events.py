"""What the layer loses of a channel that then is silent: it is missed within seconds, and brought from the history."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.clock import SystemClock
from streaming.event_history import silent_channels
from streaming.event_history.history import HistoryLimits
from streaming.fan_out import channel_ends
from streaming.fan_out.publishing import EVENT_MESSAGE
from streaming.layer.channel_layer import RECONNECTED_MESSAGE
from tests.conformance.rows import row
from tests.gateway.subscribing import USER, Site, site
from tests.gateway.subscriptions.told_orders import order, orders
from tests.streaming.event_history.failing_history import FailingHistory
from tests.streaming.fan_out.dotted_events import grid_order
from tests.topics_with import topics_with
from tests.waiting import until

ORDERS, GRID = "orders:me", "grid.a.order"
_LATEST_SECONDS = silent_channels.SILENT_SECONDS + silent_channels.AGAIN_SECONDS + 2


class LosingLayer(InMemoryChannelLayer):
    """A layer that takes messages and hands none on of which `loses` is the type."""

    loses = ""
    lost = 0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send, or lose."""
        if message["type"] == self.loses:
            self.lost += 1
        else:
            await super().group_send(group, message)


@pytest.fixture
def history() -> FailingHistory:
    return FailingHistory(HistoryLimits(), SystemClock())


@pytest.fixture
def layer() -> LosingLayer:
    return LosingLayer(capacity=10_000)


@pytest.fixture
async def here(layer: LosingLayer, history: FailingHistory, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(channel_ends, "_LOOK_SECONDS", 0.01)
    registry = topics_with({"grid": owners})
    async with site(layer, registry=registry, history=history) as running:
        await until(lambda: channel_ends.ENDS_GROUP in layer.groups)
        yield running


async def owners(_: str) -> frozenset[str]:
    return frozenset({"7"})


async def told(here: Site, *numbers: int) -> None:
    """Tell an order and a grid's order of each number."""
    for number in numbers:
        await here.hub.publish(order(number, time=number), owner="7")
        await here.hub.publish(grid_order("a", level=number))


def shown(frames: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return of each frame its channel and number, 0 without one."""
    return [(frame["channel"], frame.get("seq", 0)) for frame in frames]


@row("GW-28")
@pytest.mark.parametrize("heard_before", [True, False])
async def test_the_last_event_is_missed_within_seconds_and_brought_to_those_with_and_without_numbers(
    here: Site, layer: LosingLayer, heard_before: bool
) -> None:
    numbered, plain = here.client(USER), here.client(USER)
    await numbered.subscribe(ORDERS, "grid.*", since={})
    await plain.subscribe(ORDERS, "grid.*")
    for client in (numbered, plain):
        await client.took(2)
    here.clock.advance(1)
    first = 1 if heard_before else 0
    await told(here, *range(1, first + 1))
    for client in (numbered, plain):
        await client.took(2 * first)
    layer.loses = EVENT_MESSAGE
    await told(here, first + 1, first + 2)
    layer.loses = ""
    assert layer.lost == 6
    here.clock.advance(_LATEST_SECONDS - silent_channels.AGAIN_SECONDS)
    expected = {(channel, seq) for channel in (ORDERS, GRID) for seq in (first + 1, first + 2)}
    assert set(shown(await numbered.took(4))) == expected
    assert {channel for channel, _ in shown(await plain.took(4))} == {ORDERS, GRID}
    assert (numbered.sent, plain.sent) == ([], [])


async def test_it_is_missed_though_what_says_so_is_lost_as_well(here: Site, layer: LosingLayer) -> None:
    client = here.client(USER)
    await client.subscribe(ORDERS, since={})
    await client.took(1)
    await here.hub.publish(order(1), owner="7")
    await client.took(1)
    layer.loses = EVENT_MESSAGE
    await here.hub.publish(order(2), owner="7")
    layer.loses, before = channel_ends.ENDS_MESSAGE, layer.lost
    here.clock.advance(silent_channels.SILENT_SECONDS)
    await until(lambda: layer.lost > before)
    layer.loses = ""
    here.clock.advance(silent_channels.AGAIN_SECONDS)
    assert orders(await client.took(1)) == [("ord_2", 0)]


@row("GW-28")
async def test_where_the_history_does_not_have_it_its_readers_are_told_that_something_is_missing(
    here: Site, layer: LosingLayer, history: FailingHistory
) -> None:
    client = here.client(USER)
    await client.subscribe(ORDERS, GRID, since={})
    await client.took(2)
    await told(here, 1)
    await client.took(2)
    layer.loses = EVENT_MESSAGE
    await told(here, 2)
    layer.loses, history.is_away = "", True
    here.clock.advance(_LATEST_SECONDS)
    frames = await client.took(2)
    assert {(frame["channel"], frame.get("event", frame["type"])) for frame in frames} == {
        (ORDERS, "resync"),
        (GRID, "resync"),
    }


async def test_what_was_sent_while_the_process_was_cut_off_is_brought_and_nobody_is_told_of_a_loss(
    here: Site, layer: LosingLayer
) -> None:
    client = here.client(USER)
    await client.subscribe(ORDERS, GRID, since={})
    await client.took(2)
    await told(here, 1)
    await client.took(2)
    layer.loses = EVENT_MESSAGE
    await told(here, 2)
    layer.loses = ""
    await layer.group_send(channel_ends.ENDS_GROUP, {"type": RECONNECTED_MESSAGE, "since": here.clock.now_ms()})
    assert set(shown(await client.took(2))) == {(ORDERS, 2), (GRID, 2)}
    assert client.sent == []
