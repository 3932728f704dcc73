"""Two-factor in the admin: its log-in form, who has it on, and turning it off for a user who lost the device."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import post
from tests.accounts.two_factor.authenticator import Authenticator, turn_on

_LOGIN = "/admin/login/"


def _log_in(code: str = "", *, password: str = PASSWORD, username: str = "Root") -> Any:
    form = {"username": username, "password": password, "code": code}
    return Client().post(_LOGIN, form)


def _turn_off(client: Client, user: User) -> Any:
    return client.post(reverse("admin:accounts_user_turn_off_two_factor", args=[user.pk]), {"_form_submitted": "True"})


def _client(user: User, *permissions: str) -> Client:
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def _is_on(user: User) -> bool:
    user.refresh_from_db()
    return user.two_factor_since is not None


def test_it_asks_for_the_code(superuser: User) -> None:
    authenticator, codes = turn_on(superuser, PASSWORD)
    asked = _log_in()
    assert asked.status_code == 200
    assert "A code of your authenticator app is needed" in asked.content.decode()
    assert "sessionid" not in asked.cookies
    assert "This code is wrong" in _log_in(authenticator.wrong_code()).content.decode()
    code = authenticator.code()
    assert [_log_in(each).status_code for each in (code, code, codes[0])] == [302, 200, 302]


def test_it_asks_nothing_more_without_two_factor(superuser: User) -> None:
    page = Client().get(_LOGIN).content.decode()
    assert 'name="code"' in page
    assert 'autocomplete="one-time-code"' in page
    assert '<input type="hidden" name="next" value="/admin/">' in page
    assert _log_in().status_code == 302


def test_it_says_nothing_of_two_factor_to_whoever_lacks_the_password(superuser: User, user: User) -> None:
    turn_on(superuser, PASSWORD)
    turn_on(user, PASSWORD)
    for page in (_log_in(password="wrong"), _log_in(username="Ada")):
        assert "code of your authenticator" not in page.content.decode()


def test_it_counts_wrong_codes_with_those_of_rest(superuser: User) -> None:
    authenticator, _ = turn_on(superuser, PASSWORD)
    body = {"username": "Root", "password": PASSWORD, "code": authenticator.wrong_code()}
    assert [post("auth/token/", body).status_code for _ in range(2)] == [401, 401]
    assert [_log_in(authenticator.wrong_code()).status_code for _ in range(3)] == [200, 200, 429]
    assert _log_in(authenticator.code()).status_code == 429
    assert body["code"] not in str(list(AccessAttempt.objects.values()))


def test_it_shows_who_has_it_on(superuser: User, user: User, staff_user: User) -> None:
    turn_on(user, PASSWORD)
    client = _client(superuser)
    users = reverse("admin:accounts_user_changelist")
    page: Any = client.get(users, {"two_factor_since__isempty": "0"})
    assert [each.username for each in page.context["cl"].queryset] == ["Ada"]
    assert "Two-factor" in client.get(users).content.decode()


@pytest.mark.parametrize("permissions", [(), ("change_user", "view_user"), ("turn_off_two_factor", "view_user")])
def test_it_is_turned_off_only_by_whom_it_may(staff_user: User, user: User, permissions: tuple[str, ...]) -> None:
    turn_on(user, PASSWORD)
    assert _turn_off(_client(staff_user, *permissions), user).status_code == 403
    assert _turn_off(Client(), user).headers["Location"].startswith(_LOGIN)
    assert _is_on(user)


def test_it_is_turned_off_for_a_user_who_lost_the_device(staff_user: User, user: User) -> None:
    turn_on(user, PASSWORD)
    client = _client(staff_user, "change_user", "view_user", "turn_off_two_factor")
    assert "Turn off two-factor" in client.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    assert _turn_off(client, user).status_code == 200
    assert not _is_on(user)
    assert post("auth/token/", {"username": "Ada", "password": PASSWORD}).status_code == 200
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (staff_user.pk, str(user.pk))
    assert "two-factor" in entry.get_change_message().lower()
    assert _turn_off(client, user).status_code == 403  # it is off


def test_it_lets_only_superusers_turn_it_off_for_a_superuser(staff_user: User, superuser: User, user: User) -> None:
    turn_on(superuser, PASSWORD)
    assert (
        _turn_off(_client(staff_user, "change_user", "view_user", "turn_off_two_factor"), superuser).status_code == 403
    )
    assert _is_on(superuser)
    assert _turn_off(_client(superuser), superuser).status_code == 200


def test_it_shows_no_secret(superuser: User, user: User) -> None:
    authenticator, codes = turn_on(user, PASSWORD)
    page = _client(superuser).get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    assert isinstance(authenticator, Authenticator)
    assert not [code for code in codes if code in page]
    assert user.two_factor_secret.sealed not in page
