"""Clients in all three dialects at each gateway, who keep what they are told while things go wrong."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.deployments import Deployment, fetch_json
from tests.soak.clients.dialects import (
    Answer,
    Dialect,
    Frame,
    News,
    Told,
    feed_of,
    item_of,
    message,
    read,
    resync_of,
    subscription,
)
from tests.soak.clients.notes import Door, now_ms
from tests.soak.judging.types import Feed, FeedKind, Item, Resync
from tests.waiting import until

TRADES = Feed(FeedKind.TRADES, "BTCUSDT")
CANDLES = Feed(FeedKind.CANDLES, "BTCUSDT", "1s")
CHANNELS = (str(TRADES), str(CANDLES), "trades:ETHUSDT", "depth:BTCUSDT", "price:ETHUSDT")
SYSTEM = ("system.health", "system.exchange")
_TOLD_SECONDS = 20.0
_FRESH = 3
"""So many fresh frames of each channel show that it goes on."""


class Reader:
    """One client: `news` counts what was fresh by channel, `trades` are what came, `resyncs` what it was told.

    `feed` is the one whose trades are kept.
    """

    def __init__(self, name: str, connection: ClientConnection, feed: Feed = TRADES) -> None:
        self.name = name
        self.connection = connection
        self.feed = feed
        self.news: Counter[str] = Counter()
        self.trades: list[Item] = []
        self.repaired = 0
        """So many of the trades were fetched later, to fill a hole."""
        self.settled = 0
        """Up to this trade's id all is known to have come, or to have been told of."""
        self.closed_candles: list[int] = []
        """Their open times."""
        self.resyncs: list[tuple[str, Resync]] = []
        self.told: list[News] = []
        """What the system told of itself."""
        self.notifications: list[str] = []
        """The titles of those that came."""
        self.answers: list[Frame] = []
        self.code: int | None = None
        """With which the connection ended; None while it hasn't."""

    async def run(self, dialect: Dialect) -> None:
        """Read until the connection ends."""
        try:
            async for text in self.connection:
                for told in read(text, dialect):
                    self.take(told)
                    if isinstance(told, Answer) and told.type == "ping":
                        await self.ask("pong")
        except ConnectionClosed:
            pass  # without a close frame
        self.code = self.connection.close_code

    async def ask(self, kind: str, **fields: object) -> None:
        """Send a message."""
        await self.connection.send(message(kind, **fields))

    async def answer(self, matches: Callable[[Frame], bool], *, seconds: float) -> Frame:
        """Return the newest answer that matches, once there is one."""
        await until(lambda: any(map(matches, self.answers)), seconds=seconds)
        return [frame for frame in self.answers if matches(frame)][-1]

    async def response(self, command: str, *, seconds: float) -> Frame:
        """Return what a command was answered, once it was."""
        return await self.answer(lambda frame: frame.get("id") == command, seconds=seconds)

    async def command(self, action: str, *, seconds: float, **params: object) -> Frame:
        """Give a command, and return what it was answered."""
        command = f"{action} {secrets.token_hex(4)}"
        await self.ask("command", id=command, action=action, params=params)
        return await self.response(command, seconds=seconds)

    def take(self, told: Told) -> None:
        """Keep what was told."""
        if isinstance(told, News):
            self._hear(told)
        elif isinstance(told, Answer):
            frame = told.frame
            if frame["type"] in ("event", "notification"):
                self._hear(News(frame["channel"], frame.get("event") or frame["type"], frame["data"]))
            else:
                self.answers.append(frame)

    def _hear(self, news: News) -> None:
        resync = resync_of(news, now_ms())
        if news.channel.startswith("system."):
            self.told.append(news)
        elif resync is not None:
            self.resyncs.append((news.channel, resync))
        elif news.name == "notification":
            self.notifications.append(news.data["title"])
        elif not news.data.get("stale"):
            self.news[news.channel] += 1
            item = item_of(news)
            feed = feed_of(news.channel)
            if item is not None and feed == self.feed:
                self.settled = self.settled or item.key
                self.trades.append(item)
                self.repaired += news.data.get("repaired", False)
            elif item is not None and feed == CANDLES:
                self.closed_candles.append(item.key)


class Readers:
    """All of them."""

    def __init__(self, deployment: Deployment, readers: list[Reader]) -> None:
        self._deployment = deployment
        self.all = readers

    async def until_fresh(self, *, seconds: float, of: Callable[[Reader], bool] = lambda _: True) -> None:
        """Wait until each channel of each reader has brought something fresh, several times, from now on."""
        chosen = [reader for reader in self.all if of(reader)]
        before = {reader.name: reader.news.copy() for reader in chosen}

        def missing() -> list[str]:
            return [
                f"{reader.name} {channel}"
                for reader in chosen
                for channel in reader.news
                if reader.news[channel] < before[reader.name][channel] + _FRESH
            ]

        deadline = time.monotonic() + seconds
        while silent := missing():
            assert time.monotonic() < deadline, self._silence(seconds, silent)
            await asyncio.sleep(0.05)

    def _silence(self, seconds: float, silent: list[str]) -> str:
        """Return what is known of readers that hear nothing, for whoever looks for the cause."""
        told = {reader.name: (reader.answers[-5:], reader.resyncs[-5:]) for reader in self.all}
        return f"silent for {seconds:g} s: {silent}; closed: {self.closed}; told: {told}\n{self._deployment.account()}"

    @property
    def closed(self) -> dict[str, int]:
        """Who was closed, with which code."""
        return {reader.name: reader.code for reader in self.all if reader.code is not None}

    def gaps_since(self, moment: int) -> dict[str, list[tuple[str, Resync]]]:
        """Return what each was told of gaps that began at `moment` (ms) or later; of those before it may hear late."""
        told = {reader.name: [one for one in reader.resyncs if one[1].start >= moment] for reader in self.all}
        return {name: gaps for name, gaps in told.items() if gaps}

    async def assert_told(self) -> None:
        """Check that each trade since the last check came once, or is soon fetched, or said to be lost."""
        for reader in self.all:
            await assert_told(reader, self._deployment.exchange)


async def assert_told(reader: Reader, exchange: str) -> None:
    """Check of one reader that each trade since the last check came once, or is soon fetched, or said to be lost.

    Those that were made last count as well, whether or not others came after them.
    """
    ids = [trade.key for trade in reader.trades]
    assert len(set(ids)) == len(ids), f"{reader.name}: a trade came twice"
    deadline = time.monotonic() + _TOLD_SECONDS
    made = await asyncio.to_thread(_trades_made, exchange, reader.feed.symbol, reader.settled)
    if reader.code is not None:  # what was made since can't have come
        made = [trade for trade in made if trade.key <= max(ids)]
    while untold := _untold(reader, made):
        assert time.monotonic() < deadline, _account(reader, made, untold)
        await asyncio.sleep(0.1)
    reader.settled = made[-1].key


def _account(reader: Reader, made: list[Item], untold: list[Item]) -> str:
    """Return what is known of trades that were lost untold, for whoever looks for the cause."""
    return (
        f"{reader.name}: {len(untold)} trades lost untold, {untold[0]} to {untold[-1]}, of {made[0]} to {made[-1]}; "
        f"{len(reader.trades)} came, the last {reader.trades[-1]}; closed with {reader.code}; told {reader.resyncs}"
    )


def _untold(reader: Reader, made: list[Item]) -> list[Item]:
    seen = {trade.key for trade in reader.trades}
    return [trade for trade in made if trade.key not in seen and not _covers(reader, trade)]


def _covers(reader: Reader, trade: Item) -> bool:
    told = [resync for channel, resync in reader.resyncs if feed_of(channel) == reader.feed and not resync.complete]
    return any(resync.covers(trade) for resync in told)


def _trades_made(exchange: str, symbol: str, first: int) -> list[Item]:
    """Return all trades from the one with the id `first` until now."""
    made = fetch_json(f"{exchange}/simulator/trades?symbol={symbol}&from_id={first}")
    return [Item(row["id"], row["time"], row["time"], ()) for row in made]


@asynccontextmanager
async def reading(deployment: Deployment, *, username: str = "demo") -> AsyncIterator[Readers]:
    """Connect a client in each dialect to each gateway, and wait until every channel speaks."""
    door = Door(deployment.gateways, lambda: deployment.token(username))
    token = await door.fresh_token()
    async with AsyncExitStack() as stack:
        readers = []
        for gateway in range(len(deployment.gateways)):
            for dialect in Dialect:
                connection = await door.open(dialect, gateway, token=token, queue=4096)
                stack.push_async_callback(connection.close)
                reader = Reader(f"{dialect.value} at gateway {gateway + 1}", connection)
                stack.push_async_callback(_end, asyncio.create_task(reader.run(dialect)))
                await connection.send(subscription([*map(dialect_channel(dialect), CHANNELS), *SYSTEM]))
                readers.append(reader)
        for reader in readers:
            await until(lambda reader=reader: len(reader.news) == len(CHANNELS), seconds=40)  # type: ignore[misc]
        yield Readers(deployment, readers)


async def _end(task: asyncio.Task[None]) -> None:
    """End a reader's task; raise what it failed of."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def dialect_channel(dialect: Dialect) -> Callable[[str], str]:
    """Return how a dialect spells a channel."""
    if dialect is not Dialect.TRADING:
        return str
    return lambda channel: channel.replace("trades:", "trade:").replace("klines:", "kline:")
