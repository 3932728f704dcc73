"""A new user at the page, with alerts of their own."""

import secrets
from functools import cached_property
from typing import Any

from tests.browser.browser_page import BrowserTab
from tests.browser.mailbox import Mailbox
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.waiting import until_now

CHART_SHOWN = "document.body.dataset.connection === 'live' && document.getElementById('chart-canvas').dataset.close"
ROWS = "document.querySelectorAll('.alert-list-row').length"
_PHONE_WIDTH = 720
_STOPPED_SECONDS = 30.0
_HOUR_MS = 3_600_000


class Trader:
    """A new user, signed in on a page that shows a market."""

    def __init__(self, page: BrowserTab, url: str, *, width: int = 1440, height: int = 1080) -> None:
        self.page = page
        self._url = url
        self.name = new_trader(url)
        open_signed_in(page, f"{url}#BTCUSDT/1m", self.name, PASSWORD, width=width, height=height)
        page.wait(CHART_SHOWN)
        if width < _PHONE_WIDTH:
            page.tap("#views [data-view=more]")
        page.click("#dock-tab-alerts")
        page.wait("document.getElementById('alert-list-note').textContent.startsWith('No alerts here yet')")

    @cached_property
    def _token(self) -> str:
        return token_of(self._url, self.name, PASSWORD)

    def confirm_address(self, mailbox: Mailbox) -> None:
        """Confirm the user's email address by the link that was mailed."""
        secret = mailbox.link_to(f"{self.name}@example.org", "confirm-email").rpartition("/")[2]
        ask(f"{self._url}api/v1/auth/email/confirm/", {"secret": secret})

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules that the server has of the user."""
        return list(ask(f"{self._url}api/v1/alerts/rules/", token=self._token)["items"])

    def start_strategy(self, strategy: str) -> str:
        """Start a strategy on BTCUSDT at the server; return its id."""
        terms = {"strategy": strategy, "symbol": "BTCUSDT", "interval": "1m"}
        return str(ask(f"{self._url}api/v1/trading/live-strategies/", terms, token=self._token)["strategy_id"])

    def watch_wallet(self, label: str) -> str:
        """Watch an address of the simulated chain that holds nothing, and wait until that is known; return it."""
        given = {"chain": "simulated", "address": f"0x{secrets.token_hex(20)}", "label": label}
        wallets = f"{self._url}api/v1/wallets/"
        address = str(ask(wallets, given, token=self._token)["address"])
        until_now(lambda: ask(wallets, token=self._token)["items"][0]["balances"])
        return address

    def draw_line(self, start: str, end: str) -> dict[str, float]:
        """Draw a trend line on BTCUSDT at the server, of an hour between these prices; return them."""
        points = [
            {"time": _HOUR_MS * number, "price": price} for number, price in enumerate((start, end), start=490_000)
        ]
        drawn = {"put": [{"id": "line", "kind": "trend", "points": points}]}
        ask(f"{self._url}api/v1/drawings/BTCUSDT/", drawn, token=self._token, method="PATCH")
        return {"start": float(start), "end": float(end)}

    def stop_strategy(self, strategy_id: str) -> None:
        """Stop a strategy at the server, and wait until it has ended."""
        address = f"{self._url}api/v1/trading/live-strategies/{strategy_id}/"
        ask(f"{address}stop/", {}, token=self._token)
        until_now(lambda: ask(address, token=self._token)["state"] == "stopped", seconds=_STOPPED_SECONDS)

    def delete(self, rule: int) -> None:
        """Delete a rule at the server, of which the page isn't told."""
        ask(f"{self._url}api/v1/alerts/rules/{rule}/", token=self._token, method="DELETE")

    def change(self, rule: int, **given: object) -> None:
        """Change a rule at the server, of which the page isn't told."""
        ask(f"{self._url}api/v1/alerts/rules/{rule}/", given, token=self._token, method="PATCH")

    def switch_off(self, rule: int) -> None:
        """Switch a rule off at the server, of which the page isn't told; one that is off stays so."""
        ask(f"{self._url}api/v1/alerts/rules/{rule}/disable/", {}, token=self._token)

    def add_near(self, price: float, **given: object) -> None:
        """Make a rule as `create_near` does, of which the page isn't told."""
        self._add(threshold=str(price), trigger="every_time", cooldown=300, **given)

    def create_near(self, price: float | str, **given: object) -> dict[str, Any]:
        """Make a rule whose line is in the chart, as `create` does; it stays on though the price crosses it."""
        return self.create(threshold=str(price), trigger="every_time", cooldown=300, **given)

    def create(self, **given: object) -> dict[str, Any]:
        """Make a rule at the server, and let the page read it."""
        made = self._add(**given)
        self.page.reload()
        self.page.wait(f"{CHART_SHOWN} && {ROWS} === 1")
        return made

    def _add(self, **given: object) -> dict[str, Any]:
        rule = {"name": "Mine", "symbol": "BTCUSDT", "source": "price", "operator": "crossing", "trigger": "once"}
        return dict(ask(f"{self._url}api/v1/alerts/rules/", {**rule, **given}, token=self._token))
