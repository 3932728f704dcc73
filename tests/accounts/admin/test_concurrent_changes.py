"""Saving users in the admin takes nothing back that they, or other staff, have stored since the form read the row."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.admin.browsers import administrator, root
from tests.accounts.conftest import PASSWORD
from tests.databases.before_statement import just_before

__all__ = ["administrator", "root"]
_NEW = "entirely different words 77"
_UPDATE = 'UPDATE "accounts_user" SET'
_BEFORE, _SINCE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def _save(administrator: Client, user: User, **given: str) -> None:
    form = {"username": user.username, "email": user.email, "is_active": "on", **given}
    response = administrator.post(reverse("admin:accounts_user_change", args=[user.pk]), form)
    assert response.status_code == 302


def test_it_saves_what_was_changed_in_the_form_and_nothing_else(administrator: Client, user: User) -> None:
    stored = {"password": make_password(_NEW), "is_active": False, "is_staff": True, "email": "other@example.com"}
    with just_before(_UPDATE, lambda: User.objects.filter(pk=user.pk).update(**stored)):
        _save(administrator, user, first_name="Augusta")
    assert User.objects.values("first_name", *stored).get(pk=user.pk) == {"first_name": "Augusta", **stored}


@pytest.mark.parametrize("given", [{"password1": _NEW, "password2": _NEW, "usable_password": "true"}, {}])
def test_it_sets_a_password_and_nothing_else(administrator: Client, user: User, given: dict[str, Any]) -> None:
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    stored = {"is_active": False, "is_staff": True, "email": "other@example.com"}
    with just_before(_UPDATE, lambda: User.objects.filter(pk=user.pk).update(**stored)):
        assert (
            administrator.post(address, given or {"usable_password": "false", "unset-password": ""}).status_code == 302
        )
    user.refresh_from_db()
    assert {name: getattr(user, name) for name in stored} == stored
    assert (user.check_password(PASSWORD), user.has_usable_password()) == (False, bool(given))


def test_it_takes_an_address_for_unconfirmed_whatever_was_confirmed_since(administrator: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(email_confirmed_at=_BEFORE)
    confirmed = {"email": "own@example.com", "email_confirmed_at": _SINCE}
    validation = 'SELECT %s AS "a" FROM "accounts_user"'
    with just_before(validation, lambda: User.objects.filter(pk=user.pk).update(**confirmed)):
        _save(administrator, user, email="given@example.com")
    user.refresh_from_db()
    assert (user.email, user.email_confirmed_at) == ("given@example.com", None)
