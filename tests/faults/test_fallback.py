"""The exchange goes away for long and comes back, twice, while clients read on, or resume: nothing real is missing."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import psycopg
import pytest

from tests.conformance.rows import row
from tests.deployments import Deployment, fetch_json, several_processes
from tests.faults.conftest import HASTE
from tests.waiting import until, until_answer
from tests.wire.client import Client, Frame, connected

TRADES, CANDLES, PRICE = CHANNELS = ("trades:BTCUSDT", "klines:BTCUSDT:1s", "price:BTCUSDT")
REAL, SIMULATED = "binance", "simulator"
FALLBACK = {
    "EXCHANGE_SOURCE": REAL,
    "FALLBACK_SIMULATOR": "1",
    "FALLBACK_WELL_SECONDS": "1",
    "BRIDGE_RECONNECT_MAXIMUM_SECONDS": "0.5",
    "BRIDGE_CONNECT_SPACING_SECONDS": "0.1",
    "BRIDGE_CONNECT_ATTEMPTS": "1000",  # they are that close, and a budget that is used up would end in minutes only
}
TIMES = 2
SWITCH_SECONDS = 40.0
STORED = "SELECT DISTINCT source FROM market_candle"


class Reader:
    """A client that keeps what it was told over all its connections, and resumes with each but the first."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.resumed: list[Frame] = []

    @asynccontextmanager
    async def reading(self, url: str) -> AsyncIterator[None]:
        """Read until the end of the `with`."""
        async with connected(url) as client:
            since = {channel: self._place(channel) for channel in (TRADES, CANDLES) if self.numbered(channel)}
            await client.send({"type": "subscribe", "channels": CHANNELS, "since": since})
            reading = asyncio.create_task(self._read(client))
            try:
                yield
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    def numbered(self, channel: str) -> list[Frame]:
        """Return the numbered frames of a channel."""
        return [frame for frame in self.frames if frame.get("channel") == channel and "seq" in frame]

    def data(self, kind: str, source: str) -> list[Frame]:
        """Return what a source told in frames of one type."""
        return [frame["data"] for frame in self.frames if frame["type"] == kind and frame["data"]["source"] == source]

    async def until_told_by(self, source: str) -> None:
        """Wait until trades, prices and closed candles are new, and of a source."""
        since = len(self.frames)
        await until(lambda: self._kinds_of(source, since) == {"trade", "price", "kline"}, seconds=SWITCH_SECONDS)

    def _kinds_of(self, source: str, since: int) -> set[str]:
        new = [frame for frame in self.frames[since:] if frame["type"] in {"trade", "price", "kline"}]
        return {frame["type"] for frame in new if frame["data"]["source"] == source and _is_of_now(frame["data"])}

    def _place(self, channel: str) -> Frame:
        last = self.numbered(channel)[-1]
        return {"epoch": last["epoch"], "seq": last["seq"]}

    async def _read(self, client: Client) -> None:
        while True:
            frame = await client.receive()
            if frame["type"] == "subscribed":
                self.resumed.append(frame)
            elif frame.get("channel") in CHANNELS:
                self.frames.append(frame)


def _is_of_now(data: Frame) -> bool:
    return not data.get("repaired") and not data.get("stale") and data.get("isFinal", True)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with several_processes(tmp_path_factory.mktemp("var"), {**HASTE, **FALLBACK}) as deployment:
        yield deployment


async def go_away(deployment: Deployment) -> None:
    """Let nobody have the exchange's streams any more."""
    await asyncio.to_thread(deployment.fault, "refuse-streams", status=503)
    await asyncio.to_thread(deployment.fault, "cut")


async def come_back(deployment: Deployment) -> None:
    """Let everybody have them again."""
    await asyncio.to_thread(deployment.fault, "refuse-streams/end")


def assert_whole(reader: Reader) -> None:
    """Check that numbers go on over all switches, and that everything real came once, and nothing was given up."""
    for channel in (TRADES, CANDLES):
        told = [(frame["epoch"], frame["seq"]) for frame in reader.numbered(channel)]
        epoch, first = told[0]
        assert told == [(epoch, first + at) for at in range(len(told))], channel
    trades = [data["tradeId"] for data in reader.data("trade", REAL)]
    assert trades == list(range(trades[0], trades[-1] + 1))
    candles = [data["time"] for data in reader.data("kline", REAL) if data["isFinal"]]
    assert candles == list(range(candles[0], candles[-1] + 1, 1000))
    assert all(frame["data"]["complete"] for frame in reader.frames if frame["type"] == "resync")
    for kind in ("trade", "kline", "price"):
        assert all(data["simulated"] for data in reader.data(kind, SIMULATED))
        assert not any(data.get("simulated") for data in reader.data(kind, REAL))


async def check_health(deployment: Deployment) -> None:
    """Check that each gateway soon says what is simulated, and in place of what."""
    said = {"state": "fallback", "source": SIMULATED, "simulated": True, "stands_in_for": REAL}
    for gateway in deployment.gateways:
        await until_answer(partial(exchange_health, gateway, tuple(said)), expected=said)


async def exchange_health(gateway: str, names: Iterable[str]) -> Frame:
    """Return what a gateway says of the exchange, as far as it is named."""
    health = await asyncio.to_thread(fetch_json, f"{gateway}/health")
    return {name: health["bridge"].get(name) for name in names}


@row("MK-22")
async def test_numbers_go_on_over_several_switches_and_nothing_real_is_missing(deployment: Deployment) -> None:
    staying, returning = Reader(), Reader()
    async with staying.reading(deployment.socket_url_of(0)):
        for _ in range(TIMES):
            async with returning.reading(deployment.socket_url_of(1)):
                await asyncio.gather(*(one.until_told_by(REAL) for one in (staying, returning)))
                await go_away(deployment)
                await returning.until_told_by(SIMULATED)
            await staying.until_told_by(SIMULATED)
            await check_health(deployment)
            await come_back(deployment)
            await staying.until_told_by(REAL)
        async with returning.reading(deployment.socket_url_of(1)):
            await returning.until_told_by(REAL)
    for reader in (staying, returning):
        assert_whole(reader)
    resumed = [frame["recovered"] for frame in returning.resumed if "recovered" in frame]
    assert resumed == [True] * len((TRADES, CANDLES)) * TIMES
    with psycopg.connect(deployment.environment["DATABASE_URL"]) as database:
        assert database.execute(STORED).fetchall() == [(REAL,)]
