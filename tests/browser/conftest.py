"""The real platform and a real browser, for the tests of the page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browser_driver import PHONE, BrowserDriver
from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.mailbox import Mailbox
from tests.clients.shared_demo import demo
from tests.clients.stage_process import StageProcess
from tests.deployments import Deployment, demo_services
from tests.processes import ROOT
from tests.services import need, need_chromium, need_node

__all__ = ["demo"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail each test whose pages had more to complain of than it has declared, while its servers still run."""
    yield
    opened = getattr(item, "funcargs", {}).values()
    assert [complaint for page in opened if isinstance(page, BrowserPage) for complaint in page.unexpected()] == []


_LEFT_OUT = shutil.ignore_patterns("node_modules", "bundles", ".*", "var", "dist", "tests", "__pycache__")
"""What a checkout doesn't have where npm has installed nothing, and what its demo doesn't need."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium, else skip."""
    return need_chromium()


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of Node, which has what npm installs at hand; else skip."""
    for package in ("playwright-core", "lightweight-charts", "axe-core"):
        need(f"{package} (make setup installs it)", is_there=(ROOT / "node_modules" / package).is_dir())
    return need_node()


@pytest.fixture(scope="session")
def desktop(node: str, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserDriver]:
    """Return a Chromium, started for all tests: files that one has loaded come from its cache for the next."""
    with BrowserDriver(node=node, chromium=chromium, profile=tmp_path_factory.mktemp("desktop")) as driver:
        yield driver


@pytest.fixture(scope="session")
def handset(node: str, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserDriver]:
    """Return a Chromium that is a phone's, started for all tests."""
    profile = tmp_path_factory.mktemp("handset")
    with BrowserDriver(node=node, chromium=chromium, profile=profile, emulation=PHONE) as driver:
        yield driver


@pytest.fixture
def own_browser(node: str, chromium: str, tmp_path: Path) -> Iterator[BrowserDriver]:
    """Return a Chromium for one test alone."""
    with BrowserDriver(node=node, chromium=chromium, profile=tmp_path / "profile") as driver:
        yield driver


@pytest.fixture
def page_with_clock(own_browser: BrowserDriver) -> Iterator[BrowserPage]:
    """Return a page whose time a test lets run ahead (`forward_until`), in a Chromium of its own; else as `page`."""
    with BrowserPage(own_browser) as opened:
        opened.install_clock()
        yield opened


@pytest.fixture
def page(desktop: BrowserDriver) -> Iterator[BrowserPage]:
    """Return a page that nobody has visited; what its console and its policy complain of must be declared."""
    with BrowserPage(desktop) as opened:
        yield opened


@pytest.fixture
def phone(handset: BrowserDriver) -> Iterator[BrowserPage]:
    """Return a page on a phone, 375 pixels wide, to open with that width; else as `page`."""
    with BrowserPage(handset) as opened:
        yield opened


@pytest.fixture(scope="package")
def demo_url(node: str, chromium: str, demo: Deployment) -> str:
    """Return the page's address on the demo that all tests share."""
    return f"{demo.http_url}/"


@pytest.fixture(scope="module")
def stage(node: str, chromium: str) -> Iterator[StageProcess]:
    """Return a demo behind a proxy that cuts and swallows, for `staged`; it costs as long as it runs."""
    with StageProcess() as running:
        yield running


@pytest.fixture
def staged(stage: StageProcess) -> StageProcess:
    """Return the demo behind a proxy, with nothing of what other tests let happen to it."""
    stage.ask("/reset")
    return stage


@pytest.fixture
def own_demo(node: str, chromium: str, tmp_path: Path) -> Iterator[DemoProcess]:
    """Return a demo, not started yet, that a test may stop."""
    with demo_services() as services:
        demo = DemoProcess(tmp_path, environment=services)
        try:
            yield demo
        finally:
            demo.stop()


@pytest.fixture
def demo_without_packages(node: str, chromium: str, tmp_path: Path) -> Iterator[DemoProcess]:
    """Return a running demo of a checkout in which npm has installed nothing."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=_LEFT_OUT)
    demo = DemoProcess(tmp_path, checkout=checkout)
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def mailbox(demo: Deployment) -> Mailbox:
    """Return the mails that the demo has written."""
    return Mailbox(demo)
