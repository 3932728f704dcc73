"""The users of the tests of an app's pages in the admin, and their browsers.

The `conftest` of such tests imports the fixtures that they use.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from accounts.models import User

StaffWith = Callable[..., Client]


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Hash by MD5: what these tests ask doesn't depend on it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner(db: None) -> User:
    """Return the owner of what the pages show, Ada."""
    return User.objects.create_user("Ada", "ada@example.com")


@pytest.fixture
def root(db: None) -> User:
    """Return a superuser."""
    return User.objects.create_superuser("Root", "root@example.com", "secret")


@pytest.fixture
def administrator(root: User) -> Client:
    """Return a browser in which the superuser is logged in."""
    return browser_of(root)


@pytest.fixture
def staff_with(db: None) -> StaffWith:
    """Return what makes a browser of a member of staff with no permissions but those named."""

    def make(*codenames: str) -> Client:
        user = User.objects.create_user("Staff", "staff@example.com", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return browser_of(user)

    return make


def browser_of(user: User) -> Client:
    """Return a browser in which a user is logged in."""
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    """Return the page, which must be one."""
    assert response.status_code == 200
    return str(response.content.decode())
