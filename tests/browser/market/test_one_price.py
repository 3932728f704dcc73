"""That the page tells one price: wherever the market's price, bid and ask stand, they are the same in every frame."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_CANVAS = "document.getElementById('chart-canvas').dataset"
_OVERVIEW_ROW = '#overview-rows tr:has(a[href^="#BTCUSDT/"])'
_SHOWN = f"""{_CANVAS}.state === 'ready' && {_CANVAS}.close !== undefined
  && document.querySelector('#trade-rows tr:not([hidden])') !== null
  && [...document.querySelectorAll('.order-book tbody td')].every((cell) => /\\d/.test(cell.textContent))
  && document.querySelector('{_OVERVIEW_ROW}') !== null"""
_LOOKS = 300
_MOST_LOOKS = 3_000
_MOVES = 4
"""So many prices and bids must have been seen, whatever looks that takes: a market that stands still proves nothing."""

_LOOK = """(async (looks, moves, most, row) => {
  const text = (selector) => document.querySelector(selector).textContent.trim();
  const { dataset } = document.getElementById('chart-canvas');
  const drawn = () => Number(dataset.close).toLocaleString('en-GB', { minimumFractionDigits: 2 });
  const look = () => ({
    prices: [
      text('#quote-price'),
      text('#order-book-price'),
      text('#trade-rows tr:not([hidden]) td'),
      text('#chart-legend p:first-child span:nth-child(4) b'),
      drawn(),
      document.title.split(' ')[0],
      text('tr[data-symbol=BTCUSDT] [data-role=price]'),
      text(row + ' td'),
    ],
    directions: ['quote-price', 'order-book-price'].map((id) => document.getElementById(id).dataset.direction),
    bids: [text('[data-field=bid]'), text('#order-book-bids tr:first-child td')],
    asks: [text('[data-field=ask]'), text('#order-book-asks tr:last-child td')],
  });
  const seen = [];
  const count = (name) => new Set(seen.map((each) => each[name][0])).size;
  const isEnough = () => seen.length >= looks && Math.min(count('prices'), count('bids')) >= moves;
  while (!isEnough() && seen.length < most) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    seen.push(look());
  }
  const differ = seen.filter((each) => Object.values(each).some((values) => new Set(values).size > 1));
  return { differ: differ.slice(0, 5), prices: count('prices'), bids: count('bids') };
})"""


def test_it_tells_one_price_wherever_it_stands(page: BrowserPage, demo_url: str) -> None:
    """Candles of a second, so that several begin meanwhile."""
    page.open(f"{demo_url}#BTCUSDT/1s")
    page.click("#overview-ranking label:has([value=volumes])")
    page.wait(_SHOWN)
    seen = page.evaluate(f"{_LOOK}({_LOOKS}, {_MOVES}, {_MOST_LOOKS}, '{_OVERVIEW_ROW}')")
    assert seen["differ"] == []
    assert min(seen["prices"], seen["bids"]) >= _MOVES
