"""That the tests of the page may share a Chromium: no visit finds what another has kept, and none is lost with it.

And what of a visit counts as a problem.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.browser_driver import BrowserDriver
from tests.browser.browser_page import BrowserPage
from tests.waiting import LIMIT_SECONDS

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


class _InterruptedError(Exception):
    """What the time limit of a test is to the command under which it comes."""


@contextmanager
def _server_that_interrupts(continued: threading.Event) -> Iterator[str]:
    """Serve a page; who asks for `/held` gets an answer once the main thread, interrupted, has `continued`."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/held":
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
                continued.wait(LIMIT_SECONDS)
            self.send_response(204 if self.path == "/favicon.ico" else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the class it comes from
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_the_answer_to_a_command_under_which_a_test_ended_is_not_taken_for_that_to_another(page: BrowserPage) -> None:
    def interrupt(*_: object) -> None:
        raise _InterruptedError

    before = signal.signal(signal.SIGUSR1, interrupt)
    continued = threading.Event()
    try:
        with _server_that_interrupts(continued) as url:
            page.open(url)
            with pytest.raises(_InterruptedError):
                page.evaluate("fetch('/held').then(() => 'late')")
            continued.set()
            assert page.evaluate("'asked'") == "asked"
    finally:
        signal.signal(signal.SIGUSR1, before)


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
