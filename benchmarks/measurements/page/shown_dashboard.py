"""The dashboard in a browser, and a deployment whose market trades so much that it has a hundred updates a second.

Chromium without a GPU, exchange, bridge and gateway, all on this machine; the updates come over a socket.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from benchmarks.measurements.page.browser_visits import browser_visits
from tests.browser.browser_page import BrowserPage
from tests.deployments import Deployment

DOCK_CLOSED = "document.documentElement.dataset.dock === 'closed' || document.getElementById('dock-toggle').click()"
DOCK_OPEN = "['dock-tab-developer', 'dock-tab-channels'].forEach((id) => document.getElementById(id).click())"
_SPEED = "10"
"""How much faster the simulated market trades than usual: the dashboard then gets 100 updates a second or more."""
_TRADES_SHOWN = "document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0"
_CHART_READY = "document.getElementById('chart-canvas').dataset.close !== undefined"


class ShownDashboard(NamedTuple):
    """The page, and what serves it."""

    page: BrowserPage
    deployment: Deployment


@contextmanager
def shown_dashboard() -> Iterator[ShownDashboard]:
    """Run the deployment and show the dashboard; its updates are counted."""
    options = ("--speed", _SPEED)
    with browser_visits(exchange_options=options) as (driver, deployment), BrowserPage(driver) as page:
        deployment.processes["gateway 2"].stop()
        page.count_updates()
        page.open(f"{deployment.http_url}/#BTCUSDT/1m")
        page.wait(_TRADES_SHOWN)
        page.wait(_CHART_READY, seconds=60)
        yield ShownDashboard(page, deployment)
