"""The dashboard in a browser, and a deployment whose market trades so much that it has a hundred updates a second.

Chromium without a GPU, exchange, bridge and gateway, all on this machine; the updates come over a socket.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measurements.page.browser_visits import browser_visits, needed_program
from benchmarks.measurements.page.uninspected_page import UninspectedPage
from tests.browser.browser_page import BrowserPage
from tests.deployments import Deployment, several_processes

DOCK_CLOSED = "document.documentElement.dataset.dock === 'closed' || document.getElementById('dock-toggle').click()"
DOCK_OPEN = "['dock-tab-developer', 'dock-tab-channels'].forEach((id) => document.getElementById(id).click())"
_BUSY = ("--speed", "10")
"""How much faster the simulated market trades than usual: the dashboard then gets 100 updates a second or more."""
_TRADES_SHOWN = "document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0"
_CHART_READY = "document.getElementById('chart-canvas').dataset.close !== undefined"


class ShownDashboard(NamedTuple):
    """The page, and what serves it."""

    page: BrowserPage
    deployment: Deployment


class UninspectedDashboard(NamedTuple):
    """The same to whose page nobody is attached but while it is read."""

    page: UninspectedPage
    deployment: Deployment


@contextmanager
def shown_dashboard() -> Iterator[ShownDashboard]:
    """Run the deployment and show the dashboard; its updates are counted."""
    with browser_visits(exchange_options=_BUSY) as (driver, deployment), BrowserPage(driver) as page:
        page.count_updates()
        _show(page, deployment)
        yield ShownDashboard(page, deployment)


@contextmanager
def uninspected_dashboard() -> Iterator[UninspectedDashboard]:
    """Run the deployment and show the dashboard as a trader has it."""
    chromium = needed_program("chromium")
    with (
        tempfile.TemporaryDirectory(prefix="pages-") as name,
        several_processes(Path(name), exchange_options=_BUSY) as deployment,
        UninspectedPage(chromium=chromium, profile=Path(name) / "profile") as page,
    ):
        _show(page, deployment)
        yield UninspectedDashboard(page, deployment)


def _show(page: BrowserPage | UninspectedPage, deployment: Deployment) -> None:
    """Open the dashboard of a deployment that goes on with one gateway; return once trades and chart are there."""
    deployment.processes["gateway 2"].stop()
    page.open(f"{deployment.http_url}/#BTCUSDT/1m")
    page.wait(_TRADES_SHOWN)
    page.wait(_CHART_READY, seconds=60)
