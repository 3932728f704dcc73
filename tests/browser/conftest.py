"""The real platform and a real browser, for the tests of the page."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browser_driver import PHONE
from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.deployments import Deployment
from tests.processes import ROOT
from tests.services import need, need_node

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail each test whose pages had more to complain of than it has declared, while its servers still run."""
    yield
    opened = getattr(item, "funcargs", {}).values()
    assert [complaint for page in opened if isinstance(page, BrowserPage) for complaint in page.unexpected()] == []


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the system's Chromium, or of the browser that the variable CHROMIUM names; else skip."""
    candidates = (os.environ.get("CHROMIUM"), *(shutil.which(name) for name in _CHROMIUM_NAMES))
    found = next((path for path in candidates if path), None)
    need("Chromium", is_there=found is not None)
    return found or ""


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of Node, which has what npm installs at hand; else skip."""
    for package in ("playwright-core", "lightweight-charts", "axe-core"):
        need(f"{package} (make setup installs it)", is_there=(ROOT / "node_modules" / package).is_dir())
    return need_node()


@pytest.fixture
def page(node: str, chromium: str, tmp_path: Path) -> Iterator[BrowserPage]:
    """Return a page in a Chromium of its own; what its console and its policy complain of must be declared."""
    with BrowserPage(node=node, chromium=chromium, profile=tmp_path / "profile") as opened:
        yield opened


@pytest.fixture
def phone(node: str, chromium: str, tmp_path: Path) -> Iterator[BrowserPage]:
    """Return a page on a phone, 375 pixels wide, to open with that width; else as `page`."""
    with BrowserPage(node=node, chromium=chromium, profile=tmp_path / "phone", emulation=PHONE) as opened:
        yield opened


@pytest.fixture(scope="session")
def demo_url(node: str, chromium: str, demo: Deployment) -> str:
    """Return the page's address on the demo that all tests share."""
    return f"{demo.http_url}/"


@pytest.fixture
def own_demo(node: str, chromium: str, tmp_path: Path) -> Iterator[DemoProcess]:
    """Return a demo, not started yet, that a test may stop."""
    demo = DemoProcess(tmp_path)
    try:
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def demo_without_packages(node: str, chromium: str, tmp_path: Path) -> Iterator[DemoProcess]:
    """Return a running demo of a checkout in which npm has installed nothing."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns("node_modules", ".*", "var", "tests", "__pycache__"))
    demo = DemoProcess(tmp_path, checkout=checkout)
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()
