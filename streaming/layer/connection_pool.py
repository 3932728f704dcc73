"""Connections to Redis that a process shares for one purpose, each call with a limit of time."""

from redis.asyncio.connection import BlockingConnectionPool

from streaming.layer.reset_connections import tell_resets_as_outages

_TIMEOUT_SECONDS = 5.0


def connection_pool(url: str, *, connections: int) -> BlockingConnectionPool:
    """Return a pool of at most `connections`; where all are taken, whoever asks waits for one.

    To wait for one, to connect and to be answered may take 5 s each; redis-py's `ConnectionError` or `TimeoutError`
    says that it took longer, or that the connection was reset.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=_TIMEOUT_SECONDS,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
    )
    tell_resets_as_outages(pool)
    return pool
