"""Drawings over REST: a user's own, by symbol, exact, within bounds, and nobody else's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.drawings.parameters import MOST_DRAWINGS
from accounts.models import SymbolDrawings, User
from streaming.events import Source
from streaming.market.services import symbols_store
from streaming.market.sources.answers import ExchangeInfo
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import JSON, assert_refused, assert_unauthenticated, bearer, get
from tests.market.listed_symbols import symbol

_PATH = "drawings/"
_LEVEL = {"id": "a1", "kind": "horizontal", "points": [{"time": 1_790_000_000_000, "price": "64000.1"}]}
_TREND: dict[str, Any] = {
    "id": "b2",
    "kind": "trend",
    "points": [{"time": 1_790_000_000_001, "price": "0.00000012"}, {"time": 1_790_003_600_000, "price": "65000"}],
    "colour": "line-3",
    "rule": 7,
}


@pytest.fixture(autouse=True)
def _listed(db: None) -> None:
    info = ExchangeInfo(symbols=tuple(symbol(name) for name in ("BTCUSDT", "ETHUSDT", "AAPLx/USD")), unreadable=0)
    symbols_store(info=info, source=Source.BINANCE, now=datetime.now(tz=UTC))


@pytest.fixture
def other_user(db: None) -> User:
    """Return somebody else."""
    return User.objects.create_user("Bob", "bob@example.com", PASSWORD)


def _change(user: User, name: str = "BTCUSDT", **changes: Any) -> Any:
    return Client().patch(f"/api/v1/{_PATH}{name}/", changes, content_type=JSON, headers=bearer(user))


def _drawn(user: User, name: str = "BTCUSDT") -> list[Any]:
    drawings: list[Any] = get(f"{_PATH}{name}/", user=user).json()["drawings"]
    return drawings


def _many(count: int, prefix: str = "n") -> list[Any]:
    return [{**_LEVEL, "id": f"{prefix}{number}"} for number in range(count)]


def test_it_keeps_what_is_drawn_exactly_changes_and_deletes_it_by_its_id(user: User) -> None:
    answer = _change(user, put=[_LEVEL, _TREND]).json()
    level = {**_LEVEL, "colour": "line-1", "rule": None}
    assert answer == {"symbol": "BTCUSDT", "drawings": [level, _TREND]}
    moved = {**level, "points": [{"time": 1_790_000_000_000, "price": "64000.25"}]}
    assert _change(user, put=[moved]).json()["drawings"] == [moved, _TREND]
    assert _change(user, remove=["a1", "unknown"]).json()["drawings"] == [_TREND]
    assert _drawn(user) == [_TREND]


def test_a_symbol_may_have_a_slash_as_another_exchange_lists_it(user: User) -> None:
    assert [each["id"] for each in _change(user, "AAPLx/USD", put=[_TREND]).json()["drawings"]] == ["b2"]
    assert _drawn(user, "AAPLx/USD")[0]["id"] == "b2"
    assert [each["symbol"] for each in get(_PATH, user=user).json()["items"]] == ["AAPLx/USD"]


def test_two_pages_that_draw_at_a_time_lose_nothing_of_each_other_nor_of_another_symbol(user: User) -> None:
    _change(user, put=[_LEVEL])
    _change(user, "ETHUSDT", put=[_TREND])
    _change(user, put=[_TREND])  # by a page that hasn't heard of the level
    assert [each["id"] for each in _drawn(user)] == ["a1", "b2"]
    assert [each["id"] for each in _drawn(user, "ETHUSDT")] == ["b2"]
    listed = get(_PATH, user=user).json()
    assert [(each["symbol"], each["count"]) for each in listed["items"]] == [("BTCUSDT", 2), ("ETHUSDT", 1)]


def test_a_symbol_without_drawings_is_forgotten(user: User) -> None:
    _change(user, put=[_LEVEL])
    _change(user, remove=["a1"])
    assert not SymbolDrawings.objects.exists()
    _change(user, put=[_LEVEL])
    deleted = Client().delete(f"/api/v1/{_PATH}BTCUSDT/", headers=bearer(user))
    assert (deleted.status_code, _drawn(user), get(_PATH, user=user).json()["total"]) == (204, [], 0)


def test_nobody_reads_or_changes_the_drawings_of_another(user: User, other_user: User, superuser: User) -> None:
    _change(user, put=[_LEVEL])
    for stranger in (other_user, superuser):
        assert _drawn(stranger) == []
        _change(stranger, remove=["a1"])
    assert_unauthenticated(get(f"{_PATH}BTCUSDT/"))
    assert [each["id"] for each in _drawn(user)] == ["a1"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "circle"}, "put.0.kind"),
        ({"id": "<b>"}, "put.0.id"),
        ({"colour": "url(x)"}, "put.0.colour"),
        ({"points": []}, "put.0.points"),
        ({"points": _TREND["points"]}, "put.0.points"),
        ({"kind": "trend", "points": [_TREND["points"][0]] * 2}, "put.0.points"),
        ({"points": [{"time": 1, "price": "0"}]}, "put.0.points.0.price"),
        ({"points": [{"time": 1, "price": "1e16"}]}, "put.0.points.0.price"),
        ({"points": [{"time": -1, "price": "1"}]}, "put.0.points.0.time"),
        ({"rule": 0}, "put.0.rule"),
    ],
)
def test_it_refuses_what_is_wrong_and_keeps_nothing(user: User, changes: dict[str, Any], field: str) -> None:
    assert_refused(_change(user, put=[{**_LEVEL, **changes}]), 400, "VALIDATION_ERROR", field)
    assert _drawn(user) == []


def test_it_refuses_a_drawing_that_is_named_twice_and_a_symbol_that_is_not_listed(user: User) -> None:
    assert_refused(_change(user, put=[_LEVEL, _LEVEL]), 400, "VALIDATION_ERROR", "put")
    assert_refused(_change(user, put=[_LEVEL], remove=["a1"]), 400, "VALIDATION_ERROR", "put")
    assert_refused(_change(user, "DOGEUSDT", put=[_LEVEL]), 400, "VALIDATION_ERROR", "symbol")
    assert_refused(_change(user, "btc", put=[_LEVEL]), 400, "VALIDATION_ERROR", "symbol")
    assert not SymbolDrawings.objects.exists()


def test_it_bounds_how_many_there_are_and_how_often_they_change(user: User, settings: Settings) -> None:
    settings.DRAWN_SYMBOLS_PER_USER = 1
    assert len(_change(user, put=_many(MOST_DRAWINGS)).json()["drawings"]) == MOST_DRAWINGS
    assert_refused(_change(user, put=_many(1, "more")), 409, "CONFLICT")
    assert_refused(_change(user, put=_many(MOST_DRAWINGS + 1)), 400, "VALIDATION_ERROR", "put")
    assert _change(user, put=_many(1, "more"), remove=["n0"]).status_code == 200
    assert_refused(_change(user, "ETHUSDT", put=[_LEVEL]), 409, "CONFLICT")
    settings.THROTTLE_DRAWINGS = "1/day"
    assert _change(user, remove=["n1"]).status_code == 200
    assert _change(user, remove=["n2"]).status_code == 429
    assert len(_drawn(user)) == MOST_DRAWINGS - 1


def test_drawings_are_exported_and_go_with_their_user(user: User, superuser: User) -> None:
    _change(user, put=[_LEVEL])
    browser = Client()
    browser.force_login(superuser)
    assert "BTCUSDT" in browser.get(reverse("admin:accounts_symboldrawings_changelist")).content.decode()
    page = reverse("admin:accounts_symboldrawings_change", args=[SymbolDrawings.objects.get().pk])
    assert "64000.1" in browser.get(page).content.decode()
    assert browser.post(page, {"name": "ETHUSDT"}).status_code == 403
    user.delete()
    assert not SymbolDrawings.objects.exists()
