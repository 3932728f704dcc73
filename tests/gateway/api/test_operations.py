"""The pages for operators: who may read them, and what they say."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from tests.databases.lost_connection import lost_connections
from tests.serving import Serving, serving
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/ws/stats/channels"
CHALLENGE = 'Bearer realm="api"'


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


@sync_to_async
def token_of(username: str, *, is_staff: bool = False, is_active: bool = True) -> str:
    """Make a user and return a token of theirs."""
    user = User.objects.create_user(
        username=username, email=f"{username}@example.com", is_staff=is_staff, is_active=is_active
    )
    return access_issue(user=user)


async def ask(gateway: Serving, authorization: str | None, *, path: str = PATH, method: str = "GET") -> httpx2.Response:
    headers = [] if authorization is None else [(b"Authorization", authorization.encode("latin-1"))]
    async with httpx2.AsyncClient() as client:
        return await client.request(method, gateway.http_url + path, headers=headers)


async def test_it_lists_the_channels_of_everybody_the_most_subscribed_first(gateway: Serving) -> None:
    token = await token_of("operator", is_staff=True)
    url = f"{gateway.socket_url}?token={await token_of('trader')}"
    async with connected(url) as first, connected(gateway.socket_url) as second:
        await first.subscribe("trades:ETHUSDT", "orders:me", "price:BTCUSDT")
        await first.next_of("subscribed", "price:BTCUSDT")
        await second.subscribe("price:BTCUSDT")
        await second.next_of("subscribed")
        for path in (PATH, f"{PATH}/"):
            answer = await ask(gateway, f"Bearer {token}", path=path)
            assert answer.status_code == 200
            assert answer.json() == {
                "totalClients": 2,
                "totalChannels": 3,
                "channels": [
                    {"channel": "price:BTCUSDT", "subscribers": 2},
                    {"channel": "orders:me", "subscribers": 1},
                    {"channel": "trades:ETHUSDT", "subscribers": 1},
                ],
            }
            assert "no-store" in answer.headers["cache-control"]
    answer = await ask(gateway, f"bearer {token}")
    assert answer.json()["channels"] == []


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer", "Bearer a b", "Bearer \xe9"])
async def test_it_refuses_a_bad_token(gateway: Serving, authorization: str) -> None:
    answer = await ask(gateway, authorization)
    assert answer.status_code == 401
    assert answer.json() == error("Authentication failed")
    assert answer.headers["www-authenticate"] == CHALLENGE


async def test_it_refuses_another_scheme_and_a_token_in_the_query(gateway: Serving) -> None:
    token = await token_of("operator", is_staff=True)
    assert (await ask(gateway, f"Basic {token}")).status_code == 401
    assert (await ask(gateway, None, path=f"{PATH}?token={token}")).status_code == 401


async def test_it_refuses_staff_who_are_not_active(gateway: Serving) -> None:
    answer = await ask(gateway, f"Bearer {await token_of('gone', is_staff=True, is_active=False)}")
    assert (answer.status_code, answer.json()) == (401, error("Authentication failed"))


async def test_it_says_so_where_the_connection_to_the_database_is_lost(gateway: Serving) -> None:
    token = await token_of("operator", is_staff=True)
    with lost_connections():
        answer = await ask(gateway, f"Bearer {token}")
    assert answer.status_code == 503
    assert answer.json() == {"error": {"code": "UNAVAILABLE", "message": "The database is unavailable"}}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_it_takes_only_questions(gateway: Serving, method: str) -> None:
    answer = await ask(gateway, None, method=method)
    assert answer.status_code == 405
    assert answer.json() == {"error": {"code": "VALIDATION_ERROR", "message": f'Method "{method}" not allowed.'}}
    assert answer.headers["allow"] == "GET, HEAD"


def error(message: str) -> dict[str, Any]:
    """Return the body of a refusal."""
    return {"error": {"code": "PERMISSION_DENIED", "message": message}}
