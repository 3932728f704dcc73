"""The port of a worker's metrics."""

import socket
from collections.abc import AsyncIterator

import httpx2
import pytest

from streaming.metrics.collecting import SOURCE_UP, Collector
from streaming.metrics.guard import MetricsAccess, MetricsGuard
from streaming.metrics.server import PortInUseError, metrics_served
from streaming.metrics.sources import MetricSources

_OPEN = MetricsGuard(access=MetricsAccess.LOCAL, token="")


def collector() -> Collector:
    return Collector((SOURCE_UP,), (), MetricSources("wallets"))


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


async def test_it_answers_at_its_address_and_nowhere_else(client: httpx2.AsyncClient) -> None:
    async with metrics_served(collector(), _OPEN, host="127.0.0.1", port=0) as url:
        answer = await client.get(url)
        elsewhere = await client.get(url.removesuffix("/metrics"))
        posted = await client.post(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    assert "# TYPE tidewire_metrics_source_up gauge" in answer.text
    assert elsewhere.status_code == 404
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")


async def test_it_refuses_who_may_not_read(client: httpx2.AsyncClient) -> None:
    guard = MetricsGuard(access=MetricsAccess.TOKEN, token="a token of enough characters")
    async with metrics_served(collector(), guard, host="127.0.0.1", port=0) as url:
        refused = await client.get(url)
        shown = await client.get(url, headers={"Authorization": "Bearer a token of enough characters"})
    assert (refused.status_code, refused.text) == (403, "Forbidden\n")
    assert shown.status_code == 200


async def test_it_says_which_setting_is_to_be_another_where_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"127.0.0.1:{port}.*METRICS_PORT of its own"):
            async with metrics_served(collector(), _OPEN, host="127.0.0.1", port=port):
                pytest.fail("it listens where somebody else does")


async def test_its_port_is_free_again_at_the_end() -> None:
    async with metrics_served(collector(), _OPEN, host="127.0.0.1", port=0) as url:
        port = httpx2.URL(url).port
    async with metrics_served(collector(), _OPEN, host="127.0.0.1", port=port or 0) as again:
        assert again == url
