"""What staff without two-factor may do where it is required: by REST, over sockets and in the admin."""

import asyncio
import json
import secrets
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from websockets.asyncio.client import connect

from accounts.authentication import identities_of_tokens
from accounts.groups import TRADER_PERMISSIONS, traders_ensure
from accounts.models import User
from accounts.selectors import permissions_of_users, standing_of_users
from accounts.tokens.json_web_tokens import pair_issue
from accounts.two_factor.services import two_factor_turn_off
from accounts.two_factor.staff_rights import acting
from streaming.identity.identity import Identity
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import assert_refused, assert_unauthenticated, get, post
from tests.accounts.two_factor.authenticator import turn_on
from tests.serving import serving

_STAFF_ONLY = "ws/stats/channels"


@pytest.fixture
def required(settings: Settings) -> None:
    """Require two-factor of staff."""
    settings.TWO_FACTOR_REQUIRED_FOR_STAFF = True


@pytest.fixture
def clerk(staff_user: User) -> User:
    """Return a member of staff who trades, too, and may see users."""
    staff_user.groups.add(traders_ensure())
    staff_user.user_permissions.add(Permission.objects.get(codename="view_user"))
    return User.objects.get(pk=staff_user.pk)


def _identity_of(user: User) -> Identity:
    [identity] = identities_of_tokens([pair_issue(user=user).access])
    assert isinstance(identity, Identity)
    return identity


def _rights_of(user: User) -> tuple[bool, bool, frozenset[str]]:
    identity = _identity_of(user)
    return identity.is_staff, identity.is_superuser, identity.permissions


@pytest.mark.usefixtures("required")
def test_it_gives_staff_a_traders_rights_until_two_factor_is_on(clerk: User, superuser: User) -> None:
    superuser.groups.add(traders_ensure())
    for user in (clerk, superuser):
        assert _rights_of(user) == (False, False, TRADER_PERMISSIONS)
        turn_on(user, PASSWORD)
    assert _rights_of(clerk) == (True, False, TRADER_PERMISSIONS | {"accounts.view_user"})
    is_staff, is_superuser, permissions = _rights_of(superuser)
    assert (is_staff, is_superuser) == (True, True)
    assert "accounts.delete_user" in permissions


def test_it_asks_nothing_of_staff_without_the_setting(clerk: User) -> None:
    assert _rights_of(clerk) == (True, False, TRADER_PERMISSIONS | {"accounts.view_user"})


@pytest.mark.usefixtures("required")
def test_it_asks_nothing_of_others(user: User) -> None:
    user.groups.add(traders_ensure())
    assert _rights_of(user) == (False, False, TRADER_PERMISSIONS)
    assert get("auth/me/", user=user).json()["two_factor"] == "off"


@pytest.mark.usefixtures("required")
def test_it_tells_open_connections_that_the_rights_are_gone(superuser: User) -> None:
    turn_on(superuser, PASSWORD)
    key = str(superuser.pk)
    identity = _identity_of(superuser)
    before = standing_of_users([identity])[key]
    two_factor_turn_off(user=superuser)
    after = standing_of_users([identity])[key]
    assert [(each.is_staff, each.is_superuser) for each in (before, after)] == [(True, True), (False, False)]
    assert after.generation == before.generation + 1  # open connections would keep their permissions


@pytest.mark.usefixtures("required")
def test_it_withholds_rights_without_taking_them_away(superuser: User) -> None:
    actor = acting(User.objects.get(pk=superuser.pk))
    assert (actor.is_staff, actor.is_superuser, actor.get_all_permissions()) == (False, False, set())
    actor.first_name = "Grace"
    actor.save()
    actor.save(update_fields=["first_name", "is_staff", "is_superuser"])
    superuser.refresh_from_db()
    assert (superuser.first_name, superuser.is_staff, superuser.is_superuser) == ("Grace", True, True)
    assert permissions_of_users([superuser])[superuser.pk] == superuser.get_all_permissions()


def test_it_keeps_two_factor_when_a_user_read_before_is_saved(user: User) -> None:
    before = User.objects.get(pk=user.pk)
    turn_on(user, PASSWORD)
    before.save()
    user.refresh_from_db()
    assert user.two_factor_since is not None


@pytest.mark.row("AC-84")
@pytest.mark.usefixtures("required")
def test_it_refuses_by_rest_until_it_is_on(superuser: User) -> None:
    assert_refused(get(_STAFF_ONLY, user=superuser), 403, "PERMISSION_DENIED")
    profile = get("auth/me/", user=superuser).json()
    assert (profile["is_staff"], profile["is_superuser"], profile["two_factor"]) == (False, False, "required")
    assert get("auth/two-factor/", user=superuser).json()["required"] is True
    authenticator, _ = turn_on(superuser, PASSWORD)
    credentials = {"username": "Root", "password": PASSWORD, "code": authenticator.code()}
    access = post("auth/token/", credentials).json()["access"]
    assert get(_STAFF_ONLY, Authorization=f"Bearer {access}").status_code == 200


@pytest.mark.usefixtures("required")
def test_it_gives_no_rights_to_a_login_that_was_asked_for_no_code(superuser: User) -> None:
    thief = post("auth/token/", {"username": "Root", "password": PASSWORD}).json()
    turn_on(superuser, PASSWORD)
    assert_unauthenticated(get(_STAFF_ONLY, Authorization=f"Bearer {thief['access']}"))
    assert_unauthenticated(post("auth/token/refresh/", {"refresh": thief["refresh"]}))


@pytest.mark.row("AC-84")
@pytest.mark.usefixtures("required")
def test_it_leads_staff_from_the_admin_to_where_it_is_turned_on(superuser: User) -> None:
    browser = Client()
    form = {"username": "Root", "password": PASSWORD}
    refused = browser.post(reverse("admin:login"), form)
    assert f'<a href="{reverse("dashboard")}#two-factor">turn it on</a>' in refused.content.decode()
    assert "sessionid" not in refused.cookies
    browser.force_login(superuser)  # a session of before the setting
    index: Any = browser.get(reverse("admin:index"), follow=True)
    assert index.redirect_chain == [(f"{reverse('admin:login')}?next=/admin/", 302)]
    assert 'id="two-factor-required"' in index.content.decode()
    authenticator, _ = turn_on(superuser, PASSWORD)
    assert browser.get(reverse("admin:index")).status_code == 302  # no code was asked for that session
    assert Client().post(reverse("admin:login"), {**form, "code": authenticator.code()}).status_code == 302


@pytest.mark.row("AC-84")
@pytest.mark.usefixtures("shared_database")
async def test_it_refuses_over_a_socket_until_it_is_on(settings: Settings) -> None:
    settings.TWO_FACTOR_REQUIRED_FOR_STAFF = True
    root = await User.objects.acreate_superuser("Root", "root@example.com", PASSWORD)
    async with serving() as gateway, asyncio.timeout(30):
        assert await _refusals(gateway.socket_url, root) == {"PERMISSION_DENIED", "forbidden"}
        await sync_to_async(turn_on)(root, PASSWORD)
        assert await _refusals(gateway.socket_url, root) == set()


async def _refusals(url: str, user: User) -> set[str]:
    """Return the codes with which a command and a channel of staff's are refused to `user`."""
    broadcast = {"title": "Maintenance", "body": "at noon", "severity": "info"}
    frames = [
        {"type": "subscribe", "channels": ["ops.gateways"]},
        {"type": "command", "id": secrets.token_hex(4), "action": "notifications.broadcast", "params": broadcast},
    ]
    refused = set()
    async with connect(f"{url}?token={pair_issue(user=user).access}") as socket:
        for frame in frames:
            await socket.send(json.dumps(frame))
        async for text in socket:
            frame = json.loads(text)
            if frame["type"] == "error":
                refused.add(frame["code"] if "code" in frame else frame["data"]["code"])
            if frame["type"] == "response":
                return refused | ({frame["error"]["code"]} if "error" in frame else set())
    raise AssertionError("the socket closed before the answer")
