"""API keys over real sockets: wherever a token goes, within their scopes, until they are revoked or end."""

import asyncio
import datetime as dt
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from accounts.models import ApiKey, User
from accounts.services import user_log_out_everywhere
from streaming.identity.scopes import Scope
from tests.accounts.keys import ask as ask_by_http
from tests.accounts.keys import key_of
from tests.gateway.login.conversations import CONTROL, ask, end_of, frame_of, token_of, user
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)
_REFUSED_CHANGE = "This API key lacks the scope alerts"
_REFUSED_READING = "This API key lacks the scope read"


@pytest.fixture(autouse=True)
def _look_often(settings: Settings) -> None:
    settings.WS_CHECK_INTERVAL_SECONDS = settings.WS_USER_CHECK_SECONDS = 0.05


async def new_key(ada: User, *scopes: Scope, **given: Any) -> str:
    return await sync_to_async(key_of)(ada, *scopes, **given)


async def answer_to(connection: ClientConnection, action: str, **parameters: Any) -> dict[str, Any]:
    """Give a command, and return its answer; other frames may come before it."""
    await connection.send(json.dumps({"type": "command", "id": action, "action": action, "params": parameters}))
    async with asyncio.timeout(10):
        while (frame := json.loads(await connection.recv()))["type"] != "response":
            pass
    answer: dict[str, Any] = frame
    return answer


async def still_answers(connection: ClientConnection) -> bool:
    await connection.send('{"type":"ping"}')
    async with asyncio.timeout(10):
        while json.loads(await connection.recv())["type"] != "pong":
            pass
    return True


async def test_it_logs_in_wherever_a_token_does() -> None:
    async with serving() as gateway:
        key = await new_key(await user())
        header = {"Authorization": f"Bearer {key}"}
        async with (
            connect(gateway.socket_url, additional_headers=header) as by_header,
            connect(f"{gateway.socket_url}/trading?token={key}") as by_query,
            connect(gateway.socket_url, **CONTROL) as by_frame,
        ):
            assert (await frame_of(by_header))["data"]["authenticated"] is True
            assert (await frame_of(by_query))["type"] == "connected"
            told = await ask(by_frame, type="auth", token=key)
            assert (told["success"], told["data"]["expires_at"]) == (True, 253_402_300_799_000)
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"{gateway.socket_url}?token={key[:-4]}AAAA").__aenter__()
        assert refusal.value.response.status_code == 401


async def test_a_key_that_may_only_read_changes_nothing_here_nor_over_rest() -> None:
    async with serving() as gateway:
        ada = await user()
        key = await new_key(ada, Scope.READ)
        async with connect(f"{gateway.socket_url}?token={key}") as one:
            await frame_of(one)
            assert (await answer_to(one, "alerts.list"))["success"] is True
            refused = await answer_to(one, "notifications.mark_all_read")
            assert refused["error"] == {"code": "PERMISSION_DENIED", "message": _REFUSED_CHANGE}
            by_rest = await sync_to_async(ask_by_http)("POST", "notifications/read-all/", key, b"{}")
            assert json.loads(by_rest.content)["error"] == refused["error"]
            traded = await answer_to(one, "grid.stop", id="x")
            assert traded["error"]["message"] == "This API key lacks the scope trade"


async def test_a_key_that_may_not_read_reads_what_anybody_may_and_nothing_of_the_user() -> None:
    async with serving() as gateway:
        key = await new_key(await user(), Scope.ALERTS)
        async with connect(f"{gateway.socket_url}?token={key}") as one:
            await frame_of(one)
            refused = await ask(one, type="subscribe", channel="notifications")
            assert (refused["data"]["code"], refused["data"]["message"]) == ("forbidden", _REFUSED_READING)
            assert (await answer_to(one, "alerts.list"))["error"]["message"] == _REFUSED_READING
            assert (await answer_to(one, "session.subscriptions"))["success"] is True
            assert (await answer_to(one, "notifications.mark_all_read"))["success"] is True


async def test_a_key_has_no_rights_of_staff_though_its_user_has() -> None:
    async with serving() as gateway:
        root = await user(is_staff=True, is_superuser=True)
        key = await new_key(root)
        async with (
            connect(f"{gateway.socket_url}?token={key}") as by_key,
            connect(f"{gateway.socket_url}?token={token_of(root)}") as by_token,
        ):
            for each in (by_key, by_token):
                await frame_of(each)
            assert (await ask(by_token, type="subscribe", channel="ops.gateways"))["type"] == "subscribed"
            assert (await ask(by_key, type="subscribe", channel="ops.gateways"))["type"] == "error"
            given = {"title": "t", "body": "b", "severity": "info"}
            assert (await answer_to(by_key, "notifications.broadcast", **given))["error"]["code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize("is_told", [True, False])
async def test_revoking_a_key_ends_its_connections_and_no_others(is_told: bool) -> None:
    async with serving() as gateway:
        ada = await user()
        key, other = await new_key(ada), await new_key(ada)
        async with (
            connect(f"{gateway.socket_url}?token={key}") as one,
            connect(f"{gateway.socket_url}?token={other}") as by_other_key,
            connect(f"{gateway.socket_url}?token={token_of(ada)}") as by_token,
        ):
            revoked = ApiKey.objects.filter(pk=int(key.split("_")[1]))
            # Without the signal nobody is told to close: as while the channel layer is away.
            await (sync_to_async(revoked.delete)() if is_told else sync_to_async(revoked._raw_delete)(revoked.db))
            assert await end_of(one) == (4401, "API key revoked")
            assert await still_answers(by_other_key)
            assert await still_answers(by_token)


async def test_logging_out_everywhere_leaves_keys_and_deactivating_does_not() -> None:
    async with serving() as gateway:
        ada = await user()
        key = await new_key(ada)
        async with (
            connect(f"{gateway.socket_url}?token={key}") as by_key,
            connect(f"{gateway.socket_url}?token={token_of(ada, generation=0)}") as by_token,
        ):
            await sync_to_async(user_log_out_everywhere)(user=ada)
            assert await end_of(by_token) == (4401, "Logged out")
            assert await still_answers(by_key)
            await User.objects.filter(pk=ada.pk).aupdate(is_active=False)
            assert await end_of(by_key) == (4401, "User deactivated")


async def test_a_key_that_ends_takes_its_connections_with_it() -> None:
    async with serving() as gateway:
        ends = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
        key = await new_key(await user(), expires_at=ends)
        async with connect(f"{gateway.socket_url}?token={key}") as one:
            assert await end_of(one) == (4401, "Token expired")
