"""Drawing on the chart: kept, moved, brought back, and with an alert that moves along the line."""

from typing import Any

import pytest

from tests.browser.alerts.trader import CHART_SHOWN, Trader
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, token_of
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_BAR = "document.getElementById('drawing-bar-text').textContent"
_ACTIONS = "[...document.querySelectorAll('#drawing-bar-actions button')].map((node) => node.textContent).join()"
_FIRST_ACTION = "#drawing-bar-actions button"
_LISTED = "document.querySelectorAll('#drawing-list li').length"
_COLOUR = "#drawing-bar-actions button:nth-last-of-type(2)"
_RULES = "document.getElementById('alert-count').textContent"
_SURFACE = "#drawing-handles"
_DRAWINGS = "**/api/v1/drawings/**"


def _take(page: BrowserPage, kind: str) -> None:
    page.click("#drawing-menu summary")
    page.click(f"#drawing-tools [data-kind={kind}]")


def test_a_trend_line_is_kept_with_its_alert_which_follows_it_where_that_is_wanted(
    page: BrowserPage, demo_url: str
) -> None:
    trader = Trader(page, demo_url)
    token = token_of(demo_url, trader.name, PASSWORD)

    def drawn() -> list[dict[str, Any]]:
        return list(ask(f"{demo_url}api/v1/drawings/BTCUSDT/", token=token)["drawings"])

    _take(page, "trend")
    page.drag(_SURFACE, right=120, down=-120)  # so steep that the price doesn't come to it meanwhile
    page.wait(f"{_BAR}.startsWith('Trend line') && {_ACTIONS} === 'Alert,Colour,Delete'")
    page.click(_FIRST_ACTION)
    page.click("#alert-save")
    until_now(lambda: [each["rule"] for each in drawn()] == [rule["id"] for rule in trader.rules()] != [])
    [drawing] = drawn()
    [rule] = trader.rules()
    assert [f"{point['price']:.2f}" for point in rule["line"].values()] == [
        f"{float(point['price']):.2f}" for point in drawing["points"]
    ]
    page.reload()
    page.wait(f"{CHART_SHOWN} && {_LISTED} === 1 && {_RULES} === '1'")
    page.click("#drawing-menu summary")
    page.click("#drawing-list button")  # its first handle has the focus
    page.press("ArrowUp")
    page.wait(f"{_ACTIONS} === 'Move the alert, too,Leave it'")
    page.click(_FIRST_ACTION)
    until_now(lambda: trader.rules()[0]["line"] != rule["line"])
    page.wait(f"{_ACTIONS} === 'Colour,Delete'")
    page.press("Delete")
    page.wait(f"{_BAR}.startsWith('Deleted: Trend line') && {_LISTED} === 0")
    page.wait(f"{_ACTIONS} === 'Undo,Delete the alert, too'")
    page.press("Control+z")
    page.wait(f"{_BAR}.startsWith('Trend line') && {_LISTED} === 1")
    until_now(lambda: [each["id"] for each in drawn()] == [drawing["id"]])
    page.wait(f"{_ACTIONS} === 'Colour,Delete'")
    page.click("#dock-tab-alerts")
    for _ in range(2):
        page.click(".alert-row-remove")
    page.wait(f"{_ACTIONS} === 'Alert,Colour,Delete'")
    assert page.problems() == []


def test_a_rectangle_and_a_retracement_take_another_colour_and_are_kept(page: BrowserPage, demo_url: str) -> None:
    trader = Trader(page, demo_url)
    token = token_of(demo_url, trader.name, PASSWORD)

    def drawn() -> list[dict[str, Any]]:
        return list(ask(f"{demo_url}api/v1/drawings/BTCUSDT/", token=token)["drawings"])

    for number, (kind, name) in enumerate({"rectangle": "Rectangle", "fibonacci": "Fibonacci retracement"}.items(), 1):
        _take(page, kind)
        page.drag(_SURFACE, right=120, down=60)
        page.wait(f"{_BAR}.startsWith('{name}') && {_ACTIONS}.endsWith('Colour,Delete')")
        until_now(lambda number=number: len(drawn()) == number)  # type: ignore[misc]
        before = drawn()[-1]["colour"]
        page.click(_COLOUR)
        until_now(lambda before=before: drawn()[-1]["colour"] != before)  # type: ignore[misc]
        page.press("Escape")
    page.reload()
    page.wait(f"{CHART_SHOWN} && {_LISTED} === 2")
    assert [each["kind"] for each in drawn()] == ["rectangle", "fibonacci"]
    assert page.problems() == []


def test_the_bar_says_that_a_drawing_waits_for_the_server_until_it_is_saved(page: BrowserPage, demo_url: str) -> None:
    trader = Trader(page, demo_url)
    page.expect_problems("502")
    page.answer(_DRAWINGS, status=502, kind="text/html", body="<h1>Bad gateway</h1>")
    _take(page, "trend")
    page.drag(_SURFACE, right=120, down=-120)
    page.wait(f"{_BAR}.startsWith('The server can\\'t be reached') && {_LISTED} === 1")
    page.release(_DRAWINGS)
    page.wait(f"{_BAR}.startsWith('Trend line') && {_LISTED} === 1")
    token = token_of(demo_url, trader.name, PASSWORD)
    assert len(ask(f"{demo_url}api/v1/drawings/BTCUSDT/", token=token)["drawings"]) == 1


def test_a_finger_draws_before_one_signs_in_and_this_browser_keeps_it(phone: BrowserPage, demo_url: str) -> None:
    phone.open(f"{demo_url}#ETHUSDT/1m", width=375, height=812)
    phone.wait(CHART_SHOWN)
    phone.tap("#drawing-menu summary")
    phone.tap("#drawing-tools [data-kind=horizontal]")
    phone.tap(_SURFACE)
    phone.wait(f"{_BAR}.startsWith('Horizontal line')")
    before = phone.evaluate(_BAR)
    assert phone.accessibility() == []
    phone.drag_by_touch(".drawing-handle", down=-50)
    phone.wait(f"{_BAR} !== {before!r}")
    moved = phone.evaluate(_BAR)
    phone.reload()
    phone.wait(f"{CHART_SHOWN} && document.getElementById('drawing-list').textContent.includes({moved!r})")
    assert phone.problems() == []
