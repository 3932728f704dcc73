"""A client of Kraken's feed, whose frames are read by the platform's own parser."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import websockets

from streaming.market.sources.kraken.book import CheckedBook
from streaming.market.sources.kraken.messages import BookMessage
from streaming.market.sources.kraken.stream_parser import parse_frame
from streaming.market.sources.messages import SourceMessage, Unreadable
from streaming.simulator.kraken.exchange import SimulatedKraken
from tests.waiting import LIMIT_SECONDS

_MARK = 10**9


class FeedClient:
    """Sends requests, and reads what came."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection

    async def next_frame(self) -> str:
        """Return the next frame."""
        return str(await asyncio.wait_for(self.connection.recv(), LIMIT_SECONDS))

    async def send(self, **request: object) -> None:
        """Send a request."""
        await self.connection.send(json.dumps(request))

    async def subscribe(self, channel: str, symbol: list[str] | None = None, **parameters: object) -> list[Any]:
        """Subscribe, and return all that came until it was answered."""
        symbols = {} if symbol is None else {"symbol": symbol}
        await self.send(method="subscribe", params={"channel": channel, **symbols, **parameters})
        return [json.loads(frame) for frame in await self.frames()]

    async def frames(self) -> list[str]:
        """Return all frames that were sent so far: a pong comes after them."""
        await self.send(method="ping", req_id=_MARK)
        came: list[str] = []
        while f'"req_id":{_MARK}' not in (frame := await self.next_frame()):
            came.append(frame)
        return came

    async def messages(self) -> list[SourceMessage]:
        """Return all that was sent so far, as the platform reads it; everything must be readable."""
        read = [message for frame in await self.frames() for message in parse_frame(frame)]
        assert not [message for message in read if isinstance(message, Unreadable)]
        return read


@asynccontextmanager
async def feed_client(kraken: SimulatedKraken) -> AsyncIterator[FeedClient]:
    """Connect to the feed."""
    connection = await websockets.connect(kraken.feed_url, proxy=None)
    try:
        yield FeedClient(connection)
    finally:
        await connection.close()


def proven(book: CheckedBook, messages: Iterable[SourceMessage]) -> list[bool]:
    """Apply what there is of a book; return after which messages its checksum was right."""
    return [book.take(message) for message in messages if isinstance(message, BookMessage)]
