"""That the page tells one price: wherever a market's price, bid and ask stand, they are the same in every frame."""

import json

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import CANVAS
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_OVERVIEW_ROWS = [f'#overview-rows tr:has(a[href^="#{symbol}/"])' for symbol in ("BTCUSDT", "ETHUSDT")]
_POSITION_PRICE = "#position-rows td[data-label=Price]"
_SHOWN = f"""{CANVAS}.state === 'ready' && {CANVAS}.close !== undefined
  && document.querySelector('#trade-rows tr:not([hidden])') !== null
  && [...document.querySelectorAll('.order-book tbody td, tr[data-symbol] [data-role=price]')]
    .every((cell) => /\\d/.test(cell.textContent))
  && document.querySelector('.order-line[data-look=position]') !== null
  && /\\d/.test(document.querySelector('[data-indicator=compared] b')?.textContent ?? '')
  && {json.dumps([*_OVERVIEW_ROWS, _POSITION_PRICE])}.every((place) => document.querySelector(place) !== null)"""
_LOOKS = 300
_MOST_LOOKS = 3_000
_MOVES = 4
"""So many prices and bids must have been seen, whatever looks that takes: a market that stands still proves nothing."""

_LOOK = """(async (looks, moves, most, row, otherRow, position) => {
  const text = (selector) => document.querySelector(selector).textContent.trim();
  const { dataset } = document.getElementById('chart-canvas');
  const drawn = () => Number(dataset.close).toLocaleString('en-GB', { minimumFractionDigits: 2 });
  const gainInDock = () => text('#position-rows td[data-label="Unrealised gain"]').split(' ')[0];
  const gainOnChart = () => text('.order-line[data-look=position]').split(', ').at(-1).split(' ')[0];
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
      text(position),
    ],
    directions: ['quote-price', 'order-book-price'].map((id) => document.getElementById(id).dataset.direction),
    others: [
      text('tr[data-symbol=ETHUSDT] [data-role=price]'),
      text(otherRow + ' td'),
      text('[data-indicator=compared] b'),
    ],
    gains: [gainInDock(), text('#trading-facts span:nth-child(2) b'), gainOnChart()],
    bids: [text('[data-field=bid]'), text('#order-book-bids tr:first-child td')],
    asks: [text('[data-field=ask]'), text('#order-book-asks tr:last-child td')],
  });
  const seen = [];
  const count = (name) => new Set(seen.map((each) => each[name][0])).size;
  const fewest = () => Math.min(...['prices', 'bids', 'gains', 'others'].map(count));
  const isEnough = () => seen.length >= looks && fewest() >= moves;
  while (!isEnough() && seen.length < most) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    seen.push(look());
  }
  const differ = seen.filter((each) => Object.values(each).some((values) => new Set(values).size > 1));
  return { differ: differ.slice(0, 5), fewest: fewest() };
})"""

_COMPARE = """(() => {
  const choice = document.getElementById('compare');
  choice.value = 'ETHUSDT';
  choice.dispatchEvent(new Event('change'));
})()"""
_LEVELS = {"BTCUSDT": 180_000, "ETHUSDT": 7_000}
_ALERT = {"source": "price", "operator": "above", "trigger": "once"}
_DISTANCES = (
    "[...document.querySelectorAll('.alert-row-distance')].filter((each) => /\\d/.test(each.textContent)).length"
)
_LOOK_AT_ALERTS = """(async (looks, moves, most, levels) => {
  const text = (selector) => document.querySelector(selector).textContent.trim();
  const away = (symbol, selector) => levels[symbol] - Number(text(selector).replaceAll(',', ''));
  const shown = (symbol) => [...document.querySelectorAll('#alert-list > *')]
    .find((row) => row.textContent.includes(symbol)).querySelector('.alert-row-distance').textContent;
  const told = (symbol) => Number(/\\(\\+([\\d,.]+)\\)/.exec(shown(symbol))[1].replaceAll(',', ''));
  const look = () => ({
    chosen: [told('BTCUSDT'), away('BTCUSDT', '#quote-price')],
    other: [told('ETHUSDT'), away('ETHUSDT', 'tr[data-symbol=ETHUSDT] [data-role=price]')],
  });
  const seen = [];
  const fewest = () => Math.min(...['chosen', 'other'].map((name) => new Set(seen.map((each) => each[name][1])).size));
  while ((seen.length < looks || fewest() < moves) && seen.length < most) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    seen.push(look());
  }
  const differ = seen.filter((each) => Object.values(each).some(([one, other]) => Math.abs(one - other) > 0.001));
  return { differ: differ.slice(0, 5), fewest: fewest() };
})"""


def test_the_list_of_alerts_measures_from_the_price_that_the_page_tells(page: BrowserPage, demo_url: str) -> None:
    name = new_trader(demo_url)
    token = token_of(demo_url, name, PASSWORD)
    for symbol, level in _LEVELS.items():
        rule = {**_ALERT, "name": symbol, "symbol": symbol, "threshold": str(level)}
        ask(f"{demo_url}api/v1/alerts/rules/", rule, token=token)
    open_signed_in(page, f"{demo_url}#BTCUSDT/1m", name, PASSWORD, height=1080)
    page.click("#dock-tab-alerts")
    page.wait(f"{_DISTANCES} === {len(_LEVELS)}")
    page.wait("/\\d/.test(document.querySelector('tr[data-symbol=ETHUSDT] [data-role=price]')?.textContent ?? '')")
    seen = page.evaluate(f"{_LOOK_AT_ALERTS}(...{json.dumps([_LOOKS, _MOVES, _MOST_LOOKS, _LEVELS])})")
    assert seen["differ"] == []
    assert seen["fewest"] >= _MOVES


def test_it_tells_one_price_wherever_it_stands(page: BrowserPage, demo_url: str) -> None:
    """Candles of a second, so that several begin meanwhile."""
    name = new_trader(demo_url)
    order = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quantity": "0.01"}
    ask(f"{demo_url}api/v1/trading/orders/", order, token=token_of(demo_url, name, PASSWORD))
    open_signed_in(page, f"{demo_url}#BTCUSDT/1s", name, PASSWORD, height=1080)  # tall enough for the dock to be open
    page.click("#overview-ranking label:has([value=volumes])")
    page.wait("document.querySelector('#compare option[value=ETHUSDT]') !== null")  # once the markets are known
    page.evaluate(_COMPARE)
    page.wait(_SHOWN)
    given = [_LOOKS, _MOVES, _MOST_LOOKS, *_OVERVIEW_ROWS, _POSITION_PRICE]
    seen = page.evaluate(f"{_LOOK}(...{json.dumps(given)})")
    assert seen["differ"] == []
    assert seen["fewest"] >= _MOVES
