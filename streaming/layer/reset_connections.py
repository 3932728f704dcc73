"""Connections to Redis that were reset: uvloop says so in its own way, which nobody who asks Redis expects.

Where the other side has reset a connection, a transport of asyncio's own takes what is written, and the answer doesn't
come; uvloop's raises `RuntimeError`. redis-py drops the connection then, but passes the error on as it is.
"""

from typing import Any

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError


def tell_resets_as_outages(pool: ConnectionPool) -> None:
    """Let the pool's connections raise redis-py's `ConnectionError` where they were reset; call it before their first.

    Whatever kind they are of: over TLS, or of a sentinel's master.
    """
    kind: type[AbstractConnection] = pool.connection_class
    pool.connection_class = type(f"Resettable{kind.__name__}", (_Resettable, kind), {})


class _Resettable:
    """Stands before a class of redis-py's connections."""

    async def send_packed_command(self, *arguments: Any, **options: Any) -> None:
        try:
            await super().send_packed_command(*arguments, **options)  # type: ignore[misc]  # the connection's own
        except RuntimeError as error:
            raise RedisConnectionError(f"the connection was reset: {error}") from error
