"""The Content-Security-Policy in a browser: what it refuses is refused, and seen by every test of a page."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_LIVE = "document.body.dataset.connection === 'live'"
_PAGES = ("", "operations/")
_TWO_FRAMES = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


class Intrusion(NamedTuple):
    """An element that is no part of a page, and the directive that refuses it."""

    name: str
    element: str
    properties: Mapping[str, str]
    directive: str

    @property
    def script(self) -> str:
        """What puts it there."""
        properties = json.dumps(self.properties)
        return f"document.body.append(Object.assign(document.createElement('{self.element}'), {properties}))"


_INTRUSIONS = (
    Intrusion("inline script", "script", {"textContent": "globalThis.hasRun = true"}, "script-src-elem"),
    Intrusion("other script", "script", {"src": "https://elsewhere.invalid/script.js"}, "script-src-elem"),
    Intrusion("inline style", "style", {"textContent": "body { display: none }"}, "style-src-elem"),
    Intrusion("frame", "iframe", {"src": "https://elsewhere.invalid/"}, "frame-src"),
    Intrusion("image", "img", {"src": "https://elsewhere.invalid/?what=the-page-knows"}, "img-src"),
    Intrusion("object", "object", {"data": "https://elsewhere.invalid/"}, "object-src"),
)


@pytest.mark.parametrize("path", _PAGES)
@pytest.mark.parametrize("intrusion", _INTRUSIONS, ids=lambda intrusion: intrusion.name)
def test_it_refuses_what_somebody_has_put_into_the_page(
    page: BrowserPage, demo_url: str, path: str, intrusion: Intrusion
) -> None:
    page.expect_violations(intrusion.directive)
    page.open(f"{demo_url}{path}")
    page.evaluate(intrusion.script)
    page.evaluate(_TWO_FRAMES)
    assert {violation["directive"] for violation in page.violations()} == {intrusion.directive}
    assert page.evaluate("[globalThis.hasRun, getComputedStyle(document.body).display !== 'none']") == [None, True]


def test_it_lets_the_page_connect_to_its_own_server_only(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url)
    page.wait(_LIVE)
    page.expect_violations("connect-src")
    page.evaluate("fetch('https://elsewhere.invalid/').catch(() => null)")
    page.evaluate("{ try { new WebSocket('wss://elsewhere.invalid/'); } catch (refused) { void refused; } }")
    page.evaluate(_TWO_FRAMES)
    assert [violation["directive"] for violation in page.violations()] == ["connect-src", "connect-src"]
