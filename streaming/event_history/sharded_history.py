"""The history of events over several Redis hosts, each channel's at its own."""

import asyncio
from collections.abc import Callable, Collection, Sequence

from streaming.event_history.history import Append, EventHistory, Kept, Position
from streaming.layer.redis_hosts import RedisHosts


class ShardedEventHistory:
    """The histories of the hosts, which `make` makes from a host's name and address."""

    def __init__(self, hosts: RedisHosts, make: Callable[[str, str], EventHistory]) -> None:
        self._hosts = hosts
        self._histories = {name: make(name, url) for name, url in hosts.urls.items()}

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Add events, those of a host in this order, the hosts side by side; return the position behind each.

        Where one host can't be asked, `HistoryUnavailableError` is raised, though others have added theirs: who must
        not wait for one host adds to each by itself.
        """
        shares: dict[str, list[int]] = {}
        for place, one in enumerate(appends):
            shares.setdefault(self._hosts.of(one.key), []).append(place)
        answers = await asyncio.gather(
            *(self._histories[host].append([appends[place] for place in places]) for host, places in shares.items())
        )
        positions: list[Position | None] = [None] * len(appends)
        for places, answer in zip(shares.values(), answers, strict=True):
            for place, position in zip(places, answer, strict=True):
                positions[place] = position
        return tuple(positions)

    async def end_epochs(self, keys: Collection[str], fencing_number: int) -> None:
        """Begin new epochs of channels that aren't told any more."""
        shares = self._hosts.shares(keys)
        await asyncio.gather(*(self._histories[host].end_epochs(of, fencing_number) for host, of in shares.items()))

    async def forget(self, keys: Collection[str]) -> None:
        """Keep nothing of channels, nor where they end."""
        shares = self._hosts.shares(keys)
        await asyncio.gather(*(self._histories[host].forget(of) for host, of in shares.items()))

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Return where a channel's history ends, and what is kept of it behind `since`; None where there is none."""
        return await self._histories[self._hosts.of(key)].read(key, since)

    def host_of(self, key: str) -> str:
        """Return the name of the host at which a channel's history is."""
        return self._hosts.of(key)

    async def close(self) -> None:
        """Let go of connections; calling it twice is harmless."""
        await asyncio.gather(*(one.close() for one in self._histories.values()))
