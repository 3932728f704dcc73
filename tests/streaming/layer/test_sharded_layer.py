"""The layer over several Redis hosts: one that is away harms only what lives there."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import redis

from streaming.layer.availability import HostAwayError
from streaming.layer.channel_layer import RECONNECTED_MESSAGE, Message
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.layer.redis_hosts import host_name
from streaming.layer.sharded_layer import ShardedRedisLayer
from tests.own_services import OwnService, own_redis
from tests.waiting import until

pytestmark = pytest.mark.redis
GROUPS = [f"m.price.S{number}" for number in range(20)]
AT_ONCE_SECONDS = 0.9
"""Less than anybody waits for a host that doesn't answer."""


@pytest.fixture(scope="module")
def servers() -> Iterator[list[OwnService]]:
    with ExitStack() as stack:
        yield [stack.enter_context(own_redis()) for _ in range(2)]


class Rig:
    """A layer over two hosts, with a channel that hears a group at each and that of all gateways."""

    def __init__(self, servers: list[OwnService]) -> None:
        self.servers = servers
        self.layer = ShardedRedisLayer([server.url for server in servers], "test")
        self.heard: list[Message] = []
        self.channel = ""

    async def open(self) -> None:
        self.channel = await self.layer.new_channel()
        await self.layer.hand_over(self.channel, self.heard.append)

    def group_at(self, server: OwnService, place: int = 0) -> str:
        """Return one of the groups that live at a host."""
        of_host = [group for group in GROUPS if self.layer.host_of(group) == host_name(server.url)]
        return of_host[place]

    def types(self) -> list[str]:
        return [message["type"] for message in self.heard]

    async def hears(self, message_type: str) -> None:
        await until(lambda: message_type in self.types())


@pytest.fixture
async def rig(servers: list[OwnService]) -> AsyncIterator[Rig]:
    one = Rig(servers)
    await one.open()
    yield one
    await one.layer.flush()


def listens(server: OwnService, group: str) -> bool:
    with redis.Redis.from_url(server.url) as staff:
        return bool(staff.pubsub_numsub(f"test__group__{group}")[0][1])


async def test_a_topic_is_at_one_host_and_what_processes_tell_each_other_at_every_one(rig: Rig) -> None:
    first, second = rig.servers
    group = rig.group_at(first)
    for name in (group, GATEWAYS_GROUP):
        await rig.layer.group_add(name, rig.channel)
    await until(lambda: listens(first, GATEWAYS_GROUP) and listens(second, GATEWAYS_GROUP) and listens(first, group))
    assert not listens(second, group)


async def test_each_message_comes_once_alone_and_together(rig: Rig) -> None:
    groups = [*map(rig.group_at, rig.servers), GATEWAYS_GROUP]
    for group in groups:
        await rig.layer.group_add(group, rig.channel)
    for group in groups:
        await rig.layer.group_send(group, {"type": f"alone {group}"})
    await rig.layer.group_send_all([(group, {"type": f"together {group}"}) for group in groups])
    await rig.layer.group_send(GATEWAYS_GROUP, {"type": "last"})
    for host in rig.layer.hosts:
        await rig.layer.group_send_at(host, GATEWAYS_GROUP, {"type": f"behind {host}"})
        await rig.hears(f"behind {host}")
    expected = [*(f"{how} {group}" for how in ("alone", "together") for group in groups), "last"]
    assert sorted(told for told in rig.types() if not told.startswith("behind")) == sorted(expected)


async def test_a_host_that_hangs_harms_only_its_own(rig: Rig) -> None:
    hanging, living = rig.servers
    for group in (rig.group_at(hanging), rig.group_at(living), GATEWAYS_GROUP):
        await rig.layer.group_add(group, rig.channel)
    with hanging.paused():
        began = time.monotonic()
        await rig.layer.group_add(rig.group_at(living, 1), rig.channel)
        await rig.layer.group_send(rig.group_at(living, 1), {"type": "new"})
        await rig.layer.group_discard(rig.group_at(living, 1), rig.channel)
        await rig.layer.group_send(GATEWAYS_GROUP, {"type": "to all"})
        await rig.hears("new")
        await rig.hears("to all")
        assert time.monotonic() - began < AT_ONCE_SECONDS
        with pytest.raises(HostAwayError):
            await rig.layer.group_send(rig.group_at(hanging), {"type": "lost"})
        began = time.monotonic()
        for group in (rig.group_at(hanging), rig.group_at(hanging, 1)):  # it is known by now not to answer
            with pytest.raises(HostAwayError):
                await rig.layer.group_add(group, rig.channel)
        assert time.monotonic() - began < 0.1
        with pytest.raises(HostAwayError):
            await rig.layer.group_send_all([(rig.group_at(server), {"type": "both"}) for server in rig.servers])
        await rig.hears("both")
    await until_taken(rig, rig.group_at(hanging), "back")
    await rig.hears("back")
    assert rig.types().count("to all") == 1
    assert RECONNECTED_MESSAGE not in rig.types()


async def test_a_host_that_was_killed_and_comes_back_tells_of_itself_alone(rig: Rig) -> None:
    killed, living = rig.servers
    for group in (rig.group_at(killed), rig.group_at(living), GATEWAYS_GROUP):
        await rig.layer.group_add(group, rig.channel)
    killed.stop(signal.SIGKILL)
    try:
        began = time.monotonic()
        for group in (rig.group_at(living), GATEWAYS_GROUP):
            await rig.layer.group_send(group, {"type": f"during {group}"})
            await rig.hears(f"during {group}")
        newcomer = Rig(rig.servers)
        await newcomer.open()
        for group in (rig.group_at(living), GATEWAYS_GROUP):
            await newcomer.layer.group_add(group, newcomer.channel)
        assert time.monotonic() - began < AT_ONCE_SECONDS
    finally:
        killed.start()
    await rig.hears(RECONNECTED_MESSAGE)
    [told] = [message for message in rig.heard if message["type"] == RECONNECTED_MESSAGE]
    assert told["host"] == host_name(killed.url)
    await until_taken(rig, rig.group_at(killed), "back")
    await rig.hears("back")
    await until_taken_at(newcomer, host_name(killed.url))  # it has joined there meanwhile by itself
    await newcomer.layer.flush()


async def test_nobody_answers(servers: list[OwnService]) -> None:
    layer = ShardedRedisLayer(["redis://127.0.0.1:1/0", "redis://127.0.0.1:1/1"], "test")
    channel = await layer.new_channel()
    with pytest.raises(HostAwayError):
        await layer.group_add(GATEWAYS_GROUP, channel)
    with pytest.raises(HostAwayError):
        await layer.group_send(GATEWAYS_GROUP, {"type": "to nobody"})
    with pytest.raises(HostAwayError):
        await layer.group_send_all([(GATEWAYS_GROUP, {"type": "to nobody"})])
    await layer.flush()


async def until_taken(rig: Rig, group: str, message_type: str) -> None:
    """Send until the host of the group takes it."""
    async with asyncio.timeout(20):
        while True:
            if await _is_taken(rig, rig.layer.host_of(group), group, {"type": message_type}):
                return
            await asyncio.sleep(0.05)


async def until_taken_at(rig: Rig, host: str) -> None:
    """Send to all gateways over one host until it is heard."""
    async with asyncio.timeout(20):
        while "at host" not in rig.types():
            await _is_taken(rig, host, GATEWAYS_GROUP, {"type": "at host"})
            await asyncio.sleep(0.05)


async def _is_taken(rig: Rig, host: str, group: str, message: dict[str, Any]) -> bool:
    try:
        await rig.layer.group_send_at(host, group, message)
    except HostAwayError:
        return False
    return True
