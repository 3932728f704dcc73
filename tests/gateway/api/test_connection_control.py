"""All connections, as staff list and end them, by command and over REST, at one gateway and at several."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from tests.gateway.api.other_gateways import other_gateway
from tests.market.failing_layer import FailingLayer
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import Client, connected

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/ops/connections/"
ENDED = (1012, "Disconnected by an operator")
_BOTH = ("view_user", "disconnect_client")


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Serving]:
    """Run a gateway that pings nobody early: a test says itself what a ping has measured."""
    settings.WS_FIRST_PING_SECONDS = 0
    async with serving() as running:
        yield running


@sync_to_async
def made(username: str, *, is_staff: bool = False, may: tuple[str, ...] = ()) -> User:
    """Make a user with these permissions."""
    user = User.objects.create_user(username, f"{username}@example.com", is_staff=is_staff)
    user.user_permissions.add(*Permission.objects.filter(codename__in=may))
    return user


@pytest.fixture
async def operator(transactional_db: None) -> User:
    """Return a member of staff who may see connections, and end them."""
    return await made("Root", is_staff=True, may=_BOTH)


@asynccontextmanager
async def logged_in(gateway: Serving, user: User, path: str = "") -> AsyncIterator[Client]:
    """Connect as a user."""
    token = await sync_to_async(access_issue)(user=user)
    async with connected(f"{gateway.socket_url}{path}?token={token}") as client:
        yield client


async def ask(gateway: Serving, user: User | None, address: str = "", *, method: str = "GET") -> httpx2.Response:
    """Ask over REST, below the address of all connections."""
    headers = {} if user is None else {"Authorization": f"Bearer {await sync_to_async(access_issue)(user=user)}"}
    async with httpx2.AsyncClient() as client:
        return await client.request(method, f"{gateway.http_url}{PATH}{address}", headers=headers)


async def command(client: Client, action: str, params: dict[str, Any], command_id: str = "1") -> Any:
    """Give a command, and return the response."""
    await client.send({"type": "command", "id": command_id, "action": action, "params": params})
    return await client.next(lambda frame: frame["type"] == "response" and frame["id"] == command_id)


async def end_of(client: Client) -> tuple[int, str]:
    """Read until the server ends the connection; return code and reason."""
    try:
        while True:
            await client.receive()
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        return closed.rcvd.code, closed.rcvd.reason


async def test_staff_see_every_connection_with_what_it_does(gateway: Serving, operator: User) -> None:
    ada = await made("Ada")
    async with logged_in(gateway, ada) as client, connected(gateway.socket_url):
        await client.subscribe("price:BTCUSDT", "orders:me")
        await client.next_of("subscribed", "orders:me")
        [session] = gateway.runtime.sessions.of_user(str(ada.pk))
        session.liveness.quality.measured(0.0125)
        answer = (await ask(gateway, operator, "?sort=user")).json()
    first, second = answer.pop("items")
    process = gateway.runtime.process_id
    assert answer == {"total": 2, "cut": False, "open": 2, "gateways": [process], "unanswered": []}
    assert (second["user"], second["subscriptions"], second["latency_ms"]) == (None, 0, None)
    assert first.pop("since").endswith("Z")
    assert first.pop("sent") >= 3
    assert first == {
        "id": session.client_id,
        "user": "Ada",
        "address": "127.0.0.1",
        "dialect": session.dialect.name,
        "gateway": process,
        "subscriptions": 2,
        "conflated": 0,
        "waiting_bytes": 0,
        "latency_ms": 12.5,
    }


async def test_they_filter_and_sort_and_are_told_what_is_cut(gateway: Serving, operator: User) -> None:
    ada = await made("Ada")
    async with logged_in(gateway, ada), logged_in(gateway, ada, "/trading"), connected(gateway.socket_url):
        found = (await ask(gateway, operator, "?filter=ADA%20127.0&limit=1&sort=dialect&descending=true")).json()
        nobody = (await ask(gateway, operator, "?filter=anonymous")).json()
        nothing = (await ask(gateway, operator, "?filter=%25")).json()
    assert [item["dialect"] for item in found["items"]] == ["trading"]
    assert (found["total"], found["cut"], found["open"]) == (2, True, 3)
    assert [item["user"] for item in nobody["items"]] == [None]
    assert (nothing["items"], nothing["total"], nothing["open"]) == ([], 0, 3)


async def test_a_command_answers_the_same_in_the_dialects_time(gateway: Serving, operator: User) -> None:
    async with logged_in(gateway, operator, "/trading") as client:
        answer = (await command(client, "ops.connections", {"filter": "trading"}))["data"]
        [session] = gateway.runtime.sessions
    assert [(item["id"], item["since"]) for item in answer["items"]] == [(session.client_id, session.opened_at)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"filter={'x' * 101}", "filter"),
        ("filter=a%0Ab", "filter"),
        ("filter=%00", "filter"),
        ("sort=latency", "sort"),
        ("descending=perhaps", "descending"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("offset=1", "offset"),
    ],
)
async def test_bad_input_is_named(gateway: Serving, operator: User, query: str, field: str) -> None:
    response = await ask(gateway, operator, f"?{query}")
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [field])


async def test_only_who_may_see_users_sees_them_and_only_who_may_ends_one(gateway: Serving, operator: User) -> None:
    ada, clerk = await made("Ada"), await made("Clerk", is_staff=True)
    with_permission_alone = await made("Former", may=_BOTH)
    async with logged_in(gateway, ada) as client:
        [session] = gateway.runtime.sessions
        address = f"{session.client_id}/"
        statuses = {}
        for user in (None, ada, clerk, with_permission_alone):
            name = "" if user is None else user.username
            listed, ended = await ask(gateway, user), await ask(gateway, user, address, method="DELETE")
            statuses[name] = (listed.status_code, ended.status_code)
        assert statuses == {"": (401, 401), "Ada": (403, 403), "Clerk": (403, 403), "Former": (403, 403)}
        refused = await command(client, "ops.disconnect", {"id": session.client_id})
        assert refused["error"] == {"code": "PERMISSION_DENIED", "message": "Permission denied"}
    assert not await LogEntry.objects.aexists()


async def test_a_users_connection_ends_and_stands_in_the_users_history(gateway: Serving, operator: User) -> None:
    ada = await made("Ada")
    async with logged_in(gateway, ada) as client, logged_in(gateway, ada) as other:
        session, _ = gateway.runtime.sessions
        ended = await ask(gateway, operator, f"{session.client_id}/", method="DELETE")
        assert (ended.status_code, ended.json()["id"], ended.json()["user"]) == (200, session.client_id, "Ada")
        assert await end_of(client) == ENDED
        await until(lambda: len(gateway.runtime.sessions) == 1)
        again = await ask(gateway, operator, f"{session.client_id}/", method="DELETE")
        await other.send({"type": "ping"})
        await other.next_of("pong")
    assert again.status_code == 404
    assert again.json()["error"] == {
        "code": "NOT_FOUND",
        "message": "There is no such connection; it may have ended by itself",
    }
    entry = await LogEntry.objects.select_related("user").aget(content_type__model="user")
    assert (entry.user, entry.object_id) == (operator, str(ada.pk))
    said = f"Told {gateway.runtime.process_id} to end {session.client_id}, {session.dialect.name}."
    assert (entry.object_repr, entry.get_change_message()) == ("Ada", said)


async def test_somebody_without_login_ends_once_by_a_command_that_is_repeated(gateway: Serving, operator: User) -> None:
    async with logged_in(gateway, operator) as root, connected(gateway.socket_url) as client:
        [_, session] = gateway.runtime.sessions
        first = await command(root, "ops.disconnect", {"id": session.client_id}, "once")
        assert await end_of(client) == ENDED
        assert (first["success"], first["data"]["user"]) == (True, None)
        await until(lambda: len(gateway.runtime.sessions) == 1)
        assert (await command(root, "ops.disconnect", {"id": session.client_id}, "once"))["data"] == first["data"]
        again = await command(root, "ops.disconnect", {"id": session.client_id}, "twice")
        assert again["error"]["code"] == "NOT_FOUND"
    assert (await LogEntry.objects.aget(content_type=None)).object_id == session.client_id


async def test_an_operator_who_ends_the_own_connection_is_answered_after_coming_back(
    gateway: Serving, operator: User
) -> None:
    given = {"type": "command", "id": "own", "action": "ops.disconnect"}
    async with logged_in(gateway, operator) as client:
        [session] = gateway.runtime.sessions
        await client.send({**given, "params": {"id": session.client_id}})
        assert await end_of(client) == ENDED
    async with logged_in(gateway, operator) as client:
        answer = await command(client, "ops.disconnect", {"id": session.client_id}, "own")
    assert answer["data"]["id"] == session.client_id
    assert await LogEntry.objects.acount() == 1


@pytest.mark.parametrize("client_id", ["x" * 101, "", "a\nb", 5, None, ["ws_1_a"]])
async def test_an_id_that_is_none_is_refused(gateway: Serving, operator: User, client_id: object) -> None:
    async with logged_in(gateway, operator) as client:
        refused = await command(client, "ops.disconnect", {"id": client_id})
    assert (refused["error"]["code"], list(refused["error"]["fields"])) == ("VALIDATION_ERROR", ["id"])


async def test_one_that_is_closing_already_is_not_there_any_more(gateway: Serving, operator: User) -> None:
    async with connected(gateway.socket_url) as client:
        [session] = gateway.runtime.sessions
        session.close(1012, "for a test")
        listed = (await ask(gateway, operator)).json()
        ended = await ask(gateway, operator, f"{session.client_id}/", method="DELETE")
        assert await end_of(client) == (1012, "for a test")
    assert (listed["items"], listed["open"], ended.status_code) == ([], 0, 404)


async def test_another_gateway_lists_and_ends_what_this_one_serves(gateway: Serving, operator: User) -> None:
    async with other_gateway() as other, connected(gateway.socket_url) as client:
        answer = (await ask(gateway, operator)).json()
        assert answer["gateways"] == sorted([gateway.runtime.process_id, other.process_id])
        found = (await other.connection_control.find(answer["items"][0]["id"])).connection
        assert found is not None
        assert found.gateway == gateway.runtime.process_id
        await other.connection_control.disconnect(found)
        assert await end_of(client) == ENDED


async def test_a_gateway_that_does_not_answer_is_named(
    settings: Settings, transactional_db: None, operator: User
) -> None:
    settings.WS_GATEWAY_POLL_TIMEOUT_SECONDS = 0.2
    async with serving() as gateway, other_gateway() as other, connected(gateway.socket_url):
        await until(lambda: len(gateway.runtime.statistics.gateways()) == 2)
        await other.hub.stop()  # as good as dead: it hears nothing
        answer = (await ask(gateway, operator)).json()
        ended = await ask(gateway, operator, "ws_1_unknown/", method="DELETE")
    assert (len(answer["items"]), answer["gateways"]) == (1, [gateway.runtime.process_id])
    assert answer["unanswered"] == [other.process_id]
    assert (ended.status_code, ended.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert ended.json()["error"]["message"] == f"Not every gateway has answered: {other.process_id}; try again"


async def test_a_gateway_ends_its_own_where_the_layer_is_away(
    settings: Settings, transactional_db: None, operator: User
) -> None:
    settings.WS_GATEWAY_POLL_TIMEOUT_SECONDS = 0.2
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.market.failing_layer.FailingLayer"}}
    layer = get_channel_layer()
    assert isinstance(layer, FailingLayer)
    async with serving() as gateway, connected(gateway.socket_url) as client:
        layer.is_away = True
        [session] = gateway.runtime.sessions
        ended = await ask(gateway, operator, f"{session.client_id}/", method="DELETE")
        assert (ended.status_code, await end_of(client)) == (200, ENDED)
        layer.is_away = False
