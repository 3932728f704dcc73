"""The shipped configurations of nginx and Caddy, run before a gateway: sockets, TLS, addresses, limits, logs."""

import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.deploy.proxies import NAME, PROXIES, Proxy, proxy
from tests.gateway.stalled_client import TRADES, publish, trades
from tests.serving import Serving, serving
from tests.waiting import until, until_answer
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

_TOKEN = "a token of enough characters"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Settings) -> None:
    """Set what the units of systemd set; let no page of another site connect, and leave long bodies to the proxy."""
    settings.HTTP_MAXIMUM_BODY_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
    settings.WS_ALLOWED_ORIGINS, settings.ALLOWED_HOSTS = [], [NAME]
    settings.TRUSTED_PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.METRICS, settings.METRICS_TOKEN = "token", _TOKEN


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


@pytest.fixture(params=PROXIES)
async def before(request: pytest.FixtureRequest, tmp_path: Path, gateway: Serving) -> AsyncIterator[Proxy]:
    """A proxy before the gateway."""
    with proxy(request.param, tmp_path, gateway.port) as running:
        yield running


def socket_options(before: Proxy, address: str = "127.0.0.1") -> dict[str, Any]:
    """Return how to connect from an address of this machine's loopback."""
    return {"host": "127.0.0.1", "ssl": before.trusted, "local_addr": (address, 0), "proxy": None}


async def answer(before: Proxy, path: str, **options: Any) -> httpx2.Response:
    """Ask for a path as a client does that knows the name."""
    url = f"https://127.0.0.1:{before.port}{path}"
    headers = {"Host": NAME, **options.pop("headers", {})}
    async with httpx2.AsyncClient(trust_env=False, verify=before.trusted) as client:
        return await client.request(
            options.pop("method", "GET"), url, headers=headers, extensions={"sni_hostname": NAME}, **options
        )


async def test_frames_come_through_tls_whatever_became_of_another_gateway(before: Proxy, gateway: Serving) -> None:
    url = f"wss://{NAME}:{before.port}/ws"
    async with connected(url, origin=f"https://{NAME}", **socket_options(before)) as client:
        await client.subscribe("trades:BTCUSDT")
        await client.next_of("subscribed", "trades:BTCUSDT")
        await publish(gateway, TRADES, trades(7, 1))
        assert (await client.next_of("trade"))["data"]["tradeId"] == 7
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, additional_headers={"Origin": "https://another.example"}, **socket_options(before))
    assert refused.value.response.status_code == 403


async def test_each_client_counts_by_its_own_address_whatever_it_says(before: Proxy, gateway: Serving) -> None:
    url = f"wss://{NAME}:{before.port}/ws"
    said = {"X-Forwarded-For": "203.0.113.9"}
    async with (
        connected(url, **socket_options(before, "127.0.0.2"), additional_headers=said),
        connected(url, **socket_options(before, "127.0.0.3")),
    ):
        assert {session.address for session in gateway.runtime.sessions} == {"127.0.0.2", "127.0.0.3"}


async def test_nobody_reads_metrics_from_outside(before: Proxy, gateway: Serving) -> None:
    headers = {"Authorization": f"Bearer {_TOKEN}"}
    assert (await answer(before, "/metrics", headers=headers)).status_code == 404
    async with httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{gateway.http_url}/metrics", headers=headers)).status_code == 200


async def test_pages_come_by_tls_alone_and_for_one_name_alone(before: Proxy) -> None:
    assert (await answer(before, "/ready")).status_code in {200, 503}
    page = await answer(before, "/")
    assert (page.status_code, "text/html" in page.headers["content-type"]) == (200, True)
    async with httpx2.AsyncClient(trust_env=False) as client:
        plain = await client.get(f"http://127.0.0.1:{before.plain_port}/?a=b", headers={"Host": NAME})
        assert plain.status_code == 308
        assert plain.headers["location"].startswith(f"https://{NAME}")
    with pytest.raises(ssl.SSLError):
        await connect(f"wss://another.example:{before.port}/ws", **socket_options(before))


async def test_a_body_that_is_too_long_is_refused_and_another_comes_through(before: Proxy) -> None:
    async def status(length: int) -> int:
        try:
            return (await answer(before, "/api/v1/auth/token/", method="POST", json="x" * length)).status_code
        except httpx2.TransportError:  # Caddy cuts the connection while it is still written to
            return 0

    await until_answer(lambda: status(4_000_000), 400)  # Caddy passes over what is away once it has looked
    assert await status(6_000_000) in {0, 413, 502}


async def test_its_logs_say_who_asked_for_what_without_a_token(before: Proxy) -> None:
    with suppress(httpx2.TransportError):
        await answer(before, "/admin/?token=secret", method="POST", content=b" " * 6_000_000)  # which fails
    await answer(
        before, "/health?token=secret", headers={"Authorization": "Bearer secret", "Referer": "x?token=secret"}
    )
    await until(lambda: before.log.exists() and "/health" in before.log.read_text(encoding="utf-8"))
    said = before.log.read_text(encoding="utf-8")
    assert "127.0.0.1" in said
    assert [path.name for path in before.logs if "secret" in path.read_text(encoding="utf-8")] == []
