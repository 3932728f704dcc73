"""What the admin can end: logins and connections; and who may."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from asgiref.sync import sync_to_async
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from accounts.services import token_verify
from accounts.tokens.json_web_tokens import pair_issue
from streaming.connections.closing import LOGGED_OUT, USER_DEACTIVATED, ClosingOrder
from streaming.identity.identity import AuthenticationError
from tests.accounts.closings import Closings
from tests.accounts.conftest import PASSWORD
from tests.serving import Serving, serving

_LIST = "admin:accounts_user_changelist"
_CONFIRMED = {"_form_submitted": "True"}


def _client(user: User, *permissions: str) -> Client:
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def _address(name: str, user: User) -> str:
    return reverse(f"admin:accounts_user_{name}", args=[user.pk])


def _change_page(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def _is_good(token: str) -> bool:
    try:
        token_verify(token=token)
    except AuthenticationError:
        return False
    return True


def _log_out_in_detail(client: Client, user: User) -> Any:
    return client.post(_address("log_out_everywhere", user), _CONFIRMED)


def _log_out_in_list(client: Client, user: User) -> Any:
    return client.post(reverse(_LIST), {"action": "log_out_selected", "_selected_action": [str(user.pk)]})


def _log_out_on_page(client: Client, user: User) -> Any:
    return client.post(_address("show_connections", user))


_WAYS = [_log_out_in_detail, _log_out_in_list, _log_out_on_page]


@pytest.mark.parametrize("log_out", _WAYS)
def test_it_logs_a_user_out_everywhere(
    staff_user: User,
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    log_out: Callable[[Client, User], Any],
) -> None:
    pair = pair_issue(user=user)
    client = _client(staff_user, "view_user", "change_user")
    with django_capture_on_commit_callbacks(execute=True):
        assert log_out(client, user).status_code in {200, 302}
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=LOGGED_OUT, before_generation=1)]
    assert not _is_good(pair.access)
    assert not _is_good(pair.refresh)
    assert LogEntry.objects.get().user_id == staff_user.pk
    assert "logged out everywhere" in client.get(_change_page(user)).content.decode().lower()


@pytest.mark.parametrize("log_out", _WAYS)
def test_it_ends_the_sessions_of_the_admin_too(
    staff_user: User, superuser: User, log_out: Callable[[Client, User], Any]
) -> None:
    there, here = _client(staff_user), _client(superuser)
    log_out(here, staff_user)
    index = reverse("admin:index")
    assert [client.get(index).status_code for client in (there, here)] == [302, 200]


def test_it_keeps_the_session_in_which_a_password_is_changed(superuser: User) -> None:
    here, elsewhere, token = _client(superuser), _client(superuser), pair_issue(user=superuser).access
    new = "a new one, longer"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post(reverse("admin:password_change"), form).status_code == 302
    index = reverse("admin:index")
    assert [client.get(index).status_code for client in (here, elsewhere)] == [200, 302]
    assert not _is_good(token)


@pytest.mark.parametrize("log_out", _WAYS)
@pytest.mark.parametrize("permissions", [(), ("view_user",), ("view_user", "delete_user")])
def test_it_logs_nobody_out_without_the_permission(
    staff_user: User, user: User, log_out: Callable[[Client, User], Any], permissions: tuple[str, ...]
) -> None:
    token = pair_issue(user=user).access
    log_out(_client(staff_user, *permissions), user)
    assert _is_good(token)


@pytest.mark.parametrize("log_out", _WAYS)
def test_it_lets_only_superusers_log_a_superuser_out(
    staff_user: User, superuser: User, log_out: Callable[[Client, User], Any]
) -> None:
    token = pair_issue(user=superuser).access
    response = log_out(_client(staff_user, "view_user", "change_user"), superuser)
    assert response.status_code == 403
    assert _is_good(token)
    log_out(_client(superuser), superuser)
    assert not _is_good(token)


@pytest.mark.parametrize("log_out", _WAYS)
def test_it_sends_whoever_is_no_staff_to_the_login(user: User, log_out: Callable[[Client, User], Any]) -> None:
    token = pair_issue(user=user).access
    for client in (Client(), _client(user)):
        assert log_out(client, user).headers["Location"].startswith(reverse("admin:login"))
    assert _is_good(token)


@pytest.mark.parametrize("name", ["log_out_everywhere", "unlock"])
def test_it_asks_before_it_does_it(superuser: User, user: User, name: str) -> None:
    token = pair_issue(user=user).access
    page = _client(superuser).get(_address(name, user)).content.decode()
    assert "everywhere?" in page or "Unlock?" in page
    assert 'method="post"' in page
    assert _is_good(token)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("name", ["log_out_everywhere", "unlock", "show_connections"])
@pytest.mark.parametrize("user_id", ["999999", "nobody", "0"])
def test_it_finds_no_user_that_is_none(superuser: User, name: str, user_id: str) -> None:
    address = reverse(f"admin:accounts_user_{name}", args=[user_id])
    client = _client(superuser)
    assert (client.get(address).status_code, client.post(address, _CONFIRMED).status_code) == (404, 404)


@pytest.mark.parametrize("name", ["log_out_everywhere", "show_connections"])
def test_it_takes_no_post_from_another_page(superuser: User, user: User, name: str) -> None:
    token = pair_issue(user=user).access
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)
    assert client.post(_address(name, user), _CONFIRMED).status_code == 403
    assert _is_good(token)


def test_it_offers_only_what_one_may(staff_user: User, superuser: User, user: User) -> None:
    viewer = _client(staff_user, "view_user").get(_change_page(user)).content.decode()
    editor = _client(staff_user, "view_user", "change_user")
    of_user = editor.get(_change_page(user)).content.decode()
    of_superuser = editor.get(_change_page(superuser)).content.decode()
    assert [_address("log_out_everywhere", user) in page for page in (viewer, of_user)] == [False, True]
    assert _address("log_out_everywhere", superuser) not in of_superuser
    assert all("connections" in page for page in (viewer, of_user, of_superuser))


def test_it_ends_connections_when_a_form_deactivates(
    superuser: User,
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client, token = _client(superuser), pair_issue(user=user).access
    with django_capture_on_commit_callbacks(execute=True):
        form = {"username": "Ada", "email": "ada@example.com"}
        assert client.post(_change_page(user), form).status_code == 302
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=USER_DEACTIVATED)]
    assert not _is_good(token)


def test_it_ends_connections_when_several_are_deleted(
    superuser: User,
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    several = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
    with django_capture_on_commit_callbacks(execute=True):
        _client(superuser).post(reverse(_LIST), several)
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=USER_DEACTIVATED)]


@pytest.mark.usefixtures("shared_database")
async def test_it_shows_and_closes_the_connections_of_a_user() -> None:
    root = await User.objects.acreate_superuser("Root", "root@example.com", PASSWORD)
    user = await User.objects.acreate_user("Ada", "ada@example.com", PASSWORD)
    token = pair_issue(user=user).access
    async with serving() as gateway, _browser(gateway, root) as browser, asyncio.timeout(30):
        async with connect(f"{gateway.socket_url}?token={token}") as socket:
            client_id = json.loads(await socket.recv())["data"]["clientId"]
            page = (await browser.get(_address("show_connections", user))).text
            assert client_id in page
            assert "127.0.0.1" in page
            others = (await browser.get(_address("show_connections", root))).text
            assert client_id not in others
            assert "No open connections" in others
            form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            assert (await browser.post(_address("show_connections", user), data=form)).status_code == 302
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, LOGGED_OUT)
        assert not await sync_to_async(_is_good)(token)
        assert "No open connections" in (await browser.get(_address("show_connections", user))).text


@asynccontextmanager
async def _browser(gateway: Serving, user: User) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a browser in which `user` is logged in, by the form."""
    async with httpx2.AsyncClient(base_url=gateway.http_url, trust_env=False) as browser:
        await browser.get(reverse("admin:login"))
        form = {"username": user.username, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert (await browser.post(reverse("admin:login"), data=form)).status_code == 302
        yield browser
