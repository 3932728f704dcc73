"""Watch lists over REST: a user's own, in the user's order, within bounds, and nobody else's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User, WatchList
from streaming.events import Source
from streaming.market.services import symbols_store
from streaming.market.sources.answers import ExchangeInfo
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import JSON, assert_refused, assert_unauthenticated, bearer, get, post
from tests.market.listed_symbols import symbol

_LISTED = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
_PATH = "watch-lists/"


@pytest.fixture(autouse=True)
def _listed(db: None) -> None:
    info = ExchangeInfo(symbols=tuple(symbol(name) for name in _LISTED), unreadable=0)
    symbols_store(info=info, source=Source.BINANCE, now=datetime.now(tz=UTC))


@pytest.fixture
def other_user(db: None) -> User:
    """Return somebody else."""
    return User.objects.create_user("Bob", "bob@example.com", PASSWORD)


def _make(user: User, name: str, *symbols: str) -> int:
    return int(post(_PATH, {"name": name, "symbols": symbols}, user=user).json()["id"])


def _change(user: User, list_id: int, body: Any) -> Any:
    return Client().patch(f"/api/v1/{_PATH}{list_id}/", body, content_type=JSON, headers=bearer(user))


def _delete(user: User, list_id: int) -> Any:
    return Client().delete(f"/api/v1/{_PATH}{list_id}/", headers=bearer(user))


def _lists(user: User) -> list[tuple[str, list[str]]]:
    return [(each["name"], each["symbols"]) for each in get(_PATH, user=user).json()["items"]]


def test_it_keeps_the_lists_that_a_user_makes_changes_and_deletes(user: User) -> None:
    created = post(_PATH, {"name": " Majors ", "symbols": ["ETHUSDT", "BTCUSDT", "ETHUSDT"]}, user=user)
    answer = created.json()
    assert (created.status_code, answer["name"], answer["symbols"]) == (201, "Majors", ["ETHUSDT", "BTCUSDT"])
    assert get(_PATH, user=user).json() == {"items": [answer], "total": 1}
    assert _change(user, answer["id"], {"add": ["SOLUSDT"], "remove": ["ETHUSDT"]}).json()["symbols"] == [
        "BTCUSDT",
        "SOLUSDT",
    ]
    assert _change(user, answer["id"], {"name": "Three", "symbols": list(_LISTED)}).status_code == 200
    assert _lists(user) == [("Three", list(_LISTED))]
    assert _delete(user, answer["id"]).status_code == 204
    assert _lists(user) == []


def test_nobody_reads_or_changes_the_lists_of_another(user: User, other_user: User, superuser: User) -> None:
    own = _make(user, "Mine", "BTCUSDT")
    for stranger in (other_user, superuser):
        assert _lists(stranger) == []
        assert_refused(_change(stranger, own, {"name": "Yours"}), 404, "NOT_FOUND")
        assert_refused(_delete(stranger, own), 404, "NOT_FOUND")
    assert_unauthenticated(get(_PATH))
    assert _make(other_user, "Mine") != own
    assert _lists(user) == [("Mine", ["BTCUSDT"])]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "New", "symbols": ["BTCUSDT", "NOSUCH"]}, "symbols"),
        ({"name": "New", "symbols": ["btc/usdt"]}, "symbols.0"),
        ({"name": "New", "symbols": ["BTCUSDT"] * 201}, "symbols"),
        ({"name": "x" * 41}, "name"),
        ({"name": "   "}, "name"),
        ({}, "name"),
    ],
)
def test_it_refuses_what_is_wrong_and_makes_nothing(user: User, body: Any, field: str) -> None:
    assert_refused(post(_PATH, body, user=user), 400, "VALIDATION_ERROR", field)
    assert _lists(user) == []


def test_it_refuses_changes_that_are_wrong_and_changes_nothing(user: User) -> None:
    own = _make(user, "Mine", "BTCUSDT")
    _make(user, "Other")
    assert_refused(_change(user, own, {"add": ["NOSUCH"], "name": "New"}), 400, "VALIDATION_ERROR", "add")
    both = {"symbols": ["ETHUSDT"], "add": ["SOLUSDT"]}
    assert_refused(_change(user, own, both), 400, "VALIDATION_ERROR", "symbols")
    for name in ("OTHER", "all markets"):
        assert_refused(_change(user, own, {"name": name, "add": ["ETHUSDT"]}), 409, "CONFLICT")
    assert _lists(user) == [("Mine", ["BTCUSDT"]), ("Other", [])]


def test_it_keeps_what_is_listed_no_longer_until_it_is_taken_away(user: User) -> None:
    row = WatchList.objects.create(user=user, name="Old", symbols=["GONEUSDT", "BTCUSDT"])
    assert _change(user, row.pk, {"add": ["ETHUSDT"]}).json()["symbols"] == ["GONEUSDT", "BTCUSDT", "ETHUSDT"]
    assert _change(user, row.pk, {"remove": ["GONEUSDT"]}).json()["symbols"] == ["BTCUSDT", "ETHUSDT"]


def test_it_bounds_how_many_lists_there_are_how_long_each_is_and_how_often_they_change(
    user: User, settings: Settings
) -> None:
    settings.WATCH_LISTS_PER_USER = 1
    full = WatchList.objects.create(user=user, name="Full", symbols=[f"S{number}USDT" for number in range(200)])
    assert_refused(post(_PATH, {"name": "Second"}, user=user), 409, "CONFLICT")
    assert_refused(_change(user, full.pk, {"add": ["BTCUSDT"]}), 409, "CONFLICT")
    settings.THROTTLE_WATCH_LISTS = "1/day"
    assert _change(user, full.pk, {"remove": ["S1USDT"]}).status_code == 200
    assert _change(user, full.pk, {"add": ["BTCUSDT"]}).status_code == 429


def test_the_admin_shows_lists_and_changes_none(user: User, superuser: User) -> None:
    own = _make(user, "Mine", "BTCUSDT", "ETHUSDT")
    browser = Client()
    browser.force_login(superuser)
    assert "Mine" in browser.get(reverse("admin:accounts_watchlist_changelist")).content.decode()
    page = reverse("admin:accounts_watchlist_change", args=[own])
    assert "BTCUSDT, ETHUSDT" in browser.get(page).content.decode()
    assert browser.post(page, {"name": "Yours"}).status_code == 403
    assert browser.get(reverse("admin:accounts_watchlist_add")).status_code == 403
