"""A command acts once over real sockets: on two gateways of one deployment, after a reconnect, and after a crash."""

import asyncio
import json
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.conformance.rows import row
from tests.databases.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.waiting import until
from tests.wire.client import Client, connected

pytestmark = [pytest.mark.redis, pytest.mark.postgres]


class Gateways:
    """Gateways of one deployment, and what they have counted."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._database = environment["DATABASE_URL"]

    @contextmanager
    def gateway(self) -> Iterator[tuple[Process, str]]:
        """Run one more, and return it with its address."""
        with Process.command("serve", "--port", "0", environment=self._environment) as process:
            yield process, process.wait_for(r"Serving on (http://\S+)")[1]

    def count(self, name: str) -> int:
        """Return how often was counted."""
        with psycopg.connect(self._database) as connection:
            row = connection.execute("SELECT token FROM streaming_lease WHERE name = %s", [name]).fetchone()
        return 0 if row is None else int(row[0])

    @contextmanager
    def under_way(self, command_id: str) -> Iterator[None]:
        """Begin a command of the demo's user, as a gateway does that then stands still; its transaction is lost."""
        with psycopg.connect(self._database) as connection:
            connection.execute(
                "INSERT INTO streaming_commandrecord (user_id, command_id, fingerprint, outcome, created_at) "
                "SELECT id::text, %s, '', '', now() FROM accounts_user WHERE username = 'demo'",
                [command_id],
            )
            yield
            connection.rollback()


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateways]:
    """Return a deployment without gateways yet, whose gateways know the command that counts."""
    redis = need_redis()
    with new_database(need_postgres()) as database:
        environment = {
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "REDIS_PREFIX": f"tidewire-test-{secrets.token_hex(4)}",
            "VAR_DIR": str(tmp_path_factory.mktemp("var")),
            "DJANGO_SETTINGS_MODULE": "tests.gateway.commands.counting.platform_settings",
        }
        prepare_database(environment)
        yield Gateways(environment)


@pytest.fixture(scope="module")
def pair(gateways: Gateways) -> Iterator[tuple[str, str]]:
    """Return the addresses of two gateways."""
    with gateways.gateway() as (_, one), gateways.gateway() as (_, two):
        yield one, two


async def socket_url(url: str, username: str = "demo") -> str:
    """Return the address of a socket for a user who is logged in."""
    return f"{url.replace('http', 'ws', 1)}/ws?token={await asyncio.to_thread(token, url, username)}"


def token(url: str, username: str) -> str:
    """Log a demo user in."""
    body = json.dumps({"username": username, "password": username}).encode()
    request = urllib.request.Request(f"{url}/api/v1/auth/token/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        access: str = json.load(answer)["access"]
    return access


async def give(client: Client, name: str, then: str = "answer", *, command_id: str = "1") -> None:
    """Give the command; names are counters of their own, and its ids begin with them."""
    params = {"name": name, "then": then}
    await client.send({"type": "command", "id": f"{name}.{command_id}", "action": "counting.count", "params": params})


async def answer(client: Client) -> dict[str, Any]:
    """Return the next response, without its time."""
    frame = await client.next_of("response")
    return {name: value for name, value in frame.items() if name != "timestamp"}


@row("CM-12")
async def test_it_acts_once_for_the_same_id_at_the_same_moment_on_two_connections(
    gateways: Gateways, pair: tuple[str, str]
) -> None:
    url = await socket_url(pair[0])
    async with connected(url) as one, connected(url) as two:
        await asyncio.gather(give(one, "moment"), give(two, "moment"))
        assert await answer(one) == await answer(two)
    assert await asyncio.to_thread(gateways.count, "moment") == 1


@row("CM-12")
async def test_it_acts_once_for_the_same_ids_at_the_same_moment_on_two_gateways(
    gateways: Gateways, pair: tuple[str, str]
) -> None:
    urls = [await socket_url(url) for url in pair]
    async with connected(urls[0]) as one, connected(urls[1]) as two:
        for number in range(8):  # no more than a connection may give in a second
            await asyncio.gather(*(give(client, "race", command_id=str(number)) for client in (one, two)))
        answers = [{frame["id"]: frame for frame in [await answer(client) for _ in range(8)]} for client in (one, two)]
    assert answers[0] == answers[1]
    assert all(frame["success"] for frame in answers[0].values())
    assert sorted(frame["data"]["count"] for frame in answers[0].values()) == list(range(1, 9))
    assert await asyncio.to_thread(gateways.count, "race") == 8


@row("CM-12")
async def test_it_answers_the_same_again_after_a_reconnect_to_another_gateway(
    gateways: Gateways, pair: tuple[str, str]
) -> None:
    answers = []
    for gateway in (0, 0, 1):
        async with connected(await socket_url(pair[gateway])) as client:
            await give(client, "again")
            answers.append(await answer(client))
            texts = client.texts[-1]
            assert '"exact":1.00000010' in texts
    assert answers[0] == answers[1] == answers[2]
    assert await asyncio.to_thread(gateways.count, "again") == 1


@row("CM-13")
async def test_it_refuses_the_id_for_another_command_on_another_gateway_but_not_to_another_user(
    gateways: Gateways, pair: tuple[str, str]
) -> None:
    async with connected(await socket_url(pair[0])) as client:
        await give(client, "owner")
        assert (await answer(client))["success"]
    async with connected(await socket_url(pair[1])) as client:
        await give(client, "owner", "refuse")
        assert (await answer(client))["error"]["code"] == "CONFLICT"
    async with connected(await socket_url(pair[1], "admin")) as stranger:
        await give(stranger, "owner")
        assert (await answer(stranger))["data"]["count"] == 2


@row("CM-15")
async def test_it_acts_once_where_the_gateway_is_killed_between_doing_and_answering(
    gateways: Gateways, pair: tuple[str, str]
) -> None:
    with gateways.gateway() as (process, url):
        async with connected(await socket_url(url)) as client:
            await give(client, "after", "die after commit")
            with pytest.raises(ConnectionClosed):
                await answer(client)
        await until(lambda: process.has_ended)
    assert await asyncio.to_thread(gateways.count, "after") == 1
    async with connected(await socket_url(pair[0])) as client:
        await give(client, "after", "die after commit")
        assert (await answer(client))["data"]["count"] == 1
    assert await asyncio.to_thread(gateways.count, "after") == 1


@row("CM-15")
async def test_it_has_done_nothing_where_the_gateway_is_killed_before_all_is_stored(gateways: Gateways) -> None:
    for _ in range(2):  # not remembered either: the next gateway does it, and dies as it is told
        with gateways.gateway() as (process, url):
            async with connected(await socket_url(url)) as client:
                await give(client, "before", "die before commit")
                with pytest.raises(ConnectionClosed):
                    await answer(client)
            await until(lambda process=process: process.has_ended)  # type: ignore[misc]
        assert await asyncio.to_thread(gateways.count, "before") == 0


@row("CM-14")
async def test_it_is_unavailable_where_a_frozen_gateway_holds_the_same_id_and_acts_once_that_has_gone(
    gateways: Gateways, pair: tuple[str, str]
) -> None:
    async with connected(await socket_url(pair[0])) as client:
        with gateways.under_way("frozen.1"):
            await give(client, "frozen")
            assert (await answer(client))["error"]["code"] == "UNAVAILABLE"
        await give(client, "frozen")
        assert (await answer(client))["data"]["count"] == 1
