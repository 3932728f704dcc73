"""A new user at the page, with alerts of their own."""

from typing import Any

from tests.browser.browser_page import BrowserTab
from tests.browser.signing_in import PASSWORD, ask, new_trader, sign_in, token_of

CHART_SHOWN = "document.body.dataset.connection === 'live' && document.getElementById('chart-canvas').dataset.close"
ROWS = "document.querySelectorAll('.alert-list-row').length"
_PHONE_WIDTH = 720


class Trader:
    """A new user, signed in on a page that shows a market."""

    def __init__(self, page: BrowserTab, url: str, *, width: int = 1440, height: int = 1080) -> None:
        self.page = page
        self._url = url
        self.name = new_trader(url)
        page.open(f"{url}#BTCUSDT/1m", width=width, height=height)
        page.wait(CHART_SHOWN)
        sign_in(page, self.name, PASSWORD)
        if width < _PHONE_WIDTH:
            page.tap("#views [data-view=more]")
        page.click("#dock-tab-alerts")
        page.wait("document.getElementById('alert-list-note').textContent.startsWith('No alerts here yet')")

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules that the server has of the user."""
        token = token_of(self._url, self.name, PASSWORD)
        return list(ask(f"{self._url}api/v1/alerts/rules/", token=token)["items"])

    def delete(self, rule: int) -> None:
        """Delete a rule at the server, of which the page isn't told."""
        token = token_of(self._url, self.name, PASSWORD)
        ask(f"{self._url}api/v1/alerts/rules/{rule}/", token=token, method="DELETE")

    def change(self, rule: int, **given: object) -> None:
        """Change a rule at the server, of which the page isn't told."""
        token = token_of(self._url, self.name, PASSWORD)
        ask(f"{self._url}api/v1/alerts/rules/{rule}/", given, token=token, method="PATCH")

    def create(self, **given: object) -> dict[str, Any]:
        """Make a rule at the server, and let the page read it."""
        rule = {"name": "Mine", "symbol": "BTCUSDT", "source": "price", "operator": "crossing", "trigger": "once"}
        token = token_of(self._url, self.name, PASSWORD)
        made = ask(f"{self._url}api/v1/alerts/rules/", {**rule, **given}, token=token)
        self.page.reload()
        self.page.wait(f"{CHART_SHOWN} && {ROWS} === 1")
        return dict(made)
