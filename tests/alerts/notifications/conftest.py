"""Users for the tests of notifications."""

import pytest

from accounts.models import User
from tests.alerts.notifications.drafts import user


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
    """Return a member of staff."""
    return user("Root", is_staff=True)
