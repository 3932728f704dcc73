"""A page whose HTML comes in two parts, as over a slow network: the second one once a browser could have painted."""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.waiting import LIMIT_SECONDS

_GO_ON = "/go-on"
_PAINTED_MILLISECONDS = 300
_TELL = f"<script>setTimeout(() => fetch('{_GO_ON}'), {_PAINTED_MILLISECONDS})</script>"
"""Runs once the style sheets are there, without which nothing is painted."""


@contextmanager
def paused_page(url: str, *, after: str) -> Iterator[str]:
    """Serve a page's HTML without its modules, with a pause after the first `after` in it; yield its address."""
    with urllib.request.urlopen(url, timeout=LIMIT_SECONDS) as answer:
        html: str = answer.read().decode()
    origin = url[: url.index("/", len("http://"))]
    html = html.replace('="/static/', f'="{origin}/static/').replace('type="module"', 'type="text/plain"')
    before, rest = html.split(after, maxsplit=1)
    with _PausedServer(f"{before}{after}{_TELL}", rest) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _PausedServer(ThreadingHTTPServer):
    """Listens on a free port of this machine."""

    def __init__(self, before: str, rest: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.before = before.encode()
        self.rest = rest.encode()
        self.goes_on = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _PausedServer

    def do_GET(self) -> None:
        """Answer with the page, or let the rest of it go."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path == _GO_ON:
            self.server.goes_on.set()
            return
        self.wfile.write(self.server.before)
        self.server.goes_on.wait(LIMIT_SECONDS)
        self.wfile.write(self.server.rest)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its name in the base class
        """Say nothing of requests."""
