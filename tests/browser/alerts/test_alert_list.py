"""The list of alerts on the page, in a browser: silenced for a while, copied, and in step with other tabs."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.alerts.trader import CHART_SHOWN, ROWS, Trader
from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_STATE = "document.querySelector('.alert-list-row')?.dataset.state"
_STATE_IN_WORDS = "document.querySelector('.alert-row-state').textContent"
_SAID = "document.getElementById('alert-list-said').textContent"
_NAMES = "[...document.querySelectorAll('.alert-row-name')].map((name) => name.textContent)"
_SNOOZE = "document.querySelector('.alert-row-snooze').textContent"
_MENU_OPEN = "document.getElementById('snooze-menu').matches(':popover-open')"
_FOCUSED = "document.activeElement.dataset.snooze"
_MENU_BOX = "document.getElementById('snooze-menu').getBoundingClientRect().toJSON()"
_MENU_NAME = "document.querySelector('.snooze-menu-name').textContent"
_EXPANDED = (
    "[...document.querySelectorAll('.alert-row-snooze')].map((each) => each.getAttribute('aria-expanded')).join()"
)
_HELD_ENTER = """[document.activeElement, document.querySelector('[data-snooze]')].map((each) =>
  !each.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true })))"""
_FIRINGS = (
    "[...document.querySelectorAll('.alert-history li')]"
    ".map((each) => [...each.children].map((one) => one.textContent).join(' '))"
)
_PLACES = """['main', 'facts', 'doing', 'buttons'].map((column) => new Set(
  [...document.querySelectorAll(`.alert-row-${column}`)].map((each) => each.getBoundingClientRect().left)).size)"""
"""How many left edges each column has in the rows."""
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"


def _minutes_of_silence(trader: Trader) -> float:
    [rule] = trader.rules()
    until = datetime.fromisoformat(rule["snoozed_until"])
    return (until - datetime.now(UTC)) / timedelta(minutes=1)


def test_it_silences_an_alert_says_until_when_and_resumes_it_by_mouse_and_by_keyboard(
    page: BrowserPage, demo_url: str
) -> None:
    trader = Trader(page, demo_url)
    trader.create(threshold="1")
    page.click(".alert-row-snooze")
    page.wait(_MENU_OPEN)
    assert page.accessibility() == []
    page.click("[data-snooze='1h']")
    page.wait(f"{_STATE} === 'snoozed' && /^Snoozed until .*[0-9]{{2}}:[0-9]{{2}} UTC$/.test({_STATE_IN_WORDS})")
    page.wait(f"{_SAID}.startsWith('Mine is snoozed until ') && {_SNOOZE} === 'Resume' && !{_MENU_OPEN}")
    assert 58 < _minutes_of_silence(trader) <= 60
    page.reload()
    page.wait(f"{CHART_SHOWN} && {_STATE} === 'snoozed' && {_SNOOZE} === 'Resume'")
    _resumes_it(trader)
    _silences_it_by_keyboard(page)
    assert 13 < _minutes_of_silence(trader) <= 15
    _resumes_it(trader)
    _is_told_in_the_servers_words_why_not(page)


def _resumes_it(trader: Trader) -> None:
    trader.page.click(".alert-row-snooze")
    trader.page.wait(f"{_SAID} === 'Mine is resumed.' && {_STATE} !== 'snoozed' && {_SNOOZE} === 'Snooze'")
    assert trader.rules()[0]["snoozed_until"] is None


def _silences_it_by_keyboard(page: BrowserPage) -> None:
    """Open the menu, leave it, open it again, and choose; the focus comes back each time."""
    page.focus(".alert-row-snooze")
    page.press("Enter")
    page.wait(f"{_MENU_OPEN} && {_FOCUSED} === '15m'")
    page.press("ArrowUp")
    assert page.evaluate(_FOCUSED) == "tomorrow"
    page.press("ArrowDown")
    page.press("Escape")
    page.wait(f"!{_MENU_OPEN} && document.activeElement.className.includes('alert-row-snooze')")
    page.press("Enter")
    page.wait(f"{_MENU_OPEN} && {_FOCUSED} === '15m'")
    page.press("Enter")
    page.wait(f"{_STATE} === 'snoozed' && document.activeElement.className.includes('alert-row-snooze')")
    page.wait(f"{_SAID}.startsWith('Mine is snoozed until ')")


def _is_told_in_the_servers_words_why_not(page: BrowserPage) -> None:
    page.expect_problems("status of 409")
    page.click(".alert-list-row .switch")
    page.wait(f"{_STATE} === 'off'")
    page.click(".alert-row-snooze")
    page.click("[data-snooze='15m']")
    page.wait(f"{_SAID} === 'The rule is switched off; switch it on first.'")
    assert (page.evaluate(_STATE), page.evaluate(_SNOOZE)) == ("off", "Snooze")


def test_it_opens_the_menu_of_the_row_whose_button_is_pressed_and_names_its_alert(trader: Trader) -> None:
    page = trader.page
    trader.create(threshold="1")
    page.click(".alert-row-clone")
    page.wait(f"{_NAMES}.join() === 'Mine (copy),Mine'")
    page.click(".alert-row-snooze >> nth=0")
    page.wait(f"{_MENU_OPEN} && {_MENU_NAME} === 'Mine (copy)' && {_EXPANDED} === 'true,false'")
    page.click(".alert-row-snooze >> nth=1")
    page.wait(f"{_MENU_OPEN} && {_MENU_NAME} === 'Mine' && {_EXPANDED} === 'false,true'")
    page.click("[data-snooze='15m']")
    page.wait(f"{_SAID}.startsWith('Mine is snoozed until ') && {_EXPANDED} === 'false,'")
    page.click(".alert-row-snooze >> nth=0")
    page.wait(_MENU_OPEN)
    page.evaluate("dispatchEvent(new Event('resize'))")
    page.wait(f"!{_MENU_OPEN}")


def test_it_makes_one_copy_of_two_presses_and_a_held_key_silences_nothing(trader: Trader) -> None:
    page = trader.page
    trader.create(threshold="1")
    page.evaluate("{ const clone = document.querySelector('.alert-row-clone'); clone.click(); clone.click(); }")
    page.wait(f"{_SAID} === 'Mine (copy) is made, and switched off.'")
    assert len(trader.rules()) == 2
    page.focus(".alert-row-snooze >> nth=1")
    assert page.evaluate(_HELD_ENTER) == [True, True]


def test_it_makes_a_copy_that_is_switched_off(trader: Trader) -> None:
    page = trader.page
    trader.create(threshold="1")
    page.click(".alert-row-clone")
    page.wait(f"{_NAMES}.join() === 'Mine (copy),Mine' && {_STATE} === 'off'")
    page.wait(f"{_SAID} === 'Mine (copy) is made, and switched off.'")
    assert [(each["name"], each["enabled"]) for each in trader.rules()] == [("Mine (copy)", False), ("Mine", True)]


def test_it_tells_the_other_tabs_at_once_what_one_has_changed(page: BrowserPage, demo_url: str) -> None:
    trader = Trader(page, demo_url)
    trader.create(threshold="1")
    other = page.new_tab()
    other.open(f"{demo_url}#BTCUSDT/1m", height=1080)
    other.wait(f"{CHART_SHOWN} && {ROWS} === 1")
    other.click("#dock-toggle")  # so that the list doesn't read the rules anew by itself
    other.wait("document.getElementById('dock').offsetHeight < 50")
    page.click(".alert-row-clone")
    other.wait(f"{ROWS} === 2")
    page.click(".alert-row-snooze >> nth=1")
    page.click("[data-snooze='15m']")
    other.wait("document.querySelectorAll('.alert-list-row[data-state=snoozed]').length === 1")
    page.click(".alert-row-remove")
    page.click(".alert-row-remove")
    other.wait(f"{ROWS} === 1")


def test_it_reads_the_alerts_anew_when_its_tab_comes_into_sight(trader: Trader) -> None:
    page = trader.page
    rule = trader.create(threshold="1")
    page.click("#dock-toggle")
    page.wait("document.getElementById('dock').offsetHeight < 50")
    trader.change(rule["id"], name="Yours")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait(f"{_NAMES}.join() === 'Yours'")


def test_it_silences_and_copies_on_a_phone(phone: BrowserPage, demo_url: str) -> None:
    trader = Trader(phone, demo_url, width=375, height=812)
    trader.create(threshold="1")
    phone.tap("#views [data-view=more]")
    phone.tap(".alert-row-snooze")
    phone.wait(_MENU_OPEN)
    box = phone.evaluate(_MENU_BOX)
    assert (box["left"] >= 0, box["right"] <= 375, box["top"] >= 0, box["bottom"] <= 812) == (True,) * 4
    assert phone.accessibility() == []
    phone.tap("[data-snooze=tomorrow]")
    phone.wait(f"{_STATE} === 'snoozed'")
    phone.tap(".alert-row-clone")
    phone.wait(f"{ROWS} === 2")
    assert phone.evaluate(_WIDTHS) == [375, 375]
    assert phone.accessibility() == []


def test_it_shows_what_an_alert_has_fired_at_and_clears_those_that_are_done_once_that_is_sure(
    trader: Trader, page: BrowserPage
) -> None:
    trader.create(threshold="1", operator="above")
    page.wait(f"{_STATE} === 'expired' && !document.querySelector('.alert-row-history').hidden")
    page.click(".alert-row-history")
    page.wait(f"{_FIRINGS}.length === 1")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC [\d,]+\.\d\d, level 1\.00(, simulated)?", page.evaluate(f"{_FIRINGS}[0]")
    )
    assert page.accessibility() == []
    page.click(".alert-row-history")
    assert page.evaluate("document.querySelector('.alert-history').hidden") is True
    _has_the_same_columns_as_one_that_has_not_fired(page)
    page.click("#alert-clear")
    page.wait("document.getElementById('alert-clear').textContent === 'Sure?'")
    assert len(trader.rules()) == 1
    page.click("#alert-clear")
    page.wait(f"{_SAID} === '1 finished alert cleared.' && {ROWS} === 0")
    page.wait("document.getElementById('alert-clear').hidden && document.activeElement.id === 'alert-new'")
    assert trader.rules() == []


def _has_the_same_columns_as_one_that_has_not_fired(page: BrowserPage) -> None:
    """See so beside a copy, which has no history; then take the copy away."""
    page.click(".alert-row-clone")
    page.wait(f"{ROWS} === 2 && document.querySelectorAll('.alert-row-history[hidden]').length === 1")
    assert page.evaluate(_PLACES) == [1, 1, 1, 1]
    for _ in range(2):
        page.click(".alert-row-remove >> nth=0")
    page.wait(f"{ROWS} === 1 && {_SAID}.endsWith(' is deleted.')")  # the row goes before the server has answered
