"""A client of Coinbase's feed, whose frames are read by the platform's own parser."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets

from streaming.market.sources.coinbase.stream_parser import parse_frame
from streaming.market.sources.messages import SourceMessage, Unknown, Unreadable
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from tests.waiting import LIMIT_SECONDS

_LARGEST_FRAME = 8 << 20
_MARK = "Type has to be either subscribe or unsubscribe"


class FeedClient:
    """Sends requests, and reads what came."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection
        self._kept: list[str] = []

    async def send(self, **request: object) -> None:
        """Send a request."""
        await self.connection.send(json.dumps(request))

    async def subscribe(self, *channels: object, products: tuple[str, ...] = ("BTC-USD",)) -> list[Any]:
        """Subscribe; return what came until everything was answered."""
        await self.send(type="subscribe", product_ids=products, channels=channels)
        return [json.loads(frame) for frame in await self.frames()]

    async def begin(self, *channels: str) -> None:
        """Subscribe to channels of a product; what comes until then is among the next frames."""
        await self.send(type="subscribe", product_ids=["BTC-USD"], channels=channels)
        self._kept = await self.frames()

    async def frames(self) -> list[str]:
        """Return all frames that were sent so far: the refusal of what is no request comes after them."""
        await self.send(type="mark")
        came, self._kept = self._kept, []
        while _MARK not in (frame := str(await asyncio.wait_for(self.connection.recv(), LIMIT_SECONDS))):
            came.append(frame)
        return came

    async def messages(self) -> list[SourceMessage]:
        """Return all that was sent so far, as the platform reads it; everything must be read and known."""
        read = [parse_frame(frame).message for frame in await self.frames()]
        assert not [message for message in read if isinstance(message, (Unknown, Unreadable))]
        return read


@asynccontextmanager
async def feed_client(coinbase: SimulatedCoinbase) -> AsyncIterator[FeedClient]:
    """Connect to the feed."""
    connection = await websockets.connect(coinbase.feed_url, proxy=None, max_size=_LARGEST_FRAME)
    try:
        yield FeedClient(connection)
    finally:
        await connection.close()
