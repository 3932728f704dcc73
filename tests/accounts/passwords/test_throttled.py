"""Whoever is throttled or locked out is told so, over real sockets, while nobody gets a turn at hashing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
from asgiref.sync import sync_to_async
from axes.models import AccessAttempt
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.passwords.queue import queues_of_loop
from accounts.tokens.json_web_tokens import access_issue
from tests.accounts.admin.browsers import browser_of
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)

_HOSTILE, _HONEST = "127.0.0.7", "127.0.0.8"
_TOKEN, _CHANGE, _ADMIN = "/api/v1/auth/token/", "/api/v1/auth/password/change/", "/admin/login/"
_CHANGE_PAGE = "/admin/password_change/"

Client = httpx2.AsyncClient
Ask = Callable[[Client], Awaitable[httpx2.Response]]


async def _log_in(client: Client) -> httpx2.Response:
    return await client.post(_TOKEN, json={"username": " Ada ", "password": "wrong"})


async def _log_in_on_the_page(client: Client) -> httpx2.Response:
    form = {"username": "ada", "password": "wrong", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    return await client.post(_ADMIN, data=form)


async def _change_password(client: Client) -> httpx2.Response:
    return await client.post(_CHANGE, json={"current": "wrong", "new": "another"})


async def _change_password_on_the_page(client: Client) -> httpx2.Response:
    form = {"old_password": "wrong", "new_password1": "a new one, longer", "new_password2": "a new one, longer"}
    return await client.post(_CHANGE_PAGE, data={**form, "csrfmiddlewaretoken": client.cookies["csrftoken"]})


@pytest.fixture(autouse=True)
def _alone(settings: Settings) -> None:
    """Let nobody wait: without a turn, one is refused with 503."""
    settings.PASSWORD_HASHES_WAITING = 0
    cache.clear()


@asynccontextmanager
async def _clients() -> AsyncIterator[tuple[Client, Client]]:
    """Serve two of the staff at two addresses, each with a login, a session and the cookie of the admin's forms."""
    async with serving(with_symbols=False) as gateway:
        hostile, honest = [
            Client(
                transport=httpx2.AsyncHTTPTransport(local_address=address, limits=httpx2.Limits()),
                base_url=gateway.http_url,
                headers={"Authorization": f"Bearer {await _token_of(name)}"},
                timeout=20,
            )
            for name, address in (("ada", _HOSTILE), ("bob", _HONEST))
        ]
        async with hostile, honest:
            for client, name in ((hostile, "ada"), (honest, "bob")):
                await client.get(_ADMIN)
                client.cookies["sessionid"] = await _session_of(name)
            yield hostile, honest


@sync_to_async
def _token_of(name: str) -> str:
    return access_issue(user=User.objects.create_user(name, f"{name}@example.com", "right", is_staff=True))


@sync_to_async
def _session_of(name: str) -> str:
    return browser_of(User.objects.get(username=name)).cookies["sessionid"].value


@asynccontextmanager
async def _no_turn(settings: Settings) -> AsyncIterator[None]:
    """Have all turns of this event loop, in which the gateway serves, too."""
    assert settings.PASSWORD_HASHES_AT_A_TIME == 2
    async with queues_of_loop().hashing.turn("one"), queues_of_loop().hashing.turn("other"):
        yield


@pytest.mark.parametrize(
    ("setting", "ask"),
    [
        ("THROTTLE_TOKEN", _log_in),
        ("THROTTLE_TOKEN", _log_in_on_the_page),
        ("THROTTLE_PASSWORD", _change_password),
        ("THROTTLE_PASSWORD", _change_password_on_the_page),
    ],
)
async def test_who_asks_too_often_waits_for_no_turn(settings: Settings, setting: str, ask: Ask) -> None:
    setattr(settings, setting, "1/day")
    async with _clients() as (hostile, honest):
        assert (await ask(hostile)).status_code not in {429, 503}
        async with _no_turn(settings):
            answers = [await ask(hostile), await ask(honest)]
        assert [answer.status_code for answer in answers] == [429, 503]
        assert int(answers[0].headers["Retry-After"]) > 5


@pytest.mark.parametrize("ask", [_log_in, _log_in_on_the_page, _change_password_on_the_page])
async def test_who_is_locked_out_waits_for_no_turn(settings: Settings, ask: Ask) -> None:
    await AccessAttempt.objects.acreate(
        username="ada",
        ip_address=_HOSTILE,
        failures_since_start=settings.LOCKOUT_FAILURES,
        attempt_time=timezone.now(),
    )
    async with _clients() as (hostile, honest), _no_turn(settings):
        answers = [await ask(hostile), await ask(honest)]
    assert [answer.status_code for answer in answers] == [429, 503]
    assert int(answers[0].headers["Retry-After"]) > 5


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'{"username": 5}', b'{"username": "a\\u0000"}', b"[" * 20_000, b"\xff"]
)
async def test_what_cannot_be_read_is_refused_by_the_view(body: bytes) -> None:
    async with _clients() as (hostile, _):
        answer = await hostile.post(_TOKEN, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
