"""The admin's first page: how the alerts go and which workers are alive, each part to whoever may see it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from alerts.events import AlertState
from alerts.models import AlertRule, DeliveryState
from config.admin_panel.worker_lines import WorkerLine, worker_lines
from streaming.admin.figures import Card
from streaming.installed import installed_worker_figures
from streaming.workers.declared_figures import FigureValue
from streaming.workers.figures import figures_store
from streaming.workers.leases.lease_rows import lease_take
from streaming.workers.presence import presence_end, presence_renew
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import delivery_of, fire, told

INDEX = "/admin/"


def _worker(name: str) -> WorkerLine:
    return next(line for line in worker_lines(timezone.now()) if line.name == name)


def _cards(page: Any) -> list[Card]:
    """Return the cards of the alerts; other apps show theirs beside them."""
    return [card for card in page.context["cards"] if card.link.startswith("/admin/alerts/")]


def _card(page: Any, title: str) -> Card:
    cards: list[Card] = page.context["cards"]
    return next(card for card in cards if card.title == title)


def test_it_shows_how_rules_firings_and_deliveries_go(administrator: Client, rule: AlertRule) -> None:
    AlertRule.objects.update(state=AlertState.ERROR.value, error="BTCUSDT is no longer listed")
    delivery_of(told(fire(rule)))
    dead = delivery_of(told(fire(rule)), state=DeliveryState.DEAD)
    page = administrator.get(INDEX)
    text, (firings, deliveries) = text_of(page), page.context["charts"]
    assert [card.value for card in _cards(page)] == [1, 2, 1, 1]
    assert _card(page, "Failed in 24 hours").is_bad is True
    assert json.loads(firings.data)["datasets"][0]["data"][-1] == 2
    names = [each["label"] for each in json.loads(deliveries.data)["datasets"]]
    assert names == ["Delivered", "Under way", "Failed"]
    for word in ("Firings: 2, most at", "BTCUSDT is no longer listed", "550 mailbox unavailable"):
        assert word in text
    assert f"/admin/alerts/delivery/{dead.pk}/change/" in text
    assert "state__exact=error&amp;enabled__exact=1" in text


def test_it_tells_rules_that_are_done_from_those_that_watch(administrator: Client, rule: AlertRule) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(state=AlertState.EXPIRED.value)
    card = _card(administrator.get(INDEX), "Rules switched on")
    assert (card.value, card.foot) == (1, "1 of them done, none switched off")


def test_it_has_a_first_page_where_nothing_has_happened(administrator: Client) -> None:
    page = administrator.get(INDEX)
    assert "No rule is switched on." in text_of(page)
    assert [card.value for card in _cards(page)] == [0, 0, 0, 0]
    assert "none in any hour" in text_of(page)


@pytest.mark.parametrize(
    ("permissions", "titles"),
    [
        ((), []),
        (("view_alertrule",), ["Rules switched on"]),
        (("view_alertevent",), ["Firings in 24 hours"]),
        (("view_delivery",), ["Delivered in 24 hours", "Failed in 24 hours"]),
    ],
)
def test_it_shows_each_part_to_whoever_may_see_the_rows_behind_it(
    staff_with: StaffWith, rule: AlertRule, permissions: tuple[str, ...], titles: list[str]
) -> None:
    AlertRule.objects.update(name="Nobody's business", state=AlertState.ERROR.value, error="unlisted")
    delivery_of(told(fire(rule)), state=DeliveryState.DEAD)
    page = staff_with(*permissions).get(INDEX)
    text = text_of(page)
    assert [card.title for card in _cards(page)] == titles
    assert ("unlisted" in text) == ("view_alertrule" in permissions)
    assert ("550 mailbox unavailable" in text) == ("view_delivery" in permissions)
    assert "The bridge" in text


def test_it_is_for_staff_only(client: Client) -> None:
    assert client.get(INDEX).status_code == 302


@pytest.mark.django_db
def test_it_tells_a_worker_by_its_lease_where_there_are_other_processes(settings: Settings) -> None:
    settings.REDIS_URLS = ["redis://127.0.0.1:1"]  # nobody asks it
    now = datetime.now(UTC)
    lease_take(name="bridge", holder="one-1", now=now, seconds=60)
    lease_take(name="alerts", holder="two-2", now=now - timedelta(hours=1), seconds=60)
    assert (_worker("the bridge").is_well, _worker("the bridge").detail) == (True, "one-1")
    assert (_worker("the evaluator of alerts").is_well, _worker("the evaluator of alerts").state) == (False, "away")


@pytest.mark.django_db
def test_it_says_that_a_worker_has_never_run(settings: Settings) -> None:
    settings.REDIS_URLS = ["redis://127.0.0.1:1"]  # nobody asks it
    assert {line.state for line in worker_lines(timezone.now())} == {"away"}


@pytest.mark.django_db
def test_it_tells_a_worker_by_its_task_where_all_runs_in_one_process(settings: Settings) -> None:
    settings.REDIS_URLS = []
    assert _worker("the bridge").state == "away"
    assert _worker("the deliveries").state == "away"


@pytest.mark.parametrize(
    ("due", "is_well", "state"),
    [
        (None, True, "alive"),
        (timedelta(seconds=1), True, "at work"),
        (timedelta(minutes=5), False, "behind"),
    ],
)
def test_it_tells_the_delivery_workers_by_what_they_leave_undone(
    settings: Settings, rule: AlertRule, due: timedelta | None, is_well: bool, state: str
) -> None:
    settings.REDIS_URLS = ["redis://127.0.0.1:1"]  # nobody asks it
    presence_renew(name="deliveries", process="one-1", now=timezone.now(), seconds=60)
    if due is not None:
        delivery_of(told(fire(rule)), state=DeliveryState.WAITING, due=timezone.now() - due)
    line = _worker("the deliveries")
    assert (line.is_well, line.state) == (is_well, state)


@pytest.mark.django_db
def test_it_tells_which_processes_carry_the_deliveries(settings: Settings) -> None:
    settings.REDIS_URLS = ["redis://127.0.0.1:1"]  # nobody asks it
    now = timezone.now()
    presence_renew(name="deliveries", process="died", now=now - timedelta(minutes=1), seconds=6)
    assert (_worker("the deliveries").is_well, _worker("the deliveries").state) == (False, "away")
    presence_renew(name="deliveries", process="one-1", now=now, seconds=60)
    assert (_worker("the deliveries").is_well, _worker("the deliveries").detail) == (True, "one-1, nothing is due")
    presence_renew(name="deliveries", process="two-2", now=now, seconds=60)
    assert _worker("the deliveries").detail == "2 processes, nothing is due"
    for process in ("one-1", "two-2"):
        presence_end(name="deliveries", process=process, now=now)
    assert _worker("the deliveries").detail == "no process is at work, nothing is due"


def test_it_shows_what_the_holder_of_a_lease_does(administrator: Client, settings: Settings) -> None:
    settings.REDIS_URLS = ["redis://127.0.0.1:1"]  # other processes
    now = timezone.now()
    lease_take(name="trading", holder="host-1", now=now, seconds=60)
    values = {figure.name: FigureValue(1234) for figure in installed_worker_figures()["trading"]}
    told = {
        **values,
        "symbols_paused": FigureValue(1, "BTCUSDT: the exchange is away"),
        "oldest_event": FigureValue(None),
    }
    figures_store(name="trading", process="host-1", values=told, now=now)
    lines = {line.title: line for line in _worker("the trading worker").figures}
    assert (lines["Open orders"].value, lines["Last turn took"].value) == ("1,234", "1,234 ms")
    assert lines["The oldest waits for"].value == "none"
    text = text_of(administrator.get(INDEX))
    assert "The trading worker does" in text
    assert "BTCUSDT: the exchange is away" in text
