"""What must be there before the first process starts: Redis, PostgreSQL with our database, and free ports."""

import psycopg
from psycopg import sql
from redis.exceptions import RedisError

from config.redis_names import redis_client
from config.up.errors import CannotStartError
from config.up.local import without_password
from streaming.configuration.environment import LARGEST_PORT
from streaming.gateway.server.serve import bind
from streaming.program import make_target

_ANSWER_SECONDS = 3


def require_ports(host: str, ports: range) -> None:
    """Raise `CannotStartError` where one of the ports can't be listened on."""
    if not (ports[0] > 0 and ports[-1] <= LARGEST_PORT):
        raise CannotStartError(f"the ports {ports[0]} to {ports[-1]} are needed, of 1 to {LARGEST_PORT}")
    for port in ports:
        try:
            bind(host, port).close()
        except OSError as error:
            raise CannotStartError(
                f"can't listen on {host}:{port}: {error.strerror}. {ports[0]} to {ports[-1]} are needed; "
                f"others: PORT=8010 {make_target('up')}"
            ) from None


def require_redis(url: str) -> None:
    """Raise `CannotStartError` where Redis doesn't answer."""
    try:
        with redis_client(url) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        raise CannotStartError(
            f"Redis does not answer at {without_password(url)} ({_in_short(error)}). Start it (redis-server), "
            f"or say where it is: REDIS_URL=redis://host:6379/0 {make_target('up')}"
        ) from None


def ensure_database(server: str, name: str) -> None:
    """Make the database where it is missing; raise `CannotStartError` where PostgreSQL doesn't answer, or let us."""
    try:
        with psycopg.connect(server, connect_timeout=_ANSWER_SECONDS, autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.DuplicateDatabase:
        return  # somebody else made it at the same moment
    except psycopg.OperationalError as error:
        raise CannotStartError(
            f"PostgreSQL does not let us in at {without_password(server)} ({_in_short(error)}). Start it, "
            f"or say where it is: DATABASE_URL=postgres://user:password@host:5432/postgres {make_target('up')}"
        ) from None
    except psycopg.Error as error:
        raise CannotStartError(f"PostgreSQL does not make the database {name}: {_in_short(error)}") from None


def _in_short(error: Exception) -> str:
    """Return what went wrong: the end of the first line, where libraries say it."""
    return str(error).strip().partition("\n")[0].rpartition("failed: ")[2] or type(error).__name__
