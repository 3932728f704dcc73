"""Who a connection belongs to: shown in the handshake, by a first frame, renewed, expired, ended. Over real sockets."""

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from streaming.connections.closing import (
    LOGGED_OUT,
    close_connections_of,
    close_connections_of_sync,
)
from streaming.gateway.server.keepalive import KeepAliveTimes
from streaming.gateway.server.server import ServerLimits
from tests.accounts.tokens_of_others import claims_of, signed
from tests.gateway import authenticators
from tests.gateway.login.conversations import CONTROL, ask, end_of, frame_of, token_of, user
from tests.serving import serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _short_times(settings: Settings) -> None:
    """Look for what has expired twenty times a second."""
    settings.WS_CHECK_INTERVAL_SECONDS = 0.05


async def refusal_of(url: str, **options: Any) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, **options)
    response = refused.value.response
    return response.status_code, (response.body or b"").decode()


async def test_zigquant_logs_in_by_a_first_frame_and_reads_what_follows_at_once() -> None:
    async with serving() as gateway, connect(gateway.socket_url, **CONTROL) as control:
        one = await user()
        await control.send(json.dumps({"type": "auth", "token": token_of(one)}))
        await control.send(json.dumps({"type": "subscribe", "channels": ["price:BTCUSDT"]}))
        answer = await frame_of(control)
        assert (answer["type"], answer["success"]) == ("auth_result", True)
        assert answer["data"]["user_id"] == str(one.pk)
        assert isinstance(answer["data"]["expires_at"], int)
        assert (await frame_of(control))["type"] == "subscribed"


async def test_an_expired_login_acts_no_more_though_nobody_has_looked_at_it(settings: Settings) -> None:
    settings.WS_CHECK_INTERVAL_SECONDS = 60
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user(), seconds=3)}") as one:
        await frame_of(one)
        [session] = gateway.runtime.sessions
        policy = session.login.policy
        await until(lambda: policy.reason_to_close() is not None)
        await one.send(json.dumps({"type": "subscribe", "channel": "notifications"}))
        assert await end_of(one) == (4401, "Token expired")
        assert session.subscriptions.channels == ()


async def test_a_renewal_that_is_being_checked_is_waited_for(settings: Settings) -> None:
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.answers_late"
    late = authenticators.Late()
    late.may_answer.set()
    async with serving() as gateway:
        ada = await user()
        async with connect(f"{gateway.socket_url}?token={token_of(ada, seconds=3)}") as one:
            await frame_of(one)
            [session] = gateway.runtime.sessions
            policy = session.login.policy
            late = authenticators.Late()
            await one.send(json.dumps({"type": "auth", "token": token_of(ada)}))
            await until(lambda: policy.reason_to_close() is not None)
            late.may_answer.set()
            assert (await frame_of(one))["success"] is True
            assert (await ask(one, type="ping"))["type"] == "pong"


@pytest.mark.parametrize("end", [1e300, 10**20, 253_402_300_800])
async def test_a_token_that_ends_in_no_year_that_can_be_written_is_refused(end: float) -> None:
    async with serving() as gateway, connect(gateway.socket_url) as one:
        await frame_of(one)
        token = signed(claims_of(str((await user()).pk), exp=end))
        assert (await ask(one, type="auth", token=token))["error"]["code"] == "authentication_failed"


@pytest.mark.parametrize("path", ["", "/trading"])
async def test_a_log_out_ends_the_connections_of_its_generation_and_no_other(path: str) -> None:
    async with serving() as gateway:
        ada, bob = await user(), await user("bob")
        url = f"{gateway.socket_url}{path}"
        async with connect(f"{url}?token={token_of(ada)}") as one, connect(f"{url}?token={token_of(bob)}") as other:
            await close_connections_of(str(ada.pk), LOGGED_OUT, before_generation=0)
            assert len(gateway.runtime.sessions.of_user(str(ada.pk))) == 1
            await sync_to_async(close_connections_of_sync)(str(ada.pk), LOGGED_OUT, before_generation=1)
            assert await end_of(one) == (4401, "Logged out")
            await frame_of(other)
            assert (await ask(other, type="ping"))["type"] == "pong"


async def test_the_round_trip_of_zigquant_is_that_of_its_own_pings_and_no_other() -> None:
    limits = ServerLimits(pings=KeepAliveTimes(interval=0.05, first=0))
    async with (
        serving(limits) as gateway,
        connect(f"{gateway.socket_url}?token={token_of(await user())}", **CONTROL) as _,
        connect(gateway.socket_url) as __,
    ):
        control, market = gateway.runtime.sessions
        await until(lambda: market.liveness.quality.summary().latency_ms is not None)
        await until(lambda: control._transport.round_trip() is not None)
        assert control.liveness.quality.summary().latency_ms is None


async def test_it_refuses_one_connection_more_than_a_user_may_have(settings: Settings) -> None:
    settings.WS_MAXIMUM_CONNECTIONS_PER_USER = 1
    async with serving() as gateway:
        token = token_of(await user())
        async with connect(f"{gateway.socket_url}?token={token}"), connect(gateway.socket_url) as anonymous:
            assert (await refusal_of(f"{gateway.socket_url}/trading?token={token}"))[0] == 429
            await frame_of(anonymous)
            answer = await ask(anonymous, type="auth", token=token)
            assert answer["error"] == {"code": "rate_limited", "message": "Too many connections"}


async def test_a_handshake_that_is_refused_takes_no_place(settings: Settings) -> None:
    settings.WS_MAXIMUM_CONNECTIONS_PER_ADDRESS = 1
    async with serving() as gateway:
        for _ in range(3):
            assert (await refusal_of(f"{gateway.socket_url}?token=nonsense"))[0] == 401
        async with connect(gateway.socket_url) as one:
            assert (await frame_of(one))["type"] == "connected"
