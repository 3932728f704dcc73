"""Failed logins in the admin: who sees them, and who lets whom try again."""

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from tests.accounts.admin.browsers import browser_of
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import post
from tests.accounts.two_factor.authenticator import turn_on

_CONFIRMED = {"_form_submitted": "True"}


def _client(user: User, *permissions: str) -> Client:
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return browser_of(user)


def _unlock_in_detail(client: Client, user: User) -> Any:
    return client.post(reverse("admin:accounts_user_unlock", args=[user.pk]), _CONFIRMED)


def _fail(client: Client, login: str) -> int:
    body = {"username": login, "password": "wrong"}
    return client.post("/api/v1/auth/token/", body, content_type="application/json").status_code


def test_it_unlocks_a_user(staff_user: User, user: User, superuser: User) -> None:
    client = _client(staff_user, "view_user", "change_user", "view_accessattempt", "delete_accessattempt")
    failures = reverse("admin:axes_accessattempt_changelist")
    assert [_fail(client, "Ada") for _ in range(5)][-1] == 429
    assert "Locked out" in client.get(failures).content.decode()
    response = _unlock_in_detail(client, user)
    assert response.headers["HX-Redirect"] == reverse("admin:accounts_user_change", args=[user.pk])
    assert _fail(client, "Ada") == 401
    assert _unlock_in_detail(client, superuser).status_code == 403


def test_it_unlocks_from_the_list_of_failed_logins(staff_user: User, user: User) -> None:
    client = _client(staff_user, "view_accessattempt", "delete_accessattempt")
    failures = reverse("admin:axes_accessattempt_changelist")
    for _ in range(5):
        _fail(client, "Ada")
    page: Any = client.get(failures)
    attempts = [str(attempt.pk) for attempt in page.context["cl"].queryset]
    assert client.get(reverse("admin:axes_accessattempt_change", args=attempts)).status_code == 200
    assert client.post(failures, {"action": "unlock", "_selected_action": attempts}).status_code == 302
    assert _fail(client, "Ada") == 401


def _unlock_in_list(client: Client, _: User) -> Any:
    attempts = [str(pk) for pk in AccessAttempt.objects.values_list("pk", flat=True)]
    address = reverse("admin:axes_accessattempt_changelist")
    return client.post(address, {"action": "unlock", "_selected_action": attempts})


def _delete_in_list(client: Client, _: User) -> Any:
    attempts = [str(pk) for pk in AccessAttempt.objects.values_list("pk", flat=True)]
    given = {"action": "delete_selected", "_selected_action": attempts, "post": "yes"}
    return client.post(reverse("admin:axes_accessattempt_changelist"), given)


def _delete_in_detail(client: Client, user: User) -> Any:
    attempt = AccessAttempt.objects.get(username=user.username.lower())
    return client.post(reverse("admin:axes_accessattempt_delete", args=[attempt.pk]), {"post": "yes"})


@pytest.mark.parametrize("unlock", [_unlock_in_list, _delete_in_list, _delete_in_detail])
@pytest.mark.parametrize("rights", [{"is_superuser": True}, {"is_staff": True}])
def test_it_lets_only_superusers_forget_the_failed_logins_of_other_staff(
    staff_user: User, user: User, superuser: User, unlock: Callable[[Client, User], Any], rights: dict[str, bool]
) -> None:
    User.objects.filter(pk=user.pk).update(**rights)
    client = _client(staff_user, "change_user", "view_accessattempt", "delete_accessattempt")
    assert [_fail(client, "Ada") for _ in range(5)][-1] == 429
    unlock(client, user)
    assert _fail(client, "Ada") == 429
    unlock(browser_of(superuser), user)
    assert _fail(client, "Ada") == 401


def test_it_unlocks_those_of_the_selected_whom_one_may_and_names_the_others(
    staff_user: User, user: User, superuser: User
) -> None:
    client = _client(staff_user, "view_accessattempt", "delete_accessattempt")
    for login in ("Ada", "Root", "nobody"):
        _fail(client, login)
    _unlock_in_list(client, user)
    page = client.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
    assert "Unlocked: ada, nobody" in page
    assert "Only superusers unlock other staff: root" in page
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["root"]


@pytest.mark.parametrize("unlock", [_unlock_in_detail, _unlock_in_list])
@pytest.mark.parametrize("may", [True, False])
def test_it_unlocks_after_wrong_codes_whom_one_may_change(
    staff_user: User, user: User, settings: Settings, unlock: Callable[[Client, User], Any], may: bool
) -> None:
    settings.TWO_FACTOR_FAILURES = 2
    authenticator, _ = turn_on(user, PASSWORD)
    given = {"username": "Ada", "password": PASSWORD}
    assert [post("auth/token/", {**given, "code": authenticator.wrong_code()}).status_code for _ in range(2)] == [
        401
    ] * 2
    assert post("auth/token/", {**given, "code": authenticator.code()}).status_code == 429
    permissions = ("view_user", "view_accessattempt", "delete_accessattempt", *(("change_user",) if may else ()))
    unlock(_client(staff_user, *permissions), user)
    assert post("auth/token/", {**given, "code": authenticator.code()}).status_code == (200 if may else 429)


def test_it_shows_failed_logins_to_whom_it_may(staff_user: User, user: User) -> None:
    failures = reverse("admin:axes_accessattempt_changelist")
    assert _client(staff_user).get(failures).status_code == 403
    viewer = _client(staff_user, "view_accessattempt")
    for _ in range(5):
        _fail(viewer, "Ada")
    page: Any = viewer.get(failures)
    attempts = [str(attempt.pk) for attempt in page.context["cl"].queryset]
    viewer.post(failures, {"action": "unlock", "_selected_action": attempts})
    assert _fail(viewer, "Ada") == 429
    assert viewer.get(reverse("admin:axes_accessattempt_add")).status_code == 403
