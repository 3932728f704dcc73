"""Clients that never read, beside others that do, at a gateway on Redis: who is closed, who stays, what they cost."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from benchmarks.load.publishing import SYMBOL, Target, Way
from benchmarks.measurements.large_events import MATTERS, Matter, Publish, publishing
from benchmarks.measurements.slow_readers import stalled
from streaming.gateway.sending.outbox import MAXIMUM_WRITE_BYTES
from streaming.gateway.sending.slow_reader import BURST_FACTOR, OutboxLimits
from tests.alerts.firing.stage import stage
from tests.deployments import Deployment
from tests.exchange_rules.rules import rule
from tests.processes import Process
from tests.waiting import until
from tests.wire.client import Client, connected
from tests.wire.rfc6455.peer import Ending, Peer

_STALLED, _HEALTHY = 12, 3
_FIRST = 1_000_000
"""Numbers have as many digits as this, so that all frames are as long."""
_KERNEL_BYTES = 8 * 2**20
"""More than the kernel takes for one stalled socket, both ends together."""
_BURST_BYTES = BURST_FACTOR * OutboxLimits().maximum_bytes
"""What may wait for one reader at most: these tests publish as fast as they can, so that what comes is a burst."""
_SETTINGS = {
    "LOG_LEVEL": "INFO",
    "WS_OPERATIONS_INTERVAL_SECONDS": "0.1",
    "WS_STATISTICS_INTERVAL_SECONDS": "0.1",
    "WS_ABORT_AFTER_SECONDS": "20",
}
"""The last lets a reader that was closed find out why, once it reads again."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Run a gateway to which nobody publishes but the tests."""
    with stage(tmp_path_factory.mktemp("var"), **_SETTINGS) as prepared:
        prepared.list_symbols([SYMBOL])
        with Process.command("serve", "--port", "0", environment=prepared.environment) as process:
            address = process.wait_for(r"Serving on (http://\S+)")[1]
            yield Deployment([address], "", {"gateway": process}, prepared.environment)
            assert "Traceback" not in process.output


class Scene:
    """A gateway with its clients: the stalled, the healthy, and one of the staff who is told how the gateway is."""

    def __init__(
        self, process: Process, matter: Matter, staff: Client, healthy: list[Client], peers: list[Peer]
    ) -> None:
        self.process = process
        self.matter = matter
        self.peers = peers
        self.told: list[dict[str, Any]] = []
        """What staff were told of the gateway."""
        self.sizes: list[int] = []
        """The gateway's memory, in bytes, after each frame."""
        self.number = _FIRST
        self.frame_bytes = 0
        self._staff = staff
        self._healthy = healthy

    async def watch(self) -> None:
        """Take what staff are told."""
        while True:
            self.told += (await self._staff.next_of("event"))["data"]["gateways"]

    async def show(self, publish: Publish, frames: int = 1) -> None:
        """Publish so many frames; each must come to every healthy client as its next one."""
        for _ in range(frames):
            self.number += 1
            await publish(self.number)
            for client in self._healthy:
                await client.receive()
                text = client.texts.pop()
                client.frames.clear()
                assert _number(text, self.matter) == self.number
                self.frame_bytes = len(text)
            self.sizes.append(self.process.resident_bytes())

    async def now(self) -> dict[str, Any]:
        """Return what staff are told next of the gateway."""
        known = len(self.told)
        await until(lambda: len(self.told) > known + 1)
        return self.told[-1]


def _number(text: str, matter: Matter) -> int:
    return int(text.partition(matter.sequence.decode())[2].partition(",")[0])


@asynccontextmanager
async def scene(deployment: Deployment, matter: Matter) -> AsyncIterator[Scene]:
    """Let all clients come and subscribe."""
    token = await asyncio.to_thread(deployment.token, "admin")
    port = int(deployment.http_url.rsplit(":", 1)[1])
    async with AsyncExitStack() as clients:
        staff = await clients.enter_async_context(connected(f"{deployment.socket_url}?token={token}"))
        await staff.subscribe("ops.gateways")
        healthy = [await clients.enter_async_context(connected(deployment.socket_url)) for _ in range(_HEALTHY)]
        for client in healthy:
            await client.subscribe(matter.channel)
            await client.next_of("subscribed")
        peers = [await clients.enter_async_context(stalled(port, matter.channel)) for _ in range(_STALLED)]
        made = Scene(deployment.processes["gateway"], matter, staff, healthy, peers)
        watching = asyncio.create_task(made.watch())
        try:
            await until(lambda: made.told)
            yield made
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def target_of(deployment: Deployment) -> Target:
    """Return where to publish."""
    return Target(way=Way.HUB, url=deployment.environment["REDIS_URL"], name=deployment.environment["REDIS_PREFIX"])


@rule("A.6")
async def test_those_that_stall_on_a_sequence_are_closed_and_the_others_lose_nothing(deployment: Deployment) -> None:
    matter = MATTERS["sequence"]
    async with scene(deployment, matter) as clients, publishing(target_of(deployment), matter) as publish:
        await clients.show(publish, 20)
        closed, before = (await clients.now())["slow_closed"], clients.sizes[-1]
        while clients.told[-1]["slow_closed"] < closed + _STALLED:
            await clients.show(publish)
            assert (clients.number - _FIRST) * clients.frame_bytes < _KERNEL_BYTES + _BURST_BYTES, clients.told[-1]
        endings = await asyncio.gather(*(_ending(peer) for peer in clients.peers))
        assert endings == [Ending(4408, "Slow consumer")] * _STALLED
        await clients.show(publish, 20)
        waited = max(told["waiting_bytes"] for told in clients.told)
        assert OutboxLimits().maximum_bytes < waited / _STALLED <= _BURST_BYTES + 2 * MAXIMUM_WRITE_BYTES
        once, each = waited / _STALLED, OutboxLimits().maximum_bytes + 2 * MAXIMUM_WRITE_BYTES
        assert max(clients.sizes) - before < once + (_STALLED + _HEALTHY) * each, "each frame is held once for all"
        assert (await clients.now())["waiting_bytes"] <= clients.frame_bytes


async def _ending(peer: Peer) -> Ending:
    """Let a client read again up to the close frame."""
    peer.writer.transport.resume_reading()  # type: ignore[attr-defined]
    return await peer.told_ending()


async def test_those_that_stall_on_state_stay_and_cost_a_frame_each(deployment: Deployment) -> None:
    matter = MATTERS["state"]
    async with scene(deployment, matter) as clients, publishing(target_of(deployment), matter) as publish:
        await clients.show(publish, 20)
        full, before = await clients.now(), clients.sizes[-1]
        wire_bytes = clients.frame_bytes + 4
        while full["waiting_bytes"] < _STALLED * wire_bytes:
            await clients.show(publish, 20)
            full = await clients.now()
            assert (clients.number - _FIRST) * wire_bytes < _KERNEL_BYTES, full
        await clients.show(publish, 100)
        last = await clients.now()
        assert (full["waiting_bytes"], last["waiting_bytes"]) == (_STALLED * wire_bytes,) * 2
        assert last["conflated"] >= full["conflated"] + _STALLED * 100
        assert (last["slow_closed"], last["connections"]) == (full["slow_closed"], 1 + _HEALTHY + _STALLED)
        assert max(clients.sizes) - before < (_STALLED + _HEALTHY) * (wire_bytes + 2 * MAXIMUM_WRITE_BYTES)
        assert await asyncio.gather(*(_newest(peer, clients) for peer in clients.peers)) == [clients.number] * _STALLED


async def _newest(peer: Peer, clients: Scene) -> int:
    """Let a client read again, until it has seen the newest; return that, once the client was answered as well."""
    peer.writer.transport.resume_reading()  # type: ignore[attr-defined]
    number = 0
    while number < clients.number:
        number = _number(json.dumps(await peer.message(), separators=(",", ":")), clients.matter)
    assert await peer.is_answered()
    return number
