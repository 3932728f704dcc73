"""Workers are woken by whoever has stored something, from wherever that was stored."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer

from streaming.workers.database_thread import DatabaseThread
from streaming.workers.waking import WAKE_MESSAGE, wake_group, wake_soon


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
    await layer.group_add(wake_group("deliveries"), channel)
    database = DatabaseThread("woken")
    await database.run(wake_soon, "deliveries")
    assert await asyncio.wait_for(layer.receive(channel), 10) == {"type": WAKE_MESSAGE}
    assert loops == [asyncio.get_running_loop()]
    await database.stop()
