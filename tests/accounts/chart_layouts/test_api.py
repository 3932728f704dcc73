"""Chart layouts over REST: a user's own, by name, within bounds, and nobody else's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import ChartLayoutRow, User
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import JSON, assert_refused, assert_unauthenticated, bearer, get

_PATH = "chart-layouts/"
_BANDS = {"key": "bollinger", "parameters": {"period": "20", "deviations": "2.5"}, "colours": {"line-3": "line-7"}}
_LAYOUT = {
    "interval": "15m",
    "type": "heikin-ashi",
    "scale": "logarithmic",
    "compare": "ETHUSDT",
    "indicators": [_BANDS, {"key": "sma", "parameters": {"period": "9"}, "colours": {}}],
}


@pytest.fixture
def other_user(db: None) -> User:
    """Return somebody else."""
    return User.objects.create_user("Bob", "bob@example.com", PASSWORD)


def _save(user: User, name: str, **changes: Any) -> Any:
    body = {"name": name, "layout": {**_LAYOUT, **changes}}
    return Client().put(f"/api/v1/{_PATH}", body, content_type=JSON, headers=bearer(user))


def _delete(user: User, layout_id: int) -> Any:
    return Client().delete(f"/api/v1/{_PATH}{layout_id}/", headers=bearer(user))


def _names(user: User) -> list[str]:
    return [each["name"] for each in get(_PATH, user=user).json()["items"]]


def test_it_keeps_a_layout_by_its_name_replaces_and_deletes_it(user: User) -> None:
    saved = _save(user, " Scalping ")
    answer = saved.json()
    assert (saved.status_code, answer["name"], answer["layout"]) == (200, "Scalping", _LAYOUT)
    assert get(_PATH, user=user).json() == {"items": [answer], "total": 1}
    again = _save(user, "SCALPING", type="area", indicators=[]).json()
    assert (again["id"], again["name"], again["layout"]["type"]) == (answer["id"], "SCALPING", "area")
    assert _names(user) == ["SCALPING"]
    assert _delete(user, answer["id"]).status_code == 204
    assert _names(user) == []


def test_nobody_reads_or_changes_the_layouts_of_another(user: User, other_user: User, superuser: User) -> None:
    own = _save(user, "Mine").json()["id"]
    for stranger in (other_user, superuser):
        assert _names(stranger) == []
        assert_refused(_delete(stranger, own), 404, "NOT_FOUND")
    assert_unauthenticated(get(_PATH))
    assert _save(other_user, "Mine", type="line").json()["id"] != own
    assert get(_PATH, user=user).json()["items"][0]["layout"] == _LAYOUT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"interval": "7m"}, "layout.interval"),
        ({"type": "pie"}, "layout.type"),
        ({"scale": "cubic"}, "layout.scale"),
        ({"compare": "eth/usdt"}, "layout.compare"),
        ({"indicators": [_BANDS] * 13}, "layout.indicators"),
        ({"indicators": [{"key": "<b>"}]}, "layout.indicators.0.key"),
        ({"indicators": [{"key": "sma", "parameters": {"period": "many"}}]}, "layout.indicators.0.parameters.period"),
    ],
)
def test_it_refuses_what_is_wrong_and_keeps_nothing(user: User, changes: dict[str, Any], field: str) -> None:
    assert_refused(_save(user, "New", **changes), 400, "VALIDATION_ERROR", field)
    assert _names(user) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_it_refuses_a_name_that_says_nothing_or_too_much(user: User, name: str) -> None:
    assert_refused(_save(user, name), 400, "VALIDATION_ERROR", "name")


def test_it_bounds_how_many_there_are_and_how_often_they_change(user: User, settings: Settings) -> None:
    settings.CHART_LAYOUTS_PER_USER = 1
    assert _save(user, "First").status_code == 200
    assert_refused(_save(user, "Second"), 409, "CONFLICT")
    settings.THROTTLE_CHART_LAYOUTS = "1/day"
    assert _save(user, "First", type="bars").status_code == 200
    assert _save(user, "First", type="line").status_code == 429
    assert ChartLayoutRow.objects.get(user=user).layout["type"] == "bars"


def test_the_admin_shows_layouts_and_changes_none(user: User, superuser: User) -> None:
    own = _save(user, "Mine").json()["id"]
    browser = Client()
    browser.force_login(superuser)
    assert "Mine" in browser.get(reverse("admin:accounts_chartlayoutrow_changelist")).content.decode()
    page = reverse("admin:accounts_chartlayoutrow_change", args=[own])
    assert "bollinger" in browser.get(page).content.decode()
    assert browser.post(page, {"name": "Yours"}).status_code == 403
    assert browser.get(reverse("admin:accounts_chartlayoutrow_add")).status_code == 403
