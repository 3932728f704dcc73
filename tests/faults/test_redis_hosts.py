"""One of several Redis hosts stands still, or dies and comes back empty: it harms the topics that live there alone."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

import pytest

from streaming.installed import topic_registry
from streaming.layer.redis_hosts import RedisHosts, host_name
from streaming.times import time_of
from tests.deployments import Deployment
from tests.faults.conftest import deploying
from tests.faults.watching import answer_of, until_part, until_ready
from tests.own_services import OwnService, own_postgres, own_redis
from tests.waiting import until
from tests.wire.client import Client, Frame, connected

SYMBOLS = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "ADAUSDT", "AVAXUSDT")
CHANNELS = tuple(f"{kind}:{symbol}" for kind in ("trades", "price") for symbol in SYMBOLS)
AT_ONCE_SECONDS = 1.0
TOLD_SECONDS = 3.0
"""Within which each trade is told, of how many there are: of some symbols none is made for as long by chance."""
AWAY_SECONDS = 6.0
"""More than it takes until a value is told once more because it is stale."""
BACK_SECONDS = 30.0
WAITING_TRADES = 10_000
"""More than a symbol has while its host is away, also at the hour at which the simulated market trades most."""


class Stage:
    """Two gateways, a bridge and the simulator on two Redis hosts of their own."""

    def __init__(self, deployment: Deployment, servers: Sequence[OwnService]) -> None:
        self.deployment = deployment
        self.servers = servers
        self._hosts = RedisHosts([server.url for server in servers])

    def channels_at(self, server: OwnService) -> list[str]:
        """Return the channels whose topics live at a host."""
        registry = topic_registry()
        return [one for one in CHANNELS if self._hosts.of(registry.parse(one).group) == host_name(server.url)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        servers = [stack.enter_context(own_redis()) for _ in range(2)]
        urls = ",".join(server.url for server in servers)
        postgres = stack.enter_context(own_postgres())
        var_dir = tmp_path_factory.mktemp("var")
        environment = {"REDIS_URLS": urls, "DATABASE_URL": postgres.url, "PUBLISH_WAITING_TRADES": str(WAITING_TRADES)}
        yield Stage(stack.enter_context(deploying(var_dir, **environment)), servers)


class Reader:
    """A client that reads all channels, with when each frame came (monotonic seconds)."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.come: list[tuple[float, Frame]] = []
        self._fresh_at: dict[str, float] = {}
        """When something fresh came last, by channel: who looked through all that came would read too slowly."""

    async def read(self) -> None:
        while True:
            frame = await self.client.receive()
            now = time.monotonic()
            self.come.append((now, frame))
            if "channel" in frame and frame["type"] not in {"subscribed", "resync"} and not _is_stale(frame):
                self._fresh_at[frame["channel"]] = now

    def since(self, moment: float, channel: str) -> list[tuple[float, Frame]]:
        return [(at, frame) for at, frame in self.come if at >= moment and frame.get("channel") == channel]

    def flows(self, channel: str, since: float) -> bool:
        """Return whether something fresh has come of a channel since then."""
        return self._fresh_at.get(channel, 0.0) >= since

    def trade_ids(self, channel: str) -> list[int]:
        return [frame["data"]["tradeId"] for _, frame in self.since(0.0, channel) if frame["type"] == "trade"]


@asynccontextmanager
async def reading(stage: Stage) -> AsyncIterator[list[Reader]]:
    """Read all channels at each gateway until the end of the `with`, beginning when all flow."""
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        clients = [await stack.enter_async_context(connected(stage.deployment.socket_url_of(at))) for at in (0, 1)]
        readers = [Reader(client) for client in clients]
        reads = [tasks.create_task(reader.read()) for reader in readers]
        for reader in readers:
            await reader.client.subscribe(*CHANNELS)
        await until_all_flow(readers, CHANNELS)
        yield readers
        for read in reads:
            read.cancel()


async def until_all_flow(readers: Sequence[Reader], channels: Sequence[str]) -> None:
    """Wait until something fresh comes of each channel from now on."""
    since = time.monotonic()
    await until(
        lambda: all(reader.flows(channel, since) for reader in readers for channel in channels), seconds=BACK_SECONDS
    )


def assert_untouched(readers: Sequence[Reader], channels: Sequence[str], began: float, ended: float) -> None:
    """Check that channels flowed all the time, without a word of a loss, nothing stale, and no trade missing."""
    for reader in readers:
        for channel in channels:
            frames = [frame for _, frame in reader.since(began, channel)]
            assert frames, channel
            assert not [frame for frame in frames if frame["type"] == "resync" or _is_stale(frame)], channel
            assert_told_in_time(reader, channel, began, ended)
        assert_whole(reader, channels)


def assert_told_in_time(reader: Reader, channel: str, began: float, ended: float) -> None:
    """Check that each trade known of a channel's symbol was told there in time: by itself, or by a newer frame."""
    trades = reader.since(began, f"trades:{channel.partition(':')[2]}")
    made = [_made_at(frame) for _, frame in trades if frame["type"] == "trade"]
    told = [(_made_at(frame), at) for at, frame in reader.since(began, channel)]
    for moment in made:
        if began <= moment < ended - TOLD_SECONDS:
            at = next((at for when, at in told if when >= moment), ended)
            assert at - moment < TOLD_SECONDS, f"{channel} told too late what happened {at - moment:.1f} s before"


def assert_whole(reader: Reader, channels: Sequence[str]) -> None:
    """Check that no trade is missing and none came twice."""
    for channel in channels:
        ids = reader.trade_ids(channel)
        assert ids == list(range(ids[0], ids[0] + len(ids))) if ids else channel.startswith("price:")


async def check_others_work_at_once(stage: Stage, away: OwnService, channels: Sequence[str]) -> None:
    """Check what is said of the host that is away, and that a newcomer subscribes the others' topics at once."""
    place = stage.servers.index(away) + 1
    for gateway in stage.deployment.gateways:
        await until_part(gateway, "channel_layer", "degraded")
        status, health = await answer_of(f"{gateway}/health")
        assert (status, health["status"]) == (200, "degraded")
        states = {host["host"]: host["state"] for host in health["channel_layer"]["hosts"]}
        assert states == {place: "down", 3 - place: "ok"}
        assert (await answer_of(f"{gateway}/ready"))[0] == 200
        async with connected(stage.deployment.socket_url_of(stage.deployment.gateways.index(gateway))) as newcomer:
            began = time.monotonic()
            await newcomer.subscribe(*channels)
            await newcomer.next_of("subscribed")
            await newcomer.send({"type": "unsubscribe", "channels": list(channels)})
            await newcomer.next_of("unsubscribed")
            assert time.monotonic() - began < AT_ONCE_SECONDS


async def test_a_host_that_stands_still_harms_only_its_share_which_is_mended_without_a_hole(stage: Stage) -> None:
    away, living = stage.servers
    async with reading(stage) as readers:
        began = time.monotonic()
        with away.paused():
            await check_others_work_at_once(stage, away, stage.channels_at(living))
            await asyncio.sleep(AWAY_SECONDS)  # what must not happen in that time is looked for below
        await until_all_flow(readers, CHANNELS)
        for gateway in stage.deployment.gateways:
            await until_part(gateway, "channel_layer", "ok")
        assert_untouched(readers, stage.channels_at(living), began, time.monotonic())
        for reader in readers:
            assert_whole(reader, stage.channels_at(away))


async def test_a_host_that_dies_and_comes_back_empty_harms_only_its_share(stage: Stage) -> None:
    living, away = stage.servers
    async with reading(stage) as readers:
        began = time.monotonic()
        await asyncio.to_thread(away.stop, signal.SIGKILL)  # the readers read on
        try:
            await check_others_work_at_once(stage, away, stage.channels_at(living))
        finally:
            await asyncio.to_thread(away.start)
        await until_all_flow(readers, CHANNELS)
        for gateway in stage.deployment.gateways:
            await until_ready(gateway)
        assert_untouched(readers, stage.channels_at(living), began, time.monotonic())
        for reader in readers:
            ids = [id_ for channel in stage.channels_at(away) for id_ in reader.trade_ids(channel)]
            assert len(ids) == len(set(ids))


def _is_stale(frame: Frame) -> bool:
    data = frame.get("data")
    return isinstance(data, dict) and bool(data.get("stale"))


def _made_at(frame: Frame) -> float:
    """Return when that was which a frame tells, in monotonic seconds of this machine, whose clock the market has."""
    return time_of(frame["data"]["timestamp"]) / 1000 - time.time() + time.monotonic()
