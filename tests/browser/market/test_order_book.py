"""The order book as its reader wants it: gathered by a step of price, with its depth chart, also on a phone."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_STEP = "document.getElementById('order-book-step').value"
_SHOWN = "/\\d/.test(document.getElementById('order-book-bids').textContent)"
_DRAWN = """document.getElementById('depth-chart').checkVisibility()
  && document.getElementById('depth-chart-drawing').getBoundingClientRect().height > 40
  && document.getElementById('depth-chart-drawing').ariaLabel.includes(' BTC bid down to ')"""
_ROWS = """((count) => ['bids', 'asks'].every((side) => {
  const buttons = [...document.querySelectorAll(`#order-book-${side} button`)];
  return buttons.length === count && buttons.every(({ value }) => value);
}))"""
_MIDDLE_IS_SEEN = """(() => {
  const boxOf = (id) => document.getElementById(id).getBoundingClientRect();
  const [row, place] = [boxOf('order-book-price'), boxOf('order-book-scroller')];
  return row.top > place.top && row.bottom <= place.bottom + 1;
})()"""
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


def test_it_shows_what_there_is_room_for_and_a_hundred_levels_that_scroll_below_the_middle(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url, width=1440, height=1440)
    page.wait(f"document.querySelectorAll('#order-book-bids tr').length >= 20 && {_SHOWN}")
    page.select("#order-book-levels", "100")
    page.wait(f"{_ROWS}(100)")
    assert page.evaluate(_MIDDLE_IS_SEEN) is True
    page.focus("#order-book-bids tr:last-child button")
    page.wait("document.getElementById('order-book-scroller').scrollTop > 2000")
    assert page.evaluate(_MIDDLE_IS_SEEN) is True
    best = page.text("#order-book-bids tr:first-child td")
    page.wait(f"document.querySelector('#order-book-bids tr td').textContent !== '{best}'")
