"""Users for the tests of notifications."""

import pytest
from pytest_django import Settings

from accounts.models import User
from tests.alerts.notifications.drafts import broadcaster, user


@pytest.fixture(autouse=True)
def _no_throttle(settings: Settings) -> None:
    """Let each test change as often as it likes; that of the throttle sets one."""
    settings.THROTTLE_NOTIFICATIONS = ""


@pytest.fixture
def ada(db: None) -> User:
    """Return a user."""
    return user("Ada")


@pytest.fixture
def bob(db: None) -> User:
    """Return another."""
    return user("Bob")


@pytest.fixture
def root(db: None) -> User:
    """Return a member of staff who may broadcast."""
    return broadcaster("Root")
