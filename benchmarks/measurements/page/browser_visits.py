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
    node, chromium = needed_program("node"), needed_program("chromium")
    with (
        tempfile.TemporaryDirectory(prefix="pages-") as name,
        several_processes(Path(name), exchange_options=exchange_options) as deployment,
        BrowserDriver(node=node, chromium=chromium, profile=Path(name) / "profile") as driver,
    ):
        yield BrowserVisits(driver, deployment)


def needed_program(name: str) -> str:
    """Return where a program is; end this one, saying why, where there is none."""
    if (path := shutil.which(name)) is None:
        raise SystemExit(f"The pages' measurements need {name}")
    return path
