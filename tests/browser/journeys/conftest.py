"""The browsers of the journeys: a desktop's, a handset's, and one with a large screen that takes touches."""

from collections.abc import Iterator

import pytest

from tests.browser.browser_driver import BrowserDriver
from tests.browser.browser_page import BrowserPage
from tests.browser.journeys.cells import Cell
from tests.browser.journeys.visit import Visit

_HANDSET = 1100
"""Screens that are narrower, and touched, are those of a phone or a tablet."""


@pytest.fixture(scope="session")
def touch_screen(node: str, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserDriver]:
    """Return a Chromium on a desk whose screen takes touches, started for all tests."""
    profile = tmp_path_factory.mktemp("touch_screen")
    with BrowserDriver(node=node, chromium=chromium, profile=profile, emulation={"hasTouch": True}) as driver:
        yield driver


@pytest.fixture
def visited(cell: Cell, request: pytest.FixtureRequest) -> Iterator[BrowserPage]:
    """Return a page that nobody has visited, of the browser that a cell needs; else as `page`."""
    touched = "handset" if cell.width < _HANDSET else "touch_screen"
    with BrowserPage(request.getfixturevalue(touched if cell.way == "touch" else "desktop")) as opened:
        yield opened


@pytest.fixture
def visit(visited: BrowserPage, cell: Cell, demo_url: str) -> Visit:
    """Return a visit to the demo that all tests share."""
    return Visit(visited, demo_url, cell)
