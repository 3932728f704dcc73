"""A request's id: taken, made and told."""

import logging
from collections.abc import AsyncIterator

import httpx2
import pytest

from streaming.tracing.correlation import correlation_id
from tests.serving import Serving, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


async def answer_of(gateway: Serving, path: str, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=gateway.http_url, trust_env=False) as client:
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_the_answer_names_the_id_that_the_request_brings(gateway: Serving) -> None:
    for path, status in [("/health", 200), ("/api/v1/alerts/rules/", 401), ("/no-such-page", 404)]:
        answer = await answer_of(gateway, path, X_Request_ID="shop-7")
        assert (answer.status_code, answer.headers.get_list("X-Request-ID")) == (status, ["shop-7"])


async def test_a_request_without_a_good_id_gets_a_new_one(gateway: Serving) -> None:
    ids = [
        (await answer_of(gateway, "/health", **headers)).headers["X-Request-ID"]
        for headers in ({}, {"X_Request_ID": "a b"}, {"X_Request_ID": "x" * 65}, {"X_Request_ID": "ws_1_abc:1"})
    ]
    assert {len(one) for one in ids} == {32}
    assert len(set(ids)) == len(ids)


async def test_of_two_ids_none_counts(gateway: Serving) -> None:
    async with httpx2.AsyncClient(base_url=gateway.http_url, trust_env=False) as client:
        answer = await client.get("/health", headers=[("X-Request-ID", "one"), ("X-Request-ID", "two")])
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_what_is_logged_for_a_request_bears_its_id(gateway: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's own line of a page that isn't there is made in a thread of the request's."""
    known: list[str] = []

    def note(_: logging.LogRecord) -> bool:
        known.append(correlation_id())
        return True

    monkeypatch.setattr(logging.getLogger("django.request"), "filters", [note])
    await answer_of(gateway, "/no-such-page", X_Request_ID="shop-7")
    assert known == ["shop-7"]
