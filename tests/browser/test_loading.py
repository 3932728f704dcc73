"""How much a page loads until its first price."""

import pytest
from django.conf import settings

from config.http.bundles import bundled_files
from tests.browser.browser_page import BrowserPage
from tests.services import need

pytestmark = pytest.mark.browser

_MOST_REQUESTS = 25
_MOST_BYTES = 250_000
_PRICE = "document.getElementById('quote-price').textContent !== '\\u2013'"
_LOADED = """['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).map(
  ({ name, encodedBodySize }) => [new URL(name).pathname + new URL(name).search, encodedBodySize])"""


def test_the_dashboard_shows_its_first_price_after_few_small_requests(page: BrowserPage, demo_url: str) -> None:
    need("what `make bundles` makes", is_there=bool(bundled_files(settings.BUNDLES_DIR)))
    page.open(demo_url)
    page.wait(_PRICE)
    loaded = page.evaluate(_LOADED)
    assert len(loaded) <= _MOST_REQUESTS, loaded
    assert sum(size for _, size in loaded) <= _MOST_BYTES, loaded
    assert page.problems() == []
