"""Messages from process to process, by hubs over whole layers."""

import asyncio
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from channels.layers import InMemoryChannelLayer

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from tests.skipping_loop import run_skipping
from tests.waiting import until


async def test_it_carries_messages_between_processes(layer: InMemoryChannelLayer) -> None:
    hubs = [Hub(layer, topic_registry()) for _ in range(2)]
    heard: list[str] = []
    for hub in hubs:
        await hub.start()
        await hub.listen("gateways", "greeting", lambda message: heard.append(message["text"]))
    await hubs[0].send("gateways", {"type": "greeting", "text": "hello"})
    await until(lambda: len(heard) == 2)
    assert heard == ["hello", "hello"]
    for hub in hubs:
        await hub.stop()


def test_it_tries_again_each_second_while_it_cannot_receive() -> None:
    class DeafLayer(InMemoryChannelLayer):
        async def receive(self, channel: str) -> dict[str, Any]:
            tried.append(asyncio.get_running_loop().time())
            if len(tried) < 4:
                raise ConnectionError("the layer is away")
            return dict(await super().receive(channel))

    async def hear_again() -> None:
        hub = Hub(DeafLayer(), topic_registry())
        await hub.start()
        heard = asyncio.Event()
        await hub.listen("gateways", "greeting", lambda _: heard.set())
        await hub.send("gateways", {"type": "greeting"})
        await heard.wait()
        await hub.stop()

    tried: list[float] = []
    run_skipping(hear_again)
    assert [round(later - earlier, 1) for earlier, later in pairwise(tried[:4])] == [1.0] * 3


async def test_it_listens_once_however_often_it_is_asked(hub: Hub) -> None:
    heard: list[str] = []

    def hear(message: Mapping[str, Any]) -> None:
        heard.append(message["text"])

    for _ in range(2):
        await hub.listen("gateways", "greeting", hear)
    await hub.send("gateways", {"type": "greeting", "text": "once"})
    await hub.send("gateways", {"type": "greeting", "text": "more"})
    await until(lambda: "more" in heard)
    assert heard == ["once", "more"]
