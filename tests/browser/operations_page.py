"""The operators' page, as staff open it, and what is read off it."""

from typing import Any

from tests.browser.browser_page import BrowserTab
from tests.browser.signing_in import open_signed_in

ACCESS = "document.body?.dataset.access"
GATEWAYS = "[...document.querySelectorAll('[data-gateway]')].map((row) => row.dataset.gateway)"
VERDICT = "document.getElementById('verdict').innerText"
EVENTS = "document.getElementById('event-rows').innerText"


def open_as_staff(page: BrowserTab, url: str, **window: Any) -> None:
    """Open the page at a gateway, and wait for the first report."""
    open_signed_in(page, f"{url}operations/", "admin", **window)
    page.wait(f"{ACCESS} === 'granted' && {GATEWAYS}.length > 0")
