"""The Content-Security-Policy in a browser: what it refuses is refused, and seen by every test of a page."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_LOADED = "document.readyState === 'complete'"
_CONNECTIONS_ELSEWHERE = (
    "fetch('https://elsewhere.invalid/').catch(() => null)",
    "{ try { new WebSocket('wss://elsewhere.invalid/'); } catch (refused) { void refused; } }",
)
_PAGES = ("", "backtests/", "grids/", "strategies/", "signals/", "accounts/", "wallets/", "operations/")
_REFUSAL = """new Promise((done) => {
  document.addEventListener('securitypolicyviolation', () => done(true), { once: true });
  setTimeout(done, 5000, false);
})"""
"""A refusal may be told a while after what was refused; nothing refused is a test that fails."""
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
def test_it_refuses_what_somebody_has_put_into_the_page(page: BrowserPage, demo_url: str, path: str) -> None:
    page.expect_violations(*(intrusion.directive for intrusion in _INTRUSIONS), "connect-src")
    page.open(f"{demo_url}{path}")
    page.wait(_LOADED)
    for intrusion in _INTRUSIONS:
        assert (intrusion.name, _refused(page, intrusion.script)) == (intrusion.name, {intrusion.directive})
        assert page.evaluate("[globalThis.hasRun, getComputedStyle(document.body).display !== 'none']") == [None, True]
    for connects in _CONNECTIONS_ELSEWHERE:
        assert (connects, _refused(page, connects)) == (connects, {"connect-src"})


def _refused(page: BrowserPage, script: str) -> set[object]:
    """Return the directives by which the policy refuses what a script does, once the page was told of the first."""
    known = len(page.violations())
    page.evaluate(f"(() => {{ const refusal = {_REFUSAL}; {script}; return refusal; }})()")
    page.evaluate(_TWO_FRAMES)
    return {violation["directive"] for violation in page.violations()[known:]}
