"""A client of a gateway that is killed: it comes back wherever one answers, and wants what nobody else does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.faults.readers import Reader, assert_told
from tests.soak.clients.dialects import Answer, Dialect, Refused, read, subscription
from tests.soak.clients.notes import NOT_THERE, Door
from tests.soak.judging.types import Feed, FeedKind
from tests.waiting import until

FEED = Feed(FeedKind.TRADES, "DOGEUSDT")
_HOME = 0
_RETRY_SECONDS = 0.3
_FRESH = 3
_FRESH_SECONDS = 40.0


class Returning:
    """Comes back wherever a gateway answers. The first of `gateways` is its home; `stays` are its connections."""

    def __init__(self, gateways: Sequence[str], exchange: str, random: Random) -> None:
        self.stays: list[Reader] = []
        self._door = Door(gateways, str)
        self._gateways = len(gateways)
        self._exchange = exchange
        self._random = random
        self._at = _HOME

    @property
    def trades(self) -> int:
        """How many trades it was told, over all its stays."""
        return sum(len(stay.trades) for stay in self.stays)

    async def run(self) -> None:
        """Stay until the connection ends, and come back, until cancelled."""
        while True:
            try:
                connection = await self._door.open(Dialect.MARKET, self._at)
            except NOT_THERE:
                self._at = self._random.randrange(self._gateways)
            else:
                async with connection:
                    await self._stay(connection)
            await asyncio.sleep(_RETRY_SECONDS)

    async def go_home(self) -> None:
        """Leave for the home gateway, where it is at another one."""
        if self._at != _HOME:
            self._at = _HOME
            await self.stays[-1].connection.close()

    async def until_told(self) -> None:
        """Wait for something fresh; then check that each trade of this stay came once, or is said to be lost."""
        before = {stay.name: len(stay.trades) for stay in self.stays}

        def is_told() -> bool:
            return any(len(stay.trades) >= before.get(stay.name, 0) + _FRESH for stay in self.stays[-1:])

        await until(is_told, seconds=_FRESH_SECONDS)
        await assert_told(self.stays[-1], self._exchange)

    async def _stay(self, connection: ClientConnection) -> None:
        """Read to the end; where a gateway that has just started refuses, leave, to ask again."""
        stay = Reader(f"the one who returns, stay {len(self.stays) + 1}", connection, FEED)
        self.stays.append(stay)
        try:
            await connection.send(subscription([str(FEED)]))
            async for text in connection:
                for told in read(text, Dialect.MARKET):
                    if isinstance(told, Refused):
                        return
                    stay.take(told)
                    if isinstance(told, Answer) and told.type == "ping":
                        await stay.ask("pong")
        except ConnectionClosed:
            pass  # killed


@asynccontextmanager
async def returning(gateways: Sequence[str], exchange: str, random: Random) -> AsyncIterator[Returning]:
    """Let one come, and come back, until the end of the `with`."""
    client = Returning(gateways, exchange, random)
    coming = asyncio.create_task(client.run())
    try:
        await client.until_told()
        yield client
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
