"""Events to iterate over, in a bounded store."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Self

from tidewire_client.channels.patterns import matches
from tidewire_client.errors import EventsDroppedError
from tidewire_client.events.base import Event


class EventStream:
    """An asynchronous iterator over the events of a channel or a wildcard; it ends when the client is disconnected.

    It holds at most `limit` events that were not read: the oldest go first, `dropped` counts them, and `tell` is told
    when that begins. For one reader. Cancelling a read loses nothing.
    """

    def __init__(
        self,
        pattern: str,
        limit: int,
        *,
        tell: Callable[[EventsDroppedError], None],
        forget: Callable[["EventStream"], None],
    ) -> None:
        """Make a stream; `forget` is called when it is closed."""
        self.pattern = pattern
        self.dropped = 0
        self._held: deque[Event] = deque(maxlen=limit)
        self._tell = tell
        self._forget = forget
        self._is_overflowing = False
        self._is_closed = False
        self._news = asyncio.Event()

    def put(self, event: Event) -> None:
        """Add an event, if it is one of the pattern's."""
        if self._is_closed or not matches(self.pattern, event.channel):
            return
        is_full = len(self._held) == self._held.maxlen
        self._held.append(event)
        self._news.set()
        if is_full:
            self._drop_one()

    def close(self) -> None:
        """End the iteration, after the events that are held. Safe to call twice."""
        if not self._is_closed:
            self._is_closed = True
            self._news.set()
            self._forget(self)

    def __aiter__(self) -> Self:
        """Return the stream itself."""
        return self

    async def __anext__(self) -> Event:
        """Return the next event, in the order in which they came."""
        while not self._held:
            if self._is_closed:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        self._is_overflowing = False
        return self._held.popleft()

    def _drop_one(self) -> None:
        self.dropped += 1
        if not self._is_overflowing:
            self._is_overflowing = True
            self._tell(EventsDroppedError(self.pattern, self._held.maxlen or 0))
