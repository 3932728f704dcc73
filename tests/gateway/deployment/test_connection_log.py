"""What `LOG_CONNECTIONS` logs, of clients on real sockets."""

from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from config.logs.logging import add_correlation_id
from streaming.gateway.errors import CloseCode
from tests.gateway.login.conversations import CONTROL, ask, end_of, token_of, user
from tests.serving import serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

Line = MutableMapping[str, Any]
_EVENTS = {
    "a client connected",
    "a client logged in",
    "channels were subscribed",
    "channels were given up",
    "a client disconnected",
    "a handshake was refused",
}


@pytest.fixture
def _logged(settings: Settings) -> None:
    settings.LOG_CONNECTIONS = True


def told(logs: list[Line]) -> list[Line]:
    """Return the lines about connections, without what is alike in all of them."""
    lines = [line for line in logs if line["event"] in _EVENTS]
    assert {line["log_level"] for line in lines} <= {"info"}
    return lines


async def test_it_logs_nothing_of_connections_unless_it_is_told_to() -> None:
    with structlog.testing.capture_logs() as logs:
        async with serving() as gateway:
            async with connected(gateway.socket_url) as client:
                await client.subscribe("price:BTCUSDT")
                await client.next_of("subscribed")
            await until(lambda: not len(gateway.runtime.sessions))
    assert told(logs) == []


@pytest.mark.usefixtures("_logged")
async def test_it_logs_the_life_of_a_connection_from_its_handshake_on(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    headers = {"X-Request-ID": "edge-7", "X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    with structlog.testing.capture_logs(processors=[add_correlation_id]) as logs:
        async with serving() as gateway:
            async with connect(gateway.socket_url, additional_headers=headers) as client:
                await client.recv()
                await ask(client, type="subscribe", channels=["price:BTCUSDT", "nonsense"])
                await until(lambda: any(line["event"] == "channels were subscribed" for line in logs))
                await ask(client, type="unsubscribe", channels=["price:BTCUSDT"])
                await until(lambda: any(line["event"] == "channels were given up" for line in logs))
            await until(lambda: not len(gateway.runtime.sessions))
    opened, subscribed, given_up, ended = told(logs)
    who = {"client_id": opened["client_id"], "user_id": None}
    assert opened == {
        **who, "event": "a client connected", "log_level": "info", "address": "203.0.113.9", "dialect": "market",
        "correlation_id": "edge-7",
    }  # fmt: skip
    channels = {**who, "log_level": "info", "channels": ["price:BTCUSDT"], "count": 1}
    assert subscribed == {**channels, "event": "channels were subscribed", "active": 1}
    assert given_up == {**channels, "event": "channels were given up", "active": 0}
    assert 0 <= ended.pop("seconds") < 60
    assert ended == {
        **who, "event": "a client disconnected", "log_level": "info", "address": "203.0.113.9", "cause": "client",
        "code": 1000, "reason": "",
    }  # fmt: skip


@pytest.mark.usefixtures("_logged")
async def test_it_logs_who_logs_in_and_why_we_close_and_never_a_token() -> None:
    ada = await user()
    token = token_of(ada)
    with structlog.testing.capture_logs() as logs:
        async with serving() as gateway:
            async with connect(gateway.socket_url, **CONTROL) as client:
                await ask(client, type="auth", token=token)
                [session] = gateway.runtime.sessions
                session.close(CloseCode.UNAUTHORISED, "Token expired")
                await end_of(client)
            async with connect(f"{gateway.socket_url}?token={token}"):
                await until(lambda: len(told(logs)) == 4)
            with pytest.raises(InvalidStatus):
                await connect(f"{gateway.socket_url}?token={token}x")
            await until(lambda: len(told(logs)) == 6)
    opened, logged_in, ended, at_once, *others = told(logs)
    assert (opened["user_id"], opened["dialect"]) == (None, "zigquant-v2")
    assert (logged_in["event"], logged_in["user_id"]) == ("a client logged in", str(ada.pk))
    assert (ended["cause"], ended["code"], ended["reason"]) == ("unauthorised", 4401, "Token expired")
    assert (at_once["event"], at_once["user_id"]) == ("a client connected", str(ada.pk))
    [refused] = [line for line in others if line["event"] == "a handshake was refused"]
    assert (refused["status"], refused["address"]) == (401, "127.0.0.1")
    assert token not in str(logs)


@pytest.mark.usefixtures("_logged")
async def test_of_many_channels_it_names_the_first_and_their_number() -> None:
    names = [f"kline:BTCUSDT:{interval}" for interval in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")]
    names += [f"{kind}:{symbol}" for kind in ("price", "trade", "depth", "ticker") for symbol in ("BTCUSDT", "ETHUSDT")]
    names += [f"kline:ETHUSDT:{interval}" for interval in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")]
    with structlog.testing.capture_logs() as logs:
        async with serving() as gateway, connected(gateway.socket_url) as client:
            await client.subscribe(*names)
            await until(lambda: any(line["event"] == "channels were subscribed" for line in logs))
            [session] = gateway.runtime.sessions
            held = session.subscriptions.channels
    [line] = [line for line in told(logs) if line["event"] == "channels were subscribed"]
    assert len(held) > 20
    assert (line["channels"], line["count"], line["active"]) == (list(held[:20]), len(held), len(held))
