"""A sound and a vibration when an alert fires, in a browser: off unless they are chosen, and one sound of all tabs."""

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_COUNT = """{
  globalThis.notes = 0;
  globalThis.vibrations = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { globalThis.notes += 1; start.apply(this, when); };
  navigator.vibrate = () => Boolean((globalThis.vibrations += 1));
}"""
_NOBODY_SOUNDS = "navigator.locks.request('tidewire.alert-sound', () => null)"
_READY = "document.body.dataset.connection === 'live' && document.getElementById('bell').dataset.state === 'ready'"
_CHOSEN = "document.getElementById('bell').dataset.signals === 'sound vibration'"
_SAID = "document.getElementById('preferences-said').textContent"
_TOASTS = "[...document.querySelectorAll('.toast strong')].map((title) => title.textContent).join()"
_HEARD = "[notes, vibrations].join()"


def _fire(url: str, name: str, alert: str) -> None:
    rule = {"name": alert, "symbol": "BTCUSDT", "source": "price", "operator": "above", "threshold": "1"}
    rule |= {"trigger": "once", "template": alert}
    ask(f"{url}api/v1/alerts/rules/", rule, token=token_of(url, name, PASSWORD))


def _begin(page: BrowserTab) -> None:
    """Count what sounds and vibrates from now on, and touch the page, as a browser asks for."""
    page.wait(_READY)
    page.evaluate(_COUNT)
    page.click("#dock-tab-alerts")


def _choose_both(page: BrowserPage) -> None:
    page.click("#bell-button")
    page.click("#preferences-open")
    page.wait("document.querySelector('#preferences-kinds [name=alert][value=websocket]').checked")
    page.click("#preferences-sound")
    page.wait("notes === 2")
    page.click("#preferences-vibration")
    page.wait("vibrations === 1")
    assert page.accessibility() == []
    page.click("#preferences-save")
    page.wait(f"{_SAID} === 'Saved.'")


def test_it_sounds_and_vibrates_once_that_is_chosen_and_not_before(page: BrowserPage, demo_url: str) -> None:
    name = new_trader(demo_url)
    open_signed_in(page, demo_url, name, PASSWORD)
    _begin(page)
    _fire(demo_url, name, "Silent")
    page.wait(f"{_TOASTS}.includes('Silent')")
    assert page.evaluate(_HEARD) == "0,0"
    _choose_both(page)
    kept = ask(f"{demo_url}api/v1/notifications/preferences/", token=token_of(demo_url, name, PASSWORD))
    assert (kept["sound"], kept["vibration"]) == (True, True)
    page.reload()
    _begin(page)
    page.wait(_CHOSEN)
    _fire(demo_url, name, "Heard")
    page.wait(f"{_TOASTS}.includes('Heard') && {_HEARD} === '2,1'")
    _sounds_in_one_of_two_tabs(page, demo_url, name)


def _sounds_in_one_of_two_tabs(page: BrowserPage, url: str, name: str) -> None:
    other = page.new_tab()
    other.open(url)
    _begin(other)
    other.wait(_CHOSEN)
    page.evaluate(_NOBODY_SOUNDS)  # what comes while another alert sounds has none of its own
    _fire(url, name, "Once")
    for tab in (page, other):
        tab.wait(f"{_TOASTS}.includes('Once')")
        tab.evaluate(_NOBODY_SOUNDS)  # after what it has asked for itself
    assert page.evaluate("notes") + other.evaluate("notes") == 2 + 2  # the two from before, and those of one tab
