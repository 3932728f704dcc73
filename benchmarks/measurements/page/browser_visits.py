"""A browser for the pages' measurements, and a deployment that serves them, on PostgreSQL and Redis of this machine.

Chromium without a GPU, two gateways, a bridge and the simulated exchange, each in a process of its own.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.browser.browser_driver import BrowserDriver
from tests.deployments import Deployment, several_processes


class BrowserVisits(NamedTuple):
    """What pages are visited with, and what serves them."""

    driver: BrowserDriver
    deployment: Deployment


@contextmanager
def browser_visits(*, exchange_options: Sequence[str] = ()) -> Iterator[BrowserVisits]:
    """Run both; end the program, saying why, where there is no Node or no Chromium."""
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if node is None or chromium is None:
        raise SystemExit("The pages' measurements need Node and Chromium")
    with (
        tempfile.TemporaryDirectory(prefix="pages-") as name,
        several_processes(Path(name), exchange_options=exchange_options) as deployment,
        BrowserDriver(node=node, chromium=chromium, profile=Path(name) / "profile") as driver,
    ):
        yield BrowserVisits(driver, deployment)
