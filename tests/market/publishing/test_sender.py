"""The way out to the other processes, and knowing whether it is open."""

import asyncio

import pytest

from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.market.publishing.sender import Sender
from tests.manual_clock import ManualClock
from tests.market.failing_layer import FailingLayer
from tests.waiting import until


@pytest.fixture
def sender(hub: Hub, clock: ManualClock) -> Sender:
    """Return a sender through the hub."""
    return Sender(hub, clock)


def cut_off(sender: Sender) -> bool:
    """Return whether it is, asked anew."""
    return sender.is_cut_off


async def test_it_knows_whether_the_layer_takes_what_it_sends(sender: Sender, layer: FailingLayer) -> None:
    assert not cut_off(sender)
    layer.is_away = True
    assert not await sender.send("gateways", {"type": "x"})
    assert not await sender.publish_encoded("m.price.A", b"x")
    assert cut_off(sender)
    layer.is_away = False
    assert await sender.publish_encoded("m.price.A", b"x")
    assert not cut_off(sender)


async def test_it_takes_a_layer_that_hangs_for_cut_off(sender: Sender, layer: FailingLayer, clock: ManualClock) -> None:
    layer.answers.clear()
    sending = asyncio.create_task(sender.send("gateways", {"type": "x"}))
    await asyncio.sleep(0)
    clock.advance(1)
    assert not cut_off(sender)
    clock.advance(0.1)
    assert cut_off(sender)
    layer.answers.set()
    assert await sending
    assert not cut_off(sender)


async def test_it_forgets_what_was_cancelled(sender: Sender, layer: FailingLayer, clock: ManualClock) -> None:
    layer.answers.clear()
    sending = asyncio.create_task(sender.send("gateways", {"type": "x"}))
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    clock.advance(60)
    assert not cut_off(sender)


async def test_it_sends_until_it_is_taken(hub: Hub, sender: Sender, layer: FailingLayer) -> None:
    heard: list[Message] = []
    await hub.listen("gateways", "news", heard.append)
    layer.is_away = True
    sending = asyncio.create_task(sender.send_until_taken("gateways", {"type": "news"}, pause=0.01))
    await until(lambda: layer.refused > 3)
    assert not heard
    layer.is_away = False
    await sending
    await until(lambda: len(heard) == 1)
