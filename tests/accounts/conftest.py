"""Users for the tests of accounts."""

from collections.abc import AsyncIterator, Iterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from pytest_django import Settings

from accounts.models import User
from tests.accounts.closings import Closings

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hash by MD5: argon2 is slow on purpose, and what these tests ask doesn't depend on it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_throttles(settings: Settings) -> None:
    """Let each test ask as often as it likes; those of the throttles set one."""
    for name in (
        "TOKEN",
        "REGISTER",
        "REFRESH",
        "TICKET",
        "TWO_FACTOR",
        "PASSWORD",
        "PASSWORD_RESET",
        "CONFIRMATION",
        "API_KEY",
        "OWN_DATA",
        "TIME_ZONE",
        "WATCH_LISTS",
        "CHART_LAYOUTS",
        "DRAWINGS",
    ):
        setattr(settings, f"THROTTLE_{name}", "")


@pytest.fixture
async def shared_database(transactional_db: None) -> AsyncIterator[None]:
    """Give asynchronous tests a database; their thread's connection is closed, or PostgreSQL couldn't drop it."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def user(db: None) -> User:
    """Return an ordinary user, Ada."""
    return User.objects.create_user("Ada", "ada@example.com", PASSWORD)


@pytest.fixture
def inactive_user(db: None) -> User:
    """Return a user who may not log in any more."""
    return User.objects.create_user("Former", "former@example.com", PASSWORD, is_active=False)


@pytest.fixture
def staff_user(db: None) -> User:
    """Return a member of staff without any permission."""
    return User.objects.create_user("Staff", "staff@example.com", PASSWORD, is_staff=True)


@pytest.fixture
def superuser(db: None) -> User:
    """Return a superuser."""
    return User.objects.create_superuser("Root", "root@example.com", PASSWORD)


@pytest.fixture
def closings() -> Iterator[Closings]:
    """Return what the gateways hear from now on of connections to close."""
    closings = Closings()
    yield closings
    closings.end()
