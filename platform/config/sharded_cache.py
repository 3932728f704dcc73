"""Django's cache over several Redis hosts, each key at its own: Django itself would write all to the first."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from streaming.layer.redis_hosts import RedisHosts


class _ShardedClient(RedisCacheClient):
    """Asks the host of the key. What concerns many keys at once isn't for several hosts."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.hosts = RedisHosts(servers)
        self._clients = {name: RedisCacheClient([url], **options) for name, url in self.hosts.urls.items()}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if key is None:
            raise NotImplementedError("a cache over several Redis hosts is asked for single keys")
        return self._clients[self.hosts.of(key)].get_client(key, write=write)


class ShardedRedisCache(RedisCache):
    """The cache at the hosts that LOCATION lists; single keys only."""

    def __init__(self, server: list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _ShardedClient
        self._hosts = RedisHosts(server)

    def host_of(self, key: str) -> str:
        """Return the name of the host at which a key is."""
        return self._hosts.of(self.make_key(key))
