"""Who looks at the page."""

import pytest

from tests.browser.alerts.trader import Trader
from tests.browser.browser_page import BrowserPage


@pytest.fixture
def trader(page: BrowserPage, demo_url: str) -> Trader:
    """Return a trader at a desktop."""
    return Trader(page, demo_url)
