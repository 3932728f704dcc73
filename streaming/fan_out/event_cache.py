"""The newest values that all processes share, as events."""

from collections.abc import Mapping
from typing import Protocol

from streaming.events import Event
from streaming.topics.registry import TopicRegistry


class LastValueCache(Protocol):
    """Where encoded envelopes are kept, by key, for as long as they are fresh."""

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of `key`, where a fresh one is held."""
        ...

    async def write(self, values: Mapping[str, bytes]) -> None:
        """Hold the values; never raises."""
        ...


class EventCache:
    """Reads and keeps events of state topics; without a cache it holds nothing."""

    def __init__(self, cache: LastValueCache | None, registry: TopicRegistry) -> None:
        self._cache = cache
        self._registry = registry

    async def read(self, key: str) -> Event | None:
        """Return the newest event of `key`, where a fresh one is held."""
        body = None if self._cache is None else await self._cache.read(key)
        return None if body is None else self._registry.decoder.decode(body).event

    async def hold(self, values: Mapping[str, bytes]) -> None:
        """Keep encoded events of which the newest is told later, by key."""
        if values and self._cache is not None:
            await self._cache.write(values)
