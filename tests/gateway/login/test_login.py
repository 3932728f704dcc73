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
    USER_DEACTIVATED,
    close_connections_of,
    close_connections_of_sync,
)
from streaming.gateway.dialects.control import SUBPROTOCOL
from streaming.gateway.server.keepalive import KeepAliveTimes
from streaming.gateway.server.server import ServerLimits
from tests.accounts.tokens_of_others import OTHER_KEY, claims_of, signed
from tests.gateway import authenticators
from tests.gateway.login.conversations import ANSWER_SECONDS, CONTROL, ask, end_of, frame_of, token_of, user
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


async def test_ws_takes_a_token_from_the_query_and_from_the_header() -> None:
    async with serving() as gateway:
        token = token_of(await user())
        async with connect(f"{gateway.socket_url}?token={token}") as by_query:
            assert (await frame_of(by_query))["data"]["authenticated"] is True
        async with connect(gateway.socket_url, additional_headers={"Authorization": f"Bearer {token}"}) as by_header:
            assert (await frame_of(by_header))["data"]["authenticated"] is True


async def test_ws_tells_nothing_of_what_is_bad_about_a_token() -> None:
    async with serving() as gateway:
        bad = ["", "nonsense", signed(claims_of("999")), signed(claims_of("1"), key=OTHER_KEY)]
        told = {await refusal_of(f"{gateway.socket_url}?token={token}") for token in bad}
    assert told == {(401, '{"detail":"Authentication failed"}')}


async def test_ws_trading_says_what_is_missing() -> None:
    async with serving() as gateway:
        url = f"{gateway.socket_url}/trading"
        former = await user("former", is_active=False)
        assert await refusal_of(url) == (401, "Missing token")
        assert await refusal_of(f"{url}?token=") == (401, "Missing token")
        assert await refusal_of(f"{url}?token={token_of(former)}") == (401, "Invalid token")
        assert await refusal_of(f"{url}?token={signed(claims_of(None))}") == (401, "Invalid token")
        expired = token_of(await user(), seconds=-1)
        for token in ("nonsense", expired, signed(claims_of("1"), key=OTHER_KEY)):
            assert await refusal_of(f"{url}?token={token}") == (401, "Authentication failed")


async def test_ws_trading_welcomes_whoever_has_logged_in() -> None:
    async with serving() as gateway, connect(f"{gateway.socket_url}/trading?token={token_of(await user())}") as one:
        welcome = await frame_of(one)
    assert welcome["type"] == "connected"
    assert welcome["clientId"].startswith("client_")
    assert isinstance(welcome["timestamp"], int)


async def test_the_subprotocol_chooses_the_dialect_and_is_named_in_the_answer() -> None:
    async with serving() as gateway:
        async with connect(gateway.socket_url, **CONTROL) as control:
            assert control.subprotocol == SUBPROTOCOL
            assert (await ask(control, type="ping"))["type"] == "pong"
        async with connect(gateway.socket_url, subprotocols=["another"]) as market:  # type: ignore[list-item]
            assert market.subprotocol is None
            assert (await frame_of(market))["type"] == "connected"


async def test_zigquant_wants_a_login_before_anything_but_signs_of_life() -> None:
    async with serving() as gateway, connect(gateway.socket_url, **CONTROL) as control:
        for message in (
            {"type": "subscribe", "channels": ["price:BTCUSDT"]},
            {"type": "unsubscribe", "channels": []},
            {"type": "command", "id": "1", "action": "market.symbols"},
            {"type": "nonsense"},
            {},
        ):
            answer = await ask(control, **message)
            assert answer["type"] == "error"
            assert answer["data"] == {"code": "authentication_required", "message": "Authentication required"}
        for login in ({"type": "auth"}, {"type": "auth", "token": 5}):
            assert (await ask(control, **login))["data"]["code"] == "invalid_message"
        assert (await ask(control, type="ping"))["type"] == "pong"


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


async def test_zigquant_closes_who_never_logs_in(settings: Settings) -> None:
    settings.WS_AUTHENTICATION_SECONDS = 0.2
    async with serving() as gateway, connect(gateway.socket_url, **CONTROL) as control:
        assert await end_of(control) == (4401, "Authentication timeout")


async def test_ws_never_closes_an_anonymous_client_for_that(settings: Settings) -> None:
    settings.WS_AUTHENTICATION_SECONDS = 0.1
    async with (
        serving() as gateway,
        connect(gateway.socket_url) as market,
        connect(gateway.socket_url, **CONTROL) as it,
    ):
        assert await end_of(it) == (4401, "Authentication timeout")
        await frame_of(market)
        assert (await ask(market, type="ping"))["type"] == "pong"


async def test_a_refused_token_leaves_the_connection_as_it_was() -> None:
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user())}") as one:
        await frame_of(one)
        answer = await ask(one, type="auth", token="nonsense")
        assert answer["success"] is False
        assert answer["error"] == {"code": "authentication_failed", "message": "Authentication failed"}
        await one.send(json.dumps({"type": "subscribe", "channel": "notifications"}))
        assert (await frame_of(one))["type"] == "subscribed"


async def test_a_connection_never_becomes_another_users() -> None:
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user())}") as one:
        await frame_of(one)
        answer = await ask(one, type="auth", token=token_of(await user("bob")))
        assert (answer["success"], answer["error"]["code"]) == (False, "forbidden")


async def test_an_anonymous_client_of_ws_logs_in_by_a_frame() -> None:
    async with serving() as gateway, connect(gateway.socket_url) as one:
        await frame_of(one)
        assert (await ask(one, type="subscribe", channel="notifications"))["type"] == "error"
        answer = await ask(one, type="auth", token=token_of(await user()))
        assert answer["success"] is True
        assert answer["data"]["expires_at"].endswith("Z")
        assert (await ask(one, type="subscribe", channel="notifications"))["type"] == "subscribed"


async def test_a_login_that_expires_ends_the_connection() -> None:
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user(), seconds=1)}") as one:
        assert await end_of(one) == (4401, "Token expired")


async def test_an_expired_login_acts_no_more_though_nobody_has_looked_at_it(settings: Settings) -> None:
    settings.WS_CHECK_INTERVAL_SECONDS = 60
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user(), seconds=1)}") as one:
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
        async with connect(f"{gateway.socket_url}?token={token_of(ada, seconds=1)}") as one:
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


async def test_a_renewed_login_outlives_its_first_token_and_keeps_its_subscriptions() -> None:
    async with serving() as gateway:
        ada, bob = await user(), await user("bob")
        async with (
            connect(f"{gateway.socket_url}?token={token_of(ada, seconds=2)}") as renewed,
            connect(f"{gateway.socket_url}?token={token_of(bob, seconds=2)}") as other,
        ):
            await frame_of(renewed)
            await ask(renewed, type="subscribe", channel="notifications")
            assert (await ask(renewed, type="auth", token=token_of(ada)))["success"] is True
            assert await end_of(other) == (4401, "Token expired")
            assert (await ask(renewed, type="ping"))["type"] == "pong"
            [session] = gateway.runtime.sessions.of_user(str(ada.pk))
            assert session.subscriptions.channels == ("notifications",)


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


async def test_a_deactivated_users_connections_end() -> None:
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user())}") as one:
        await frame_of(one)
        [session] = gateway.runtime.sessions
        assert session.identity is not None
        await close_connections_of(session.identity.user_id, USER_DEACTIVATED)
        assert await end_of(one) == (4401, "User deactivated")


async def test_it_closes_a_silent_client_of_zigquant_and_asks_it_before(settings: Settings) -> None:
    settings.WS_HEARTBEAT_INTERVAL_SECONDS, settings.WS_HEARTBEAT_TIMEOUT_SECONDS = 0.2, 1.0
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user())}", **CONTROL) as one:
        ping = await frame_of(one)
        assert ping["type"] == "ping"
        assert isinstance(ping["timestamp"], int)
        assert await end_of(one) == (4000, "Heartbeat timeout")


async def test_the_round_trip_of_zigquant_is_that_of_its_own_pings_and_no_other() -> None:
    limits = ServerLimits(pings=KeepAliveTimes(interval=0.05, first=0))
    async with (
        serving(limits) as gateway,
        connect(f"{gateway.socket_url}?token={token_of(await user())}", **CONTROL) as _,
        connect(gateway.socket_url) as __,
    ):
        control, market = gateway.runtime.sessions
        await until(lambda: market.vitality.quality.summary().latency_ms is not None)
        await until(lambda: control.round_trip is not None)
        assert control.vitality.quality.summary().latency_ms is None


async def test_it_keeps_a_client_of_zigquant_that_answers(settings: Settings) -> None:
    settings.WS_HEARTBEAT_INTERVAL_SECONDS, settings.WS_HEARTBEAT_TIMEOUT_SECONDS = 0.2, 1.0
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user())}", **CONTROL) as one:
        for _ in range(8):
            assert (await frame_of(one))["type"] == "ping"
            await one.send('{"type":"pong"}')
        [session] = gateway.runtime.sessions
        summary = session.vitality.quality.summary()
        assert summary.latency_ms is not None
        assert summary.missed == 0


@pytest.mark.parametrize("path", ["", "/trading"])
async def test_no_other_dialect_has_an_idle_timer(settings: Settings, path: str) -> None:
    settings.WS_HEARTBEAT_INTERVAL_SECONDS, settings.WS_HEARTBEAT_TIMEOUT_SECONDS = 0.1, 0.3
    async with serving() as gateway:
        token = token_of(await user())
        async with (
            connect(f"{gateway.socket_url}{path}?token={token}") as silent,
            connect(f"{gateway.socket_url}?token={token}", **CONTROL) as control,
        ):
            await frame_of(silent)
            assert await end_of(control) == (4000, "Heartbeat timeout")
            assert (await ask(silent, type="ping"))["type"] == "pong"


async def test_it_refuses_one_connection_more_than_an_address_may_have(settings: Settings) -> None:
    settings.WS_MAXIMUM_CONNECTIONS_PER_ADDRESS = 1
    async with serving() as gateway:
        async with connect(gateway.socket_url) as one:
            await frame_of(one)
            assert await refusal_of(gateway.socket_url) == (429, '{"detail":"Too many connections"}')
        assert await gateway.runtime.sessions.wait_until_empty(ANSWER_SECONDS)
        async with connect(gateway.socket_url) as another:
            assert (await frame_of(another))["type"] == "connected"


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


async def test_a_graceful_stop_tells_each_dialect_in_its_own_way() -> None:
    async with serving() as gateway:
        token = token_of(await user())
        async with (
            connect(f"{gateway.socket_url}/trading?token={token}") as trading,
            connect(gateway.socket_url) as market,
            connect(f"{gateway.socket_url}?token={token}", **CONTROL) as control,
        ):
            await gateway.runtime.close_sessions()
            ends = [await end_of(one) for one in (trading, market, control)]
    assert ends == [(1000, "Server shutting down"), (1012, "Server shutting down"), (1012, "Server shutting down")]
