"""The order book as its reader wants it: gathered by a step of price, with its depth chart, also on a phone."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_STEP = "document.getElementById('order-book-step').value"
_SHOWN = "/\\d/.test(document.getElementById('order-book-bids').textContent)"
_DRAWN = """document.getElementById('depth-chart').checkVisibility()
  && document.getElementById('depth-chart-drawing').getBoundingClientRect().height > 40
  && document.getElementById('depth-chart-drawing').ariaLabel.includes(' BTC bid down to ')"""
_GATHERED = """['bids', 'asks'].every((side) => {
  const buttons = [...document.querySelectorAll(`#order-book-${side} button`)].filter(({ value }) => value);
  const isWhole = ({ value, textContent }) => /^\\d+$/.test(value) && /^[\\d,]+$/.test(textContent);
  return buttons.length > 0 && buttons.every(isWhole);
})"""


def test_it_gathers_the_book_by_a_step_draws_its_depth_and_keeps_both_on_a_phone(
    phone: BrowserPage, demo_url: str
) -> None:
    phone.open(demo_url, width=375, height=812)
    phone.tap("#views [data-view=book]")
    phone.wait(_SHOWN)
    phone.focus("#order-book-step")
    for key in ("ArrowDown",) * 4:
        phone.press(key)
    phone.wait(_GATHERED)
    phone.tap("#depth-chart-open")
    phone.wait(_DRAWN)
    assert phone.evaluate("[document.documentElement.scrollWidth, visualViewport.width]") == [375, 375]
    phone.reload()
    phone.tap("#views [data-view=book]")
    phone.wait(_GATHERED)
    phone.wait(_DRAWN)
    assert phone.evaluate(_STEP) == "100"
