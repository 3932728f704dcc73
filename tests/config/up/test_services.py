"""What `up` says where something is missing or in the way."""

import secrets
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from redis import Redis

from config.redis_names import forget_names
from config.up.errors import CannotStartError
from config.up.services import ensure_database, require_ports, require_redis
from tests.services import need_postgres, need_redis


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def silent() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_it_names_the_port_that_is_taken(taken: int) -> None:
    with pytest.raises(CannotStartError, match=rf"can't listen on 127\.0\.0\.1:{taken}: .* PORT=8010 make up"):
        require_ports("127.0.0.1", range(taken, taken + 1))


@pytest.mark.parametrize("ports", [range(3), range(65_534, 65_537)])
def test_it_refuses_ports_that_do_not_exist(ports: range) -> None:
    with pytest.raises(CannotStartError, match="are needed, of 1 to 65535"):
        require_ports("127.0.0.1", ports)


def test_it_says_that_redis_is_away_and_what_to_start(silent: int) -> None:
    shown = rf"redis://127\.0\.0\.1:{silent}/0"
    with pytest.raises(CannotStartError, match=rf"^Redis does not answer at {shown} \(.*refused.*\)\. Start it"):
        require_redis(f"redis://:secret@127.0.0.1:{silent}/0")


def test_it_says_what_is_wrong_with_an_address_of_redis() -> None:
    with pytest.raises(CannotStartError, match="must specify one of the following schemes"):
        require_redis("127.0.0.1")


@pytest.mark.redis
def test_it_is_content_with_redis() -> None:
    require_redis(need_redis())


@pytest.mark.redis
def test_it_forgets_its_own_names_and_nobody_elses() -> None:
    url, prefix = need_redis(), f"tidewire-test-{secrets.token_hex(4)}"
    own, others = f"{prefix}:position:m.trade.BTCUSDT", f"{prefix}0:position:m.trade.BTCUSDT"
    with Redis.from_url(url) as client:
        for key in (own, others):
            client.set(key, "1", ex=60)
        forget_names(url, prefix)
        assert (client.exists(own), client.exists(others)) == (0, 1)
        client.delete(others)


def test_it_says_that_postgresql_is_away_and_what_to_start(silent: int) -> None:
    shown = rf"postgres://me@127\.0\.0\.1:{silent}/x"
    with pytest.raises(CannotStartError, match=rf"^PostgreSQL .* {shown} \(.*refused.*\)\. Start it") as refusal:
        ensure_database(f"postgres://me:secret@127.0.0.1:{silent}/x?connect_timeout=1", "unused")
    assert "secret" not in str(refusal.value)


@pytest.mark.postgres
def test_it_makes_its_database_once() -> None:
    server, name = need_postgres(), f"tidewire_test_{secrets.token_hex(4)}"
    try:
        for _ in range(2):
            ensure_database(server, name)
        with psycopg.connect(urlsplit(server)._replace(path=f"/{name}").geturl()) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == (name,)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}"'.encode())
