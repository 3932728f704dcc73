"""The pages to which mailed links lead."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import LinkPurpose, OneTimeLink, User
from accounts.one_time_links.services import link_issue
from tests.accounts.conftest import PASSWORD

_NEW = "another horse, another staple"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def _link(user: User, purpose: LinkPurpose) -> str:
    return link_issue(purpose=purpose, user=user, email=user.email).removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def browser() -> Client:
    """Return a browser whose forms need their token."""
    return Client(enforce_csrf_checks=True)


def _text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content
    return str(response.content.decode())


def _pressed(browser: Client, address: str, **fields: str) -> Any:
    """Press the button of the page at `address`."""
    found = _TOKEN.search(_text(browser.get(address)))
    assert found
    return browser.post(address, {**fields, "csrfmiddlewaretoken": found[1]})


def test_it_confirms_an_address_when_the_button_is_pressed_and_not_before(user: User, browser: Client) -> None:
    address = _link(user, LinkPurpose.CONFIRM_EMAIL)
    for _ in range(2):  # programs that look through mails open it, too
        assert "ada@example.com" in _text(browser.get(address))
        assert browser.head(address).status_code == 200
    assert not User.objects.filter(email_confirmed_at__isnull=False).exists()
    assert "Thank you" in _text(_pressed(browser, address))
    assert User.objects.filter(email_confirmed_at__isnull=False).get() == user
    assert "no longer good" in _text(browser.get(address), 400)


def test_it_sets_a_password(user: User, browser: Client) -> None:
    address = _link(user, LinkPurpose.RESET_PASSWORD)
    for fields, problem in (
        ({"password": _NEW, "again": "something else"}, "differ"),
        ({"password": "12345", "again": "12345"}, "too short"),
        ({"password": "", "again": ""}, "between 1 and"),
        ({"password": "x" * 1025, "again": "x" * 1025}, "between 1 and"),
        ({}, "between 1 and"),
    ):
        assert problem in _text(_pressed(browser, address, **fields), 400)
    assert "is changed" in _text(_pressed(browser, address, password=_NEW, again=_NEW))
    user.refresh_from_db()
    assert user.check_password(_NEW)
    assert "no longer good" in _text(browser.get(address), 400)


@pytest.mark.parametrize("purpose", [LinkPurpose.CONFIRM_EMAIL, LinkPurpose.RESET_PASSWORD])
def test_it_does_nothing_for_a_form_of_another_site(user: User, browser: Client, purpose: LinkPurpose) -> None:
    address = _link(user, purpose)
    assert browser.post(address, {"password": _NEW, "again": _NEW}).status_code == 403
    user.refresh_from_db()
    assert (user.email_confirmed_at, user.check_password(PASSWORD)) == (None, True)
    assert OneTimeLink.objects.count() == 1


@pytest.mark.parametrize("purpose", [LinkPurpose.CONFIRM_EMAIL, LinkPurpose.RESET_PASSWORD])
@pytest.mark.parametrize("is_good", [True, False])
def test_it_keeps_its_address_to_itself(user: User, browser: Client, purpose: LinkPurpose, is_good: bool) -> None:
    address = _link(user, purpose)
    response = browser.get(address if is_good else f"{address[:-1]}{'a' if address[-1] != 'a' else 'b'}")
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    page = _text(response, 200 if is_good else 400)
    assert "<script" not in page
    assert address[-43:] not in page


@pytest.mark.parametrize("path", ["confirm-email/x", "reset-password/", f"confirm-email/{'x' * 44}", "x"])
def test_it_knows_no_other_addresses(db: None, browser: Client, path: str) -> None:
    assert browser.get(f"/account/{path}").status_code == 404


def test_it_shows_what_a_user_has_chosen_as_text(db: None, browser: Client) -> None:
    user = User.objects.create_user("Eve", '"<b>"@example.com', PASSWORD)
    assert "<b>" not in _text(browser.get(_link(user, LinkPurpose.CONFIRM_EMAIL)))
