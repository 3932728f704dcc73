"""A witness: a well-behaved client that holds its channels for long, and keeps a ledger of each stay on each of them.

It comes back whenever it is disconnected. Now and then it leaves a channel, or altogether, and comes again.
"""

import asyncio
from collections.abc import Sequence
from random import Random

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.soak.clients.dialects import (
    Answer,
    Dialect,
    Frame,
    News,
    Refused,
    Subscribed,
    Told,
    feed_of,
    item_of,
    message,
    read,
    resync_of,
    subscription,
    time_of,
)
from tests.soak.clients.notes import NOT_THERE, Counts, Door, now_ms, pause
from tests.soak.judging.ledger import Ledger
from tests.soak.judging.truth import Truth
from tests.soak.judging.types import Feed

LEFT = "it left"
_ALIVE_SECONDS = 20.0
RETRY_SECONDS = 0.3


class Witness:
    """One witness. `stay` is how long it stays on average, in seconds; every other time it connects anew.

    With `batched`, it asks for frames that leave together in one.
    """

    def __init__(
        self,
        name: str,
        dialect: Dialect,
        feeds: Sequence[Feed],
        *,
        door: Door,
        truth: Truth,
        counts: Counts,
        random: Random,
        gateway: int,
        stay: float,
        batched: bool = False,
    ) -> None:
        self.name = name
        self.open: dict[Feed, Ledger] = {}
        self.closed: list[Ledger] = []
        self._dialect = dialect
        self._feeds = {dialect.channel(feed): feed for feed in feeds}
        self._door = door
        self._truth = truth
        self._counts = counts
        self._random = random
        self._gateway = gateway
        self._stay = stay
        self._batched = batched
        self._refused = False
        self._heard_at: int | None = None
        self._longest_silence = 0

    @property
    def ledgers(self) -> list[Ledger]:
        """All ledgers that were not taken away yet."""
        return [*self.closed, *self.open.values()]

    def take_silence(self) -> int:
        """Return the longest time without anything fresh while connected, in ms, since this was last asked."""
        silence, self._longest_silence = self._longest_silence, 0
        return silence

    async def run(self) -> None:
        """Witness until cancelled; then every stay is ended."""
        try:
            while True:
                await self._visit()
                await self._stay_away()
        finally:
            self._end_all("the run ended")

    async def _visit(self) -> None:
        try:
            connection = await self._enter()
        except NOT_THERE as error:
            self._counts.refused[type(error).__name__] += 1
            self._gateway += 1  # as behind a proxy: another one answers
            return
        try:
            await connection.send(self._subscription(list(self._feeds)))
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(self._talk(connection))
                await self._read(connection)
                talking.cancel()
        except* ConnectionClosed:
            pass
        finally:
            await connection.close()
            code = str(connection.close_code)
            self._counts.closes[f"witness {code}"] += 1
            self._end_all(f"closed {code}")

    async def _stay_away(self) -> None:
        """Wait before it comes again."""
        await asyncio.sleep(RETRY_SECONDS)

    def _subscription(self, channels: Sequence[str]) -> str:
        """Return the message that subscribes."""
        return subscription(channels, **({"batch": True} if self._batched else {}))

    async def _enter(self) -> ClientConnection:
        token = await self._door.fresh_token() if self._dialect.needs_token else ""
        return await self._door.open(self._dialect, self._gateway, token=token)

    async def _talk(self, connection: ClientConnection) -> None:
        """Show that one is alive, renew the login, and leave at times."""
        leaves_at = asyncio.get_running_loop().time() + self._stay / 2 + pause(self._random, self._stay / 2)
        while asyncio.get_running_loop().time() < leaves_at:
            await asyncio.sleep(min(_ALIVE_SECONDS, self._stay / 4))
            await connection.send(message("ping"))
            if self._dialect.needs_token:
                await connection.send(message("auth", token=await self._door.fresh_token()))
        if self._random.random() < 0.5:
            await connection.close()
            return
        channel = self._random.choice(list(self._feeds))
        self._end(self._feeds[channel], LEFT)
        await connection.send(message("unsubscribe", channels=[channel]))
        await asyncio.sleep(pause(self._random, 5.0))
        await connection.send(self._subscription([channel]))
        await self._talk(connection)

    async def _read(self, connection: ClientConnection) -> None:
        """Read to the end; after a refusal, which a gateway that has just started may give, begin anew."""
        self._refused = False
        async for text in connection:
            at = now_ms()
            self._counts.frames += 1
            for told in read(text, self._dialect):
                self._take(told, at)
            if self._refused:
                await connection.close()

    def _take(self, told: Told, at: int) -> None:
        match told:
            case News():
                self._hear(told, at)
            case Subscribed():
                for channel in told.channels:
                    self._begin(self._feeds[channel], told.resumed.get(channel, {}), at)
            case Refused():
                self._counts.refused[f"witness {told.code}"] += 1
                self._refused = True
            case Answer():
                pass

    def _begin(self, feed: Feed, resumed: Frame, at: int) -> None:
        """Begin a stay on a channel; `resumed` is what the answer says of its history."""
        self.open[feed] = Ledger(self.name, feed, at)

    def _hear(self, news: News, at: int) -> None:
        feed = feed_of(news.channel)
        ledger = self.open.get(feed) if feed else None
        if ledger is None or feed is None:
            return
        resync, item = resync_of(news, at), item_of(news)
        if resync is not None:
            ledger.resync(resync)
        elif news.data.get("stale"):
            pass  # a last value that is told once more, and says so
        elif item is not None:
            repaired = news.data.get("repaired", False)
            ledger.take(item, self._truth[feed].get(item.key), at, repaired=repaired)
            if not repaired:
                self._longest_silence = max(self._longest_silence, at - (self._heard_at or at))
                self._heard_at = at
        elif "timestamp" in news.data:
            ledger.alive(time_of(news.data["timestamp"]))

    def _end_all(self, reason: str) -> None:
        self._heard_at = None
        for feed in list(self.open):
            self._end(feed, reason)

    def _end(self, feed: Feed, reason: str) -> None:
        ledger = self.open.pop(feed, None)
        if ledger is not None:
            ledger.end(now_ms(), reason)
            self.closed.append(ledger)
