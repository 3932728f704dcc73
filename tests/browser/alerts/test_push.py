"""Pushes as the browser gets them: its service worker shows whatever came, and a click leads to the page.

No push service takes part: Chromium is given the message as it is once it has been received and decrypted. A click is
an event that the worker is given, too, for which no browser opens or focuses a window: that much is left untested.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browser_driver import BrowserDriver
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in
from tests.services import need_chromium
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_LIVE = "document.body.dataset.connection === 'live'"
_SHOWN = """navigator.serviceWorker.getRegistrations().then(([worker]) => worker?.getNotifications() ?? [])
  .then((shown) => shown.map(({ title, body, tag }) => [title, body, tag]))"""
_ACTIVE = "navigator.serviceWorker.getRegistrations().then(([worker]) => worker?.active?.state === 'activated')"
_SHOWS = """(() => {
  if (!("shows" in self)) {
    const show = registration.showNotification.bind(registration);
    self.shows = 0;
    registration.showNotification = async (...given) => {
      await show(...given);
      self.shows += 1;
    };
  }
  return self.shows;
})()"""
"""How many notifications the worker has shown since this was asked first.

Chromium forgets a notification for which `getNotifications` asks between its being stored and its being shown.
"""
_CLICK = """(async () => {
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification }));
})()"""
_FIRED = {
    "id": 7,
    "seq": 3,
    "kind": "alert",
    "severity": "critical",
    "title": "ETHUSDT is above 4,000",
    "body": "At 12:00 UTC “now”",
    "rule": 2,
    "created": "2026-01-01T12:00:00.000Z",
    "count": 1,
    "data": {"symbol": "ETHUSDT"},
}

_ANYTHING = [
    ("", ["Tidewire", "", "Tidewire"]),
    ("it isn't JSON", ["Tidewire", "it isn't JSON", "Tidewire"]),
    ("null", ["Tidewire", "", "Tidewire"]),
    ("[1, 2]", ["Tidewire", "", "Tidewire"]),
    ('{"title": null, "body": {"a": 1}, "id": [], "data": 5}', ["Tidewire", "", "Tidewire"]),
    ('{"title": "<b>Bold</b>", "data": null}', ["<b>Bold</b>", "", "<b>Bold</b>"]),
]


@pytest.fixture
def page(node: str, tmp_path: Path) -> Iterator[BrowserPage]:
    """Return a page in a Chromium that shows notifications, and has had no other worker: it tells of all there were."""
    browser = BrowserDriver(node=node, chromium=need_chromium(whole=True), profile=tmp_path / "profile")
    with browser as driver, BrowserPage(driver) as opened:
        yield opened


def _let_it_push(page: BrowserPage, demo_url: str) -> None:
    """Let the page push: its worker is there, though no push service is."""
    page.grant("notifications")
    open_signed_in(page, f"{demo_url}#BTCUSDT/5m", new_trader(demo_url), PASSWORD, height=1080)
    page.wait(_LIVE)
    page.watch_worker()
    page.click("#bell-button")
    page.click("#preferences-open")
    page.click("#push-on")
    page.wait(_ACTIVE)
    page.click("#preferences-close")


def _pushes(page: BrowserPage, data: str) -> list[str]:
    """Push, and return title, body and tag of what is shown."""
    before = page.evaluate_in_worker(_SHOWS)
    page.push(data)
    until_now(lambda: page.evaluate_in_worker(_SHOWS) == before + 1)
    [shown] = page.evaluate(_SHOWN)
    return list(shown)


def test_it_shows_whatever_is_pushed_and_leads_to_its_market_when_it_is_clicked(
    page: BrowserPage, demo_url: str
) -> None:
    _let_it_push(page, demo_url)
    for data, shown in _ANYTHING:
        assert _pushes(page, data) == shown
        page.evaluate_in_worker(_CLICK)
        page.wait(f"{_SHOWN}.then((shown) => shown.length === 0)")
    assert page.evaluate("location.hash") == "#BTCUSDT/5m"
    assert _pushes(page, json.dumps(_FIRED)) == ["ETHUSDT is above 4,000", "At 12:00 UTC “now”", "7"]
    assert _pushes(page, json.dumps(_FIRED | {"title": "It fired 2 times", "count": 2}))[0] == "It fired 2 times"
    page.evaluate_in_worker(_CLICK)
    page.wait("location.hash === '#ETHUSDT/5m'")
    page.wait(f"{_SHOWN}.then((shown) => shown.length === 0)")
