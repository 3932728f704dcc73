"""That the tests of the page may share a Chromium: no visit finds what another has kept, and none is lost with it.

And what of a visit counts as a problem.
"""

import pytest

from tests.browser.browser_driver import BrowserDriver
from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_LIVE = "document.body.dataset.connection === 'live'"
_KEEP = """(async () => {
  document.cookie = "kept=cookie; max-age=600";
  localStorage.setItem("kept", "local");
  sessionStorage.setItem("kept", "session");
  await (await caches.open("kept")).put("/kept", new Response("cache"));
  await new Promise((resolve) => (indexedDB.open("kept").onsuccess = resolve));
  await navigator.serviceWorker.register("/static/dashboard/push_worker.js");
  console.error("kept");
})()"""
_KEPT = """(async () => [
  document.cookie,
  localStorage.length,
  sessionStorage.length,
  (await caches.keys()).length,
  (await indexedDB.databases()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
  (await navigator.permissions.query({ name: "geolocation" })).state,
])()"""
_NOTHING = ["", 0, 0, 0, 0, 0, "prompt"]


def test_a_visit_finds_nothing_that_another_has_kept(desktop: BrowserDriver, demo_url: str) -> None:
    with BrowserPage(desktop) as first:
        first.grant("geolocation")
        first.open(demo_url)
        first.new_tab().open(demo_url)
        first.evaluate(_KEEP)
        kept = first.evaluate(_KEPT)
        assert [each for each, nothing in zip(kept, _NOTHING, strict=True) if each == nothing] == []
        first.answer("**/*", status=404)
        first.offline()
    with BrowserPage(desktop) as second:
        second.open(demo_url)
        second.wait(_LIVE)
        assert second.evaluate(_KEPT) == _NOTHING
        assert second.unexpected() == []


def test_a_chromium_that_has_ended_is_started_anew_for_the_next_visit(
    own_browser: BrowserDriver, demo_url: str
) -> None:
    with BrowserPage(own_browser) as first:
        first.open(demo_url)
        first.evaluate("localStorage.setItem('kept', 'local')")
        first.end_browser()
    with BrowserPage(own_browser) as second:
        second.open(demo_url)
        assert second.evaluate(_KEPT) == _NOTHING


_CLOSED_UNMADE = """new Promise((resolve) => {{
  const socket = new WebSocket("/ws");
  socket.onclose = () => resolve();
  socket.close({how});
}})"""


def test_a_connection_closed_before_it_is_made_is_a_problem_unless_the_client_leaves_it(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("WebSocket is closed before the connection is established")
    page.open(demo_url)
    page.wait(_LIVE)
    page.evaluate(_CLOSED_UNMADE.format(how="1000, 'Client disconnect'"))
    assert page.problems() == []
    page.evaluate(_CLOSED_UNMADE.format(how=""))
    assert len(page.problems()) == 1
