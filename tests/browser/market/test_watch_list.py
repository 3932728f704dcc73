"""The watch list of the page at `/`, in a browser: its order, a user's favourites and lists, its rows' trends."""

import json

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import ALL_PRICED, LISTED, SYMBOLS
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_MANY_SYMBOLS = {
    "total": 1500,
    "items": [
        {"symbol": f"{base}USDT", "base": base, "quote": "USDT", "status": "TRADING", "tickSize": 0.01, "stepSize": 1}
        for base in ("BTC", "ETH", *(f"COIN{number}" for number in range(1498)))
    ],
}
_RISING_HISTORY = {"candles": [[minute * 60_000, 1, 2, 1, 1 + minute, 5] for minute in range(48)]}
_ROWS_IN_SIGHT = """[...document.querySelectorAll('#watch-list-rows tr')].filter((row) => {
  const { top, bottom } = document.getElementById('watch-list-scroller').getBoundingClientRect();
  return row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom;
})"""
_TRENDS_IN_SIGHT = f"{_ROWS_IN_SIGHT}.length > 0 && {_ROWS_IN_SIGHT}.every((row) => row.querySelector('.sparkline'))"
_TRENDS_READ = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('interval=30m')).length"
_ROWS_OF_A_STALL = 6
"""So many more may be read where a busy machine holds up the scrolling; the list has 100."""
_SCROLL_TO_THE_END = """(async () => {
  const list = document.getElementById('watch-list-scroller');
  while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
    list.scrollTop += 120;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
})()"""


def test_it_keeps_a_users_favourites_and_lists_at_the_server_and_the_chosen_order(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 409")
    name = new_trader(demo_url)
    open_signed_in(page, demo_url, name, PASSWORD)
    page.wait(ALL_PRICED)
    _see_the_order_of_each_column(page)
    page.click("tr[data-symbol='SOLUSDT'] .star")
    page.wait("document.querySelector('tr[data-symbol=SOLUSDT] .star').ariaPressed === 'true'")
    page.select("#watch-list-choice", "Favourites")
    page.wait(f"{LISTED}.join() === 'SOLUSDT'")
    _make_a_list(page)
    kept = _lists_at_the_server(demo_url, name)
    assert kept == {"Favourites": ["SOLUSDT"], "Majors": ["BTCUSDT"]}
    page.reload()
    page.wait(f"{LISTED}.join() === 'BTCUSDT'")
    _rename_by_keys(page)
    page.click("#watch-list-menu-open")
    page.click("#watch-list-delete")
    page.click("#confirm-agree")
    page.wait(f"{LISTED}.length === {len(SYMBOLS)}")
    assert page.evaluate("[...document.querySelectorAll('#watch-list-choice option')].length") == 2
    assert page.evaluate(LISTED) == sorted(SYMBOLS)


def _see_the_order_of_each_column(page: BrowserPage) -> None:
    """Leave them by name: values move meanwhile."""
    page.click("#watch-list-heads [value=price]")
    page.wait(f"{LISTED}[0].startsWith('BTCUSD') && {LISTED}.at(-1) === 'DOGEUSDT'")
    page.click("#watch-list-heads [value=price]")
    page.wait(f"{LISTED}[0] === 'DOGEUSDT'")
    page.click("#watch-list-heads [value=market]")
    assert page.evaluate(LISTED) == sorted(SYMBOLS)
    assert page.evaluate("document.querySelector('#watch-list-heads th').ariaSort") == "ascending"


def _make_a_list(page: BrowserPage) -> None:
    page.click("#watch-list-menu-open")
    page.click("#watch-list-new")
    page.fill("#confirm-fields input", "favourites")
    page.press("Enter")
    page.wait("document.querySelector('#confirm').innerText.includes('You have a watch list of this name already')")
    page.fill("#confirm-fields input", "Majors")
    page.press("Enter")
    page.wait("document.getElementById('watch-list-choice').value === 'Majors'")
    page.fill("#symbol-search", "bitcoin usdt")
    page.focus("tr[data-symbol='BTCUSDT'] .star")
    page.press("Enter")
    page.focus("#symbol-search")
    page.press("Escape")
    page.wait(f"{LISTED}.join() === 'BTCUSDT'")


def _rename_by_keys(page: BrowserPage) -> None:
    """Choose lists by the arrows and change one, without a mouse: none of the choices does anything else on the way."""
    page.focus("#watch-list-choice")
    for key, chosen in (("ArrowUp", "Favourites"), ("ArrowDown", "Majors")):
        page.press(key)
        page.wait(f"document.getElementById('watch-list-choice').value === '{chosen}'")
    for key in ("Tab", "Enter", "Tab", "Tab", "Enter"):
        page.press(key)
    page.wait("document.querySelector('#confirm-fields input')?.value === 'Majors'")
    page.type("Large")
    page.press("Enter")
    page.wait("document.getElementById('watch-list-choice').value === 'Large'")


def _lists_at_the_server(url: str, name: str) -> dict[str, list[str]]:
    items = ask(f"{url}api/v1/watch-lists/", token=token_of(url, name, PASSWORD))["items"]
    return {each["name"]: each["symbols"] for each in items}


def test_it_asks_who_is_not_signed_in_to_be_before_it_keeps_a_favourite(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url)
    page.wait(ALL_PRICED)
    choices = "[...document.querySelectorAll('#watch-list-choice option')].map(({ value }) => value)"
    assert page.evaluate(choices) == [""]  # arrows that go through them open nothing
    page.click("tr[data-symbol='SOLUSDT'] .star")
    page.wait("document.getElementById('account-dialog').open")


def test_it_reads_the_trends_of_rows_that_stay_in_sight_and_of_no_others(page: BrowserPage, demo_url: str) -> None:
    page.answer("**/api/v1/market/symbols/*", body=json.dumps(_MANY_SYMBOLS))
    page.answer("**/api/v1/market/history/*interval=30m*", body=json.dumps(_RISING_HISTORY))
    page.open(demo_url)
    page.wait(_TRENDS_IN_SIGHT)
    in_sight = page.evaluate(f"{_ROWS_IN_SIGHT}.length")
    assert page.evaluate(_TRENDS_READ) <= in_sight + _ROWS_OF_A_STALL
    page.evaluate(_SCROLL_TO_THE_END)
    page.wait(f"{_ROWS_IN_SIGHT}.at(-1) === document.querySelector('#watch-list-rows').lastElementChild")
    page.wait(_TRENDS_IN_SIGHT)
    in_sight += page.evaluate(f"{_ROWS_IN_SIGHT}.length")
    assert page.evaluate(_TRENDS_READ) <= in_sight + _ROWS_OF_A_STALL
