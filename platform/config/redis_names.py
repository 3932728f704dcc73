"""What the platform keeps in a Redis by its own names, asked and forgotten from a command line."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_ANSWER_SECONDS = 3
_KEYS_AT_A_TIME = 1000


def redis_client(url: str) -> Redis:
    """Return a client that is told within three seconds that nobody answers, and doesn't try again."""
    return Redis.from_url(
        url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def forget_names(url: str, prefix: str) -> None:
    """Delete the keys that begin with `prefix` and a colon; raise `RedisError` where Redis doesn't answer."""
    with redis_client(url) as client:
        for key in client.scan_iter(match=f"{prefix}:*", count=_KEYS_AT_A_TIME):
            client.unlink(key)
