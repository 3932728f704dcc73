"""The market's side of the page: overview and order book; that nothing moves by itself."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import FOCUS, TWO_FRAMES, open_market

pytestmark = pytest.mark.browser

_TRADED = "document.querySelectorAll('#trade-rows tr:not([hidden])').length >= 40"
_OVERVIEW = "[...document.querySelectorAll('#overview-rows tr:not(.empty)')].map((row) => row.innerText)"
_BOOK_FULL = "[...document.querySelectorAll('.order-book tbody td')].every((cell) => /\\d/.test(cell.textContent))"
_MINUS = "\u2212"
_WATCH_SHIFTS = """(() => {
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources, hadRecentInput } of list.getEntries()) {
      if (hadRecentInput) continue; // the window has just been given another size
      const told = ({ node }) => (node?.outerHTML ?? node?.parentElement?.outerHTML ?? '').slice(0, 120);
      shifts.push({ value, nodes: sources.map(told) });
    }
  }).observe({ type: 'layout-shift' });
  globalThis.changes = 0;
  new MutationObserver((list) => { changes += list.length; }).observe(document.querySelector('main'),
    { subtree: true, childList: true, characterData: true });
})()"""
_LIT_AGAIN = """(() => {
  globalThis.lit ??= new Map();
  for (const { effect, startTime } of document.getAnimations()) {
    if (startTime !== null) lit.set(effect.target, (lit.get(effect.target) ?? new Set()).add(startTime));
  }
  return [...lit].some(([target, times]) => target.matches('.price.flashes') && times.size > 1);
})()"""
"""Whether a price of the watch list has lit up twice by now."""
_SCREENS = ((1440, 900), (768, 1024), (375, 812))
_SOME_CHANGES = 600
_WATCHED_MILLISECONDS = 3_000
"""At each size of the screen, both at least: some fifteen frames in which anything is painted."""
_BOOK = """((side) => [...document.querySelectorAll(`#order-book-${side} tr`)].map((row) => ({
  figures: [...row.cells].map((cell) => Number(cell.textContent.replaceAll(',', ''))),
  share: Number.parseFloat(row.style.backgroundSize),
})))"""


def _ranked(direction: str, sign: str) -> str:
    """Return whether as many rows as move that way, five at most, have changes of that sign."""
    count = f"Math.min(5, Number.parseInt(document.getElementById('overview-{direction}').textContent))"
    return f"{_OVERVIEW}.length === {count} && {_OVERVIEW}.every((text) => text.includes('{sign}'))"


def test_it_ranks_the_markets_and_gathers_the_order_book_up_to_each_level(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    page.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip-link')") is True
    page.press("Enter")
    assert page.evaluate(FOCUS) == "chart"
    assert page.evaluate("location.hash") == "#BTCUSDT/1m"
    _see_the_order_book(page)
    page.wait(_ranked("rising", "+"))
    page.click("#overview-ranking label:has([value=losers])")
    page.wait(_ranked("falling", _MINUS))
    page.click("#overview-ranking label:has([value=volumes])")
    page.wait("document.getElementById('overview-column').textContent === 'Turnover'")
    page.wait(f"{_OVERVIEW}.length === 5 && {_OVERVIEW}[0].startsWith('BTC/USDT')")
    # Which symbol is second depends on the hour at which the simulated exchange was started.
    second = page.evaluate("document.querySelector('#overview-rows tr:nth-child(2) a').hash")
    page.click(f"#overview-rows a[href='{second}']")
    page.wait(f"location.hash === '{second}' && location.hash !== '#BTCUSDT/1m'")


def _see_the_order_book(page: BrowserPage) -> None:
    page.wait(_BOOK_FULL)
    book = page.evaluate(f"({{ bids: {_BOOK}('bids'), asks: {_BOOK}('asks').reverse() }})")
    most = max(levels[-1]["figures"][2] for levels in book.values())
    for levels in book.values():
        gathered = 0.0
        for level in levels:
            gathered += level["figures"][1]
            assert level["figures"][2] == pytest.approx(gathered)
            assert level["share"] == pytest.approx(100 * gathered / most, abs=0.1)
    assert book["asks"][0]["figures"][0] > book["bids"][0]["figures"][0]
    assert [level["figures"][0] for level in book["bids"]] == sorted(
        (level["figures"][0] for level in book["bids"]), reverse=True
    )


def test_it_moves_nothing_while_data_flows_on_any_screen(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    page.wait(_TRADED, seconds=60)
    page.wait("document.querySelectorAll('.sparkline').length > 0")
    page.evaluate(_WATCH_SHIFTS)
    for width, height in _SCREENS:
        page.resize(width, height)
        page.evaluate(TWO_FRAMES)
        page.evaluate("shifts.length = changes = 0; globalThis.begun = performance.now()")
        page.wait(f"changes > {_SOME_CHANGES} && performance.now() - begun > {_WATCHED_MILLISECONDS}", seconds=60)
        assert (width, page.evaluate("shifts")) == (width, [])


def test_a_price_lights_up_each_time_that_it_moves(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    page.wait(_LIT_AGAIN, seconds=60)
