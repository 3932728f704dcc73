"""Last values and checkpoints over several Redis hosts, each topic's at its own; the hosts are asked side by side."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from streaming.layer.redis_hosts import RedisHosts
from streaming.market.publishing.last_values import LastValues


class ShardedLastValues:
    """The caches of the hosts, each made by `make` from its name and address. One that is away holds up no other."""

    def __init__(self, hosts: RedisHosts, make: Callable[[str, str], LastValues]) -> None:
        self._hosts = hosts
        self._caches = {name: make(name, url) for name, url in hosts.urls.items()}

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        return await self._caches[self._hosts.of(key)].read(key)

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Hold the values, and the checkpoints."""
        of_values, of_checkpoints = self._hosts.shares(values), self._hosts.shares(checkpoints or {})
        await asyncio.gather(
            *(
                self._caches[host].write(
                    {key: values[key] for key in of_values.get(host, ())},
                    {key: (checkpoints or {})[key] for key in of_checkpoints.get(host, ())},
                    epoch=epoch,
                )
                for host in of_values | of_checkpoints
            )
        )

    async def forget(self, keys: Iterable[str]) -> None:
        """Hold no value of the topics `keys`."""
        shares = self._hosts.shares(keys)
        await asyncio.gather(*(self._caches[host].forget(share) for host, share in shares.items()))

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the encoded checkpoints of the topics `keys`; None where one of their hosts can't be asked."""
        shares = self._hosts.shares(keys)
        answers = await asyncio.gather(
            *(
                self._caches[host].read_checkpoints(share, maximum_age=maximum_age, epoch=epoch)
                for host, share in shares.items()
            )
        )
        found: dict[str, bytes] = {}
        for answer in answers:
            if answer is None:
                return None
            found |= answer
        return found

    def shares(self, keys: Iterable[str]) -> Sequence[Sequence[str]]:
        """Return keys by their hosts."""
        return list(self._hosts.shares(keys).values())

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh, at the hosts that answer."""
        return sum(await asyncio.gather(*(one.count_fresh_prices() for one in self._caches.values())))

    async def close(self) -> None:
        """Let go of connections; calling it twice is harmless."""
        await asyncio.gather(*(one.close() for one in self._caches.values()))
