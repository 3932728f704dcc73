"""An installed page without a network, in a browser: it says so, and shows nothing that is old."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_KEEP = """(async () => {
  await caches.open("tidewire-shell-old");
  const { keepShell } = await import("/static/shared/shell/shell_registration.js");
  await keepShell();
  const { active } = await navigator.serviceWorker.ready;
  const activated = new Promise((resolve) => active.addEventListener("statechange", resolve, { once: true }));
  if (active.state !== "activated") await activated;
})()"""
_KEPT = """(async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return [names.length, requests.flat().map(({ url }) => new URL(url).pathname)];
})()"""


def test_without_a_network_it_says_that_there_are_no_prices(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(r"ERR_INTERNET_DISCONNECTED|WebSocket|Failed to fetch|offline")
    page.open(demo_url)
    page.wait("document.body.dataset.connection === 'live'")
    page.evaluate(_KEEP)
    page.reload()
    page.wait("document.body.dataset.connection === 'live' && navigator.serviceWorker.controller !== null")
    caches, kept = page.evaluate(_KEPT)
    assert caches == 1
    assert {path.split("/")[1] for path in kept} == {"static", "offline"}
    page.offline()
    page.reload()
    page.wait("document.querySelector('h1').textContent === 'You are offline; no prices'")
    assert page.accessibility() == []
