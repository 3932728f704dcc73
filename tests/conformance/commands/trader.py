"""A trader on a socket: gives commands, and waits for what is told of orders and grids."""

import asyncio
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from tests.conformance.asking.speaker import Speaker
from tests.conformance.asking.spelling import Seen
from tests.waiting import LIMIT_SECONDS
from tests.wire.client import Frame

ORDERS = "orders:me"
_AGAIN_SECONDS = 0.2
_SHOWN = 12
"""So many of the last events are shown where one that is waited for doesn't come."""


class Trader:
    """Trades by one connection."""

    def __init__(self, client: Speaker) -> None:
        self.client = client

    async def done(self, action: str, /, **params: Any) -> Any:
        """Give a command, and return the data of its answer."""
        frame = await self.asked(action, **params)
        assert frame["success"], (action, frame)
        return frame["data"]

    async def asked(self, action: str, /, **params: Any) -> Frame:
        """Give a command as often as its connection has to, for the rate of commands; return the response."""
        given = {name: float(value) if isinstance(value, Decimal) else value for name, value in params.items()}
        while True:
            frame = await self.client.command(action, given, command_id=f"{action} {len(self.client.frames)}")
            if frame["success"] or frame["error"]["code"] != "RATE_LIMITED":
                return frame
            await asyncio.sleep(_AGAIN_SECONDS)

    async def order(self, order_id: str, *statuses: str) -> Any:
        """Return an order as it is told of once it has come to one of these statuses."""
        return await self.order_among({order_id}, *statuses)

    async def order_among(self, order_ids: Collection[str], *statuses: str) -> Any:
        """Return the first of some orders that is told of as having come to one of these statuses."""
        found = await self.told([ORDERS], lambda seen: seen.data["id"] in order_ids and seen.data["status"] in statuses)
        return found.data

    def orders_told(self, order_id: str) -> list[Any]:
        """Return an order each time that it was told of so far."""
        told = (seen.data for seen in self.client.events() if seen.channel == ORDERS)
        return [order for order in told if order["id"] == order_id]

    async def happened(self, channel: str, event: str) -> Seen:
        """Return what is told once something happened."""
        return await self.told([channel], lambda seen: seen.event == event)

    async def told(self, channels: Collection[str], fits: Callable[[Seen], object]) -> Seen:
        """Return the first event of some channels that fits, be it that it came while an answer was waited for."""
        for seen in self.client.events():
            if seen.channel in channels and fits(seen):
                return seen
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                while not ((seen := await self.client.event()).channel in channels and fits(seen)):
                    pass
        except TimeoutError:
            told = self.client.events()
            last = [seen for seen in told if seen.channel in channels][-_SHOWN:]
            raise AssertionError(f"not told within {LIMIT_SECONDS} s; the last: {last}, {told[-_SHOWN:]}") from None
        return seen
