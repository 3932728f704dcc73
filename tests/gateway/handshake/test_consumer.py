"""What a handshake comes to, where the parts behind it fail."""

import asyncio
import json

import pytest
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from accounts.models import User
from streaming.identity.proxy_warning import ProxyWarning, warn_of_an_untrusted_proxy
from tests.accounts.tokens_of_others import claims_of, signed
from tests.gateway.authenticators import Late
from tests.gateway.server.raw_http import ask, connection, handshake
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER_SECONDS = 5.0
UNAVAILABLE = (503, {"detail": "Login unavailable"})


async def refusal_of(url: str, **headers: str) -> tuple[int, object]:
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, additional_headers=headers)
    return refused.value.response.status_code, json.loads(refused.value.response.body or b"{}")


async def test_it_says_so_where_the_database_cannot_be_asked_whose_a_token_is(settings: Settings) -> None:
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.database_is_away"
    async with serving() as gateway:
        assert await refusal_of(f"{gateway.socket_url}?token=x") == UNAVAILABLE
        assert await refusal_of(f"{gateway.socket_url}/trading", Authorization="Bearer x") == UNAVAILABLE


async def test_it_does_not_wait_for_ever_for_whoever_checks_a_token(settings: Settings) -> None:
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.never_answers"
    settings.WS_AUTHENTICATION_SECONDS = 0.2
    async with serving() as gateway:
        assert await refusal_of(f"{gateway.socket_url}?token=x") == UNAVAILABLE


async def test_a_login_on_an_open_connection_fails_likewise_and_leaves_it_open(settings: Settings) -> None:
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.database_is_away"
    async with serving() as gateway, connect(gateway.socket_url) as client:
        await client.recv()
        await client.send('{"type":"auth","token":"x"}')
        answer = json.loads(await client.recv())
        assert answer["error"] == {"code": "unavailable", "message": "Login unavailable"}
        await client.send('{"type":"ping"}')
        assert json.loads(await client.recv())["type"] == "pong"


async def test_it_counts_addresses_as_our_own_proxies_tell_them(settings: Settings) -> None:
    settings.WS_MAXIMUM_CONNECTIONS_PER_ADDRESS, settings.TRUSTED_PROXY_COUNT = 1, 1
    async with serving() as gateway:
        first, second = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "6.6.6.6, 203.0.113.10"}
        async with connect(gateway.socket_url, additional_headers=first) as client:
            await client.recv()
            assert (await refusal_of(gateway.socket_url, **first))[0] == 429
            async with connect(gateway.socket_url, additional_headers=second) as other:
                await other.recv()
                addresses = {session.address for session in gateway.runtime.sessions}
                assert addresses == {"203.0.113.9", "203.0.113.10"}


async def test_it_refuses_pages_of_other_sites_before_it_looks_at_tokens(settings: Settings) -> None:
    settings.WS_ALLOWED_ORIGINS = ["https://ours.example"]
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.database_is_away"
    async with serving() as gateway:
        told = await refusal_of(f"{gateway.socket_url}?token=x", Origin="https://theirs.example")
    assert told == (403, {"detail": "Origin not allowed"})


async def test_a_stop_takes_nobody_more_whose_login_is_being_checked(settings: Settings) -> None:
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.answers_late"
    late = Late()
    async with serving() as gateway:
        one = await User.objects.acreate_user("ada", "ada@example.com", None)
        token = signed(claims_of(str(one.pk)))
        connecting = asyncio.ensure_future(refusal_of(f"{gateway.socket_url}?token={token}"))
        await late.has_looked.wait()
        await gateway.runtime.close_sessions()
        assert await connecting == UNAVAILABLE
        assert len(gateway.runtime.sessions) == 0


async def test_a_stop_closes_at_once_and_as_the_others_who_comes_while_it_goes_on() -> None:
    async with serving() as gateway:
        await gateway.runtime.close_sessions()
        async with asyncio.timeout(ANSWER_SECONDS), connect(gateway.socket_url) as client:
            await client.wait_closed()
            assert (client.close_code, client.close_reason) == (1012, "Server shutting down")


@pytest.mark.parametrize("host", ["evil.example", "prices.example.com.evil.example", "", "pri ces", "[::1"])
async def test_it_refuses_a_host_that_pages_are_not_served_for(settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["prices.example.com"]
    async with serving() as gateway:
        answer = await ask(gateway.port, handshake(host))
    assert (answer.status, json.loads(answer.body)) == (400, {"detail": "Host not allowed"})


@pytest.mark.parametrize("host", ["prices.example.com", "PRICES.example.com:8443"])
async def test_it_takes_the_hosts_that_pages_are_served_for(settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["prices.example.com"]
    async with serving() as gateway, connection(gateway.port) as (reader, writer):
        writer.write(handshake(host))
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")


async def test_it_warns_once_of_a_proxy_that_nobody_named(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    warn_of_an_untrusted_proxy.is_given = False
    async with serving() as gateway:
        caplog.clear()
        for _ in range(2):
            async with connect(gateway.socket_url, additional_headers={"X-Forwarded-For": "203.0.113.9"}) as client:
                await client.recv()
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len([line for line in told if "TRUSTED_PROXY_COUNT is 0" in line]) == 1


def test_it_warns_of_none_where_a_proxy_was_named_or_none_came(caplog: pytest.LogCaptureFixture) -> None:
    warn = ProxyWarning()
    warn(is_forwarded=True, trusted_proxies=1)
    warn(is_forwarded=False, trusted_proxies=0)
    assert not caplog.records
    warn(is_forwarded=True, trusted_proxies=0)
    warn(is_forwarded=True, trusted_proxies=0)
    assert len(caplog.records) == 1
