"""The commands `alerts.*` over a real socket: the same answers and refusals as over REST."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from alerts.models import AlertRule
from tests.accounts.permissions import give
from tests.accounts.rest import get, post
from tests.alerts.rules.conftest import store_unlisted
from tests.alerts.rules.refusals import ALL, RULE, given_of
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import Client, connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Serving]:
    """Run a gateway that takes as many commands as it gets, and knows BTCUSDT, ETHUSDT, and OLDUSDT that has gone."""
    settings.WS_COMMANDS_PER_SECOND = 10_000
    async with serving() as running:
        await sync_to_async(store_unlisted)()
        yield running


@pytest.fixture
async def ada(gateway: Serving) -> User:
    """Return a user."""
    return await sync_to_async(User.objects.create_user)("Ada", "ada@example.com")


def address(gateway: Serving, user: User) -> str:
    """Return where a user's socket is."""
    return f"{gateway.socket_url}?token={access_issue(user=user)}"


async def ask(client: Client, action: str, params: dict[str, Any], command_id: str = "") -> dict[str, Any]:
    """Give a command, and return its response."""
    command_id = command_id or f"cmd_{len(client.texts)}"
    await client.send({"type": "command", "id": command_id, "action": action, "params": params})
    return await client.next(lambda frame: frame["type"] == "response" and frame["id"] == command_id)


async def done(client: Client, action: str, params: dict[str, Any]) -> Any:
    """Give a command, and return its data."""
    answer = await ask(client, action, params)
    assert answer["success"], answer
    return answer["data"]


async def code_of(client: Client, action: str, params: dict[str, Any]) -> str:
    """Give a command that is refused, and return the code."""
    answer = await ask(client, action, params)
    code: str = answer["error"]["code"]
    return code


async def test_it_refuses_every_fault_in_the_words_of_rest(gateway: Serving, ada: User) -> None:
    async with connected(address(gateway, ada)) as client:
        for name, refusal in ALL.items():
            answer = await ask(client, "alerts.create", given_of(refusal))
            over_rest = await sync_to_async(post)("alerts/rules/", given_of(refusal), user=ada)
            assert answer["error"] == json.loads(over_rest.content)["error"], name
            assert answer["error"]["fields"] == refusal[1], name
    assert not await AlertRule.objects.aexists()


async def test_it_does_all_that_rest_does(gateway: Serving, ada: User) -> None:
    async with connected(address(gateway, ada)) as client:
        rule = await done(client, "alerts.create", RULE)
        assert '"threshold":50000.10' in client.texts[-1]
        over_rest = await sync_to_async(get)(f"alerts/rules/{rule['id']}/", user=ada)
        assert rule == json.loads(over_rest.content, parse_float=type(rule["threshold"]))
        assert await done(client, "alerts.get", {"id": rule["id"]}) == rule
        assert (await done(client, "alerts.update", {"id": rule["id"], "threshold": 49_000}))["threshold"] == 49_000
        assert (await done(client, "alerts.disable", {"id": rule["id"]}))["enabled"] is False
        assert (await done(client, "alerts.list", {"enabled": True}))["total"] == 0
        assert (await done(client, "alerts.enable", {"id": rule["id"]}))["enabled"] is True
        assert (await done(client, "alerts.list", {}))["total"] == 1
        assert set(await done(client, "alerts.test", {"id": rule["id"]})) == {"would_fire", "times", "over"}
        assert set(await done(client, "alerts.test", RULE)) == {"would_fire", "times", "over"}
        assert (await done(client, "alerts.delete", {"id": rule["id"]}))["id"] == rule["id"]
        assert await code_of(client, "alerts.get", {"id": rule["id"]}) == "NOT_FOUND"


BY_ID = ("alerts.get", "alerts.update", "alerts.delete", "alerts.enable", "alerts.disable", "alerts.test")


async def test_it_hides_a_rule_from_strangers_and_from_those_without_login(gateway: Serving, ada: User) -> None:
    eve = await sync_to_async(User.objects.create_user)("Eve", "eve@example.com")
    async with connected(address(gateway, ada)) as client:
        rule = await done(client, "alerts.create", RULE)
    async with connected(address(gateway, eve)) as client:
        assert {await code_of(client, action, {"id": rule["id"]}) for action in BY_ID} == {"NOT_FOUND"}
        assert (await done(client, "alerts.list", {}))["total"] == 0
        assert await code_of(client, "alerts.list", {"everyone": True}) == "PERMISSION_DENIED"
    async with connected(gateway.socket_url) as client:
        for action in (*BY_ID, "alerts.create", "alerts.list"):
            assert await code_of(client, action, {"id": rule["id"]}) == "PERMISSION_DENIED"


CHANGES = ("alerts.update", "alerts.enable", "alerts.disable", "alerts.test", "alerts.delete")


async def test_it_lets_staff_read_every_rule_and_change_it_with_the_admins_permission(
    gateway: Serving, ada: User
) -> None:
    staff = await sync_to_async(User.objects.create_user)("Staff", "staff@example.com", is_staff=True)
    async with connected(address(gateway, ada)) as client:
        rule = await done(client, "alerts.create", RULE)
    async with connected(address(gateway, staff)) as client:
        assert (await done(client, "alerts.list", {"everyone": True}))["total"] == 1
        assert (await done(client, "alerts.get", {"id": rule["id"]}))["id"] == rule["id"]
        for action in CHANGES:
            assert await code_of(client, action, {"id": rule["id"]}) == "PERMISSION_DENIED"
        await sync_to_async(give)(staff, "change_alertrule", "test_alertrule", "delete_alertrule")
        [session] = gateway.runtime.sessions.of_user(str(staff.pk))
        await until(lambda: session.identity is not None and session.identity.may("alerts.change_alertrule"))
        for action in CHANGES:
            await done(client, action, {"id": rule["id"]})


async def test_it_makes_one_rule_however_often_the_same_command_comes(gateway: Serving, ada: User) -> None:
    async with connected(address(gateway, ada)) as client:
        first = await ask(client, "alerts.create", RULE, "the same")
    async with connected(address(gateway, ada)) as client:
        again = await ask(client, "alerts.create", RULE, "the same")
        assert again["data"] == first["data"]
        other = await ask(client, "alerts.create", RULE | {"name": "Other"}, "the same")
        assert other["error"]["code"] == "CONFLICT"
    assert await AlertRule.objects.acount() == 1


async def test_it_writes_times_as_the_dialect_does(gateway: Serving, ada: User) -> None:
    trading = address(gateway, ada).replace("/ws?", "/ws/trading?")
    async with connected(trading) as client:
        rule = await done(client, "alerts.create", RULE | {"expires": "2100-01-01T00:00:00Z"})
        assert rule["expires"] == 4_102_444_800_000
