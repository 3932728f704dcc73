"""The commands `alerts.*` over a real socket: the same answers and refusals as over REST."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from alerts.models import AlertEvent, AlertRule
from alerts.rules.deleting import TAKEN_TOGETHER
from tests.accounts.rest import get
from tests.alerts.rules.conftest import store_unlisted
from tests.alerts.rules.refusals import ALL, RULE
from tests.serving import Serving, serving
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
        assert await done(client, "alerts.events", {"rule": rule["id"]}) == {"items": [], "total": 0}
        assert await done(client, "alerts.clear_finished", {}) == {"deleted": 0}
        assert (await done(client, "alerts.delete", {"id": rule["id"]}))["id"] == rule["id"]
        assert await code_of(client, "alerts.get", {"id": rule["id"]}) == "NOT_FOUND"


@sync_to_async
def _fire(rule_id: int, times: int) -> None:
    rule = AlertRule.objects.get(pk=rule_id)
    event = {"rule": rule, "owner_id": rule.owner_id, "value": Decimal(1), "fired_at": datetime.now(UTC)}
    AlertEvent.objects.bulk_create(AlertEvent(number=number, **event) for number in range(1, times + 1))


async def test_a_rule_that_is_emptied_before_it_is_deleted_is_answered_as_it_was(gateway: Serving, ada: User) -> None:
    async with connected(address(gateway, ada)) as client:
        rule = await done(client, "alerts.create", RULE)
        await _fire(rule["id"], TAKEN_TOGETHER + 1)
        assert await done(client, "alerts.delete", {"id": rule["id"]}) == rule
    changes = AlertRule.history.order_by("history_id").values_list("history_type", "enabled")
    assert [change async for change in changes] == [("+", True), ("~", False), ("-", False)]


@pytest.mark.parametrize("name", ["a level out of reach", "a symbol that has gone"])
async def test_it_refuses_in_the_words_of_rest(name: str, gateway: Serving, ada: User) -> None:
    given, fields = ALL[name]
    async with connected(address(gateway, ada)) as client:
        answer = await ask(client, "alerts.create", RULE | given)
        assert (answer["error"]["code"], answer["error"]["fields"]) == ("VALIDATION_ERROR", fields)


async def test_it_writes_times_as_the_dialect_does(gateway: Serving, ada: User) -> None:
    trading = address(gateway, ada).replace("/ws?", "/ws/trading?")
    async with connected(trading) as client:
        rule = await done(client, "alerts.create", RULE | {"expires": "2100-01-01T00:00:00Z"})
        assert rule["expires"] == 4_102_444_800_000
