"""Where the admin's log-in page leads."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db

_RECORD = "/admin/accounts/user/"


@pytest.fixture
def staff() -> Client:
    """Return a browser in which the staff is logged in to the admin."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.com", "secret"))
    return client


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        (_RECORD, _RECORD),
        ("", "/admin/"),
        ("https://elsewhere.test/admin/", "/admin/"),
        ("//elsewhere.test", "/admin/"),
    ],
)
def test_it_leads_who_is_logged_in_to_what_was_asked_for_on_this_host(staff: Client, wanted: str, led_to: str) -> None:
    answer = staff.get("/admin/login/", {"next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, led_to)


def test_it_asks_anybody_else_to_log_in(client: Client) -> None:
    answer = client.get("/admin/login/", {"next": _RECORD})
    assert (answer.status_code, 'name="password"' in answer.content.decode()) == (200, True)
