"""Workers are woken by whoever has stored something, from wherever that was stored."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer

from streaming.layer.groups import worker_group
from streaming.tracing.correlation import correlated
from streaming.tracing.origin import Origin
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.wake_ups import WAKE_MESSAGE, WokenBy, wake, wake_soon


async def test_a_database_thread_leaves_waking_to_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop of its own for each message would connect to the channel layer each time."""
    loops: list[asyncio.AbstractEventLoop] = []
    layer: Any = get_channel_layer()
    send = layer.group_send

    async def noted(group: str, message: dict[str, str]) -> None:
        loops.append(asyncio.get_running_loop())
        await send(group, message)

    monkeypatch.setattr(layer, "group_send", noted)
    channel = await layer.new_channel()
    await layer.group_add(worker_group("deliveries"), channel)
    database = DatabaseThread("woken")
    await database.run(wake_soon, "deliveries")
    assert await asyncio.wait_for(layer.receive(channel), 10) == {"type": WAKE_MESSAGE}
    assert loops == [asyncio.get_running_loop()]
    await database.stop()


async def test_whoever_wakes_a_worker_is_named_to_it() -> None:
    layer: Any = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(worker_group("deliveries"), channel)
    database = DatabaseThread("woken")
    with correlated("shop-7"):
        await wake("deliveries")
    with correlated("shop-8"):
        await database.run(wake_soon, "deliveries")
    await wake("deliveries")
    woken = [await asyncio.wait_for(layer.receive(channel), 10) for _ in range(3)]
    assert [message.get("correlation_id") for message in woken] == ["shop-7", "shop-8", None]
    await database.stop()


def test_a_turn_is_done_for_the_first_who_has_asked_for_it_and_the_next_for_nobody() -> None:
    woken_by = WokenBy()
    assert woken_by.taken() == Origin()
    woken_by.hear({"type": WAKE_MESSAGE, "correlation_id": "shop-7"})
    woken_by.hear({"type": WAKE_MESSAGE, "correlation_id": "shop-8"})
    assert woken_by.taken() == Origin(correlation_id="shop-7")
    assert woken_by.taken() == Origin()
    woken_by.hear({"type": WAKE_MESSAGE})
    assert woken_by.taken() == Origin()
