"""Alerts on the page, in a browser: made in the chart or its form, listed, changed, and told when they fire."""

import pytest

from tests.browser.alerts.trader import CHART_SHOWN, ROWS, Trader
from tests.browser.browser_page import BrowserPage
from tests.browser.mailbox import Mailbox
from tests.browser.signing_in import PASSWORD, new_trader, sign_in, sign_out
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('alert-dialog').open"
_LEVEL = "document.querySelector('#alert-conditions [data-operand=threshold]').value"
_HANDLE = ".alert-handle"
_HANDLE_SHOWN = "document.querySelector('.alert-handle:not([hidden])') !== null"
_NAMED = "document.querySelector('.alert-handle-name').checkVisibility()"
_REACH = """(() => {
  const { right, top, height } = document.querySelector('.alert-handle').getBoundingClientRect();
  const found = [[4, 0], [40, 0], [22, -21], [22, 21]].map(([left, down]) =>
    document.elementFromPoint(right - left, top + height / 2 + down));
  return found.every((node) => node.closest('.alert-handle'));
})()"""
"""Whether a finger finds it within 44 pixels, whose right end is at the axis."""
_STATE = "document.querySelector('.alert-list-row')?.dataset.state"
_SAID = "document.getElementById('alert-list-said').textContent"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_PRICE = "Number(document.getElementById('chart-canvas').dataset.close)"
_SIMULATED_SECONDS = 60.0


def test_it_switches_tests_changes_and_deletes_in_the_list(trader: Trader) -> None:
    page = trader.page
    trader.create(threshold="1")
    page.click(".alert-list-row .switch")
    page.wait(f"{_STATE} === 'off' && {_SAID} === 'Mine is off.'")
    assert trader.rules()[0]["enabled"] is False
    page.click(".alert-list-row .switch")
    page.wait(f"{_STATE} !== 'off' && {_SAID} === 'Mine is on.'")
    page.click(".alert-row-test")
    page.wait(f"{_SAID} === 'Mine: It would not have fired within the last day.'")
    page.click(".alert-row-name")
    page.wait(_OPEN)
    page.fill("#alert-name", "Yours")
    page.select("#alert-severity", "warning")
    page.click("#alert-save")
    page.wait(f"!{_OPEN} && document.querySelector('.alert-row-name').textContent === 'Yours'")
    assert trader.rules()[0]["severity"] == "warning"
    page.click(".alert-row-remove")
    page.wait("document.querySelector('.alert-row-remove').textContent === 'Sure?'")
    page.click(".alert-row-remove")
    page.wait(f"{ROWS} === 0 && !{_HANDLE_SHOWN}")
    until_now(lambda: trader.rules() == [])  # the page doesn't wait for the server's answer


def test_it_tells_a_firing_by_a_toast_the_bell_the_list_and_the_demos_mail(trader: Trader, mailbox: Mailbox) -> None:
    page = trader.page
    trader.confirm_address(mailbox)
    page.click("#alert-new")
    page.select("[data-path=operator]", "above")
    page.fill("[data-operand=threshold]", "1")
    page.select("#alert-severity", "critical")
    page.fill("#alert-name", "Above all")
    page.click("#alert-save")
    page.wait("document.querySelector('.toast') !== null", seconds=_SIMULATED_SECONDS)
    assert page.evaluate("document.querySelector('.toast').parentElement.getAttribute('role')") == "alert"
    page.wait("document.getElementById('bell-count').textContent === '1'")
    page.wait(f"{_STATE} === 'expired'")
    assert page.evaluate("document.querySelector('.alert-row-fired').textContent").startswith("Fired once")
    page.click("#bell-button")
    page.wait("document.querySelectorAll('.notification').length === 1")
    page.click("#notifications-view label:has([value=mails])")
    page.wait(
        "document.querySelector('.mail-list summary strong')?.textContent.includes('Above all')",
        seconds=_SIMULATED_SECONDS,
    )
    assert page.accessibility() == []


def test_it_begins_anew_when_a_rule_that_is_done_is_switched_on(trader: Trader) -> None:
    page = trader.page
    trader.create(operator="above", threshold="1")
    page.wait(f"{_STATE} === 'expired'", seconds=_SIMULATED_SECONDS)
    switch = "document.querySelector('.alert-list-row .switch').getAttribute('aria-checked')"
    page.wait(f"{switch} === 'false'")
    page.click(".alert-list-row .switch")
    page.wait(
        "document.querySelector('.alert-row-fired').textContent.startsWith('Fired 2 times')", seconds=_SIMULATED_SECONDS
    )


def test_it_asks_who_is_not_signed_in_to_do_so_first(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url, height=1080)
    page.wait(CHART_SHOWN)
    assert page.evaluate("document.getElementById('bell').hidden") is True
    page.click("#alert-pick")
    page.wait("document.getElementById('account-dialog').open")
    page.press("Escape")
    page.hover("#chart-canvas")
    page.click("#alert-here")
    price = page.evaluate("document.getElementById('alert-here').ariaLabel").rpartition(" ")[2].replace(",", "")
    page.wait("document.getElementById('account-dialog').open")
    page.fill("#sign-in-username", new_trader(demo_url))
    page.fill("#sign-in-password", PASSWORD)
    page.press("Enter")
    page.wait(f"{_OPEN} && {_LEVEL} === '{price}'")
    before = page.text("#alert-now")
    page.wait(f"document.getElementById('alert-now').textContent !== '{before}'")


def test_it_leaves_nothing_of_who_has_signed_out(trader: Trader) -> None:
    page = trader.page
    trader.create_near(page.evaluate(_PRICE))
    page.wait(_HANDLE_SHOWN)
    page.click(".alert-list-row .switch")
    page.wait(f"{_SAID} === 'Mine is off.'")
    sign_out(page)
    page.wait(f"{ROWS} === 0 && !{_HANDLE_SHOWN} && document.getElementById('bell').hidden")
    assert page.evaluate(_SAID) == ""
    assert page.text("#alert-list-note") == "Sign in to be told when a price is reached."
    other = new_trader(page.evaluate("location.origin + '/'"))
    sign_in(page, other, PASSWORD)
    page.wait("document.getElementById('alert-list-note').textContent.startsWith('No alerts here yet')")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_has_no_serious_finding_with_alerts_on_it(trader: Trader, scheme: str) -> None:
    page = trader.page
    page.prefer(scheme=scheme)
    trader.create_near(page.evaluate(_PRICE))
    page.wait(_HANDLE_SHOWN)
    assert page.accessibility() == []
    page.click("#alert-new")
    assert page.accessibility() == []


def test_it_makes_and_shows_alerts_on_a_phone(phone: BrowserPage, demo_url: str) -> None:
    trader = Trader(phone, demo_url, width=375, height=812)
    phone.tap("#views [data-view=chart]")
    phone.tap("#alert-pick")
    phone.tap("#chart-canvas")
    phone.wait(_OPEN)
    box = phone.evaluate("document.getElementById('alert-dialog').getBoundingClientRect().toJSON()")
    assert (box["left"] >= 0, box["right"] <= 375, box["bottom"] <= 812) == (True, True, True)
    phone.tap("#alert-save")
    phone.wait(f"!{_OPEN} && {_HANDLE_SHOWN}")
    assert phone.evaluate(_REACH) is True
    phone.tap(_HANDLE)
    phone.wait(_NAMED)
    assert phone.evaluate(_OPEN) is False
    phone.tap(_HANDLE)
    phone.wait(_OPEN)
    phone.tap("#alert-close")
    phone.tap("#views [data-view=more]")
    phone.wait(f"{ROWS} === 1")
    assert phone.accessibility() == []
    assert phone.evaluate(_WIDTHS) == [375, 375]
    assert len(trader.rules()) == 1
