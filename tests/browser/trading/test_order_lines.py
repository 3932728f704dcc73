"""One's orders as lines of the dashboard's chart, in a browser: dragged and cancelled; the server's orders follow."""

from typing import Any

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.browser.small_targets import TOO_SMALL

pytestmark = pytest.mark.browser

_READY = "document.getElementById('chart-canvas').dataset.close !== undefined"
_PRICE = "Number(document.getElementById('chart-canvas').dataset.close)"
_LINES = "document.querySelectorAll('.order-line').length"
"""How many the chart has, those of prices that are out of sight too."""
_LINE = ".order-line[data-look=buy] .order-handle"
_MARK = ".order-line[data-named=false] .order-handle"
_MARKS = "document.querySelectorAll('.order-line[data-named=false]:not([hidden])').length"
_NAMED = ".order-line[data-named=true] .order-handle"
_LEFT_OF_MARK = f"document.querySelector('{_MARK}').getBoundingClientRect().left"
_VALUE = "Number(document.querySelector('{0}').getAttribute('aria-valuenow'))"
_AT = _VALUE.format(_LINE)
_NOTE = "document.getElementById('order-note-text').textContent"
_TICKET = "document.querySelector('#ticket "
_WATCH_SCROLLING = """globalThis.scrolled = []; for (const kind of ['scroll', 'pointercancel', 'touchmove'])
  addEventListener(kind, ({ type, target }) => {
    if (type !== 'touchmove' || target.closest('#chart-canvas')) globalThis.scrolled.push(`${type} ${target.id}`);
  }, { capture: true })"""
"""A finger on the chart itself would scroll it."""
_SCROLLED = "globalThis.scrolled"
_SCHEMES = ("dark", "light")
_CANDLES_IN_SIGHT = 25
_PRICE_OF = {"limit": "price", "stop": "stop_price"}
_BOXES = "[...document.querySelectorAll('{0}')].map((node) => node.getBoundingClientRect())"
_LEGEND = _BOXES.format("#chart-legend p:not(:empty)")
_WORDS = _BOXES.format(".order-line")
_TO_LEGEND = f"""(([legend], [words]) => Math.round(legend.top + legend.height / 2 - words.top - words.height / 2))(
  {_LEGEND}, {_WORDS})"""
"""How far the words of an order are from the middle of the legend's first row, px."""
_COVERS_LEGEND = f"""(([words], legend) => legend.some((row) => (
  words.top < row.bottom && words.bottom > row.top && words.left < row.right)))({_WORDS}, {_LEGEND})"""
_BELOW_LINE = """Math.max(...[...document.querySelectorAll('.order-line')]
  .map((line) => parseInt(line.style.getPropertyValue('--below'))))"""


class _Orders:
    """A trader's orders, as the server has them."""

    def __init__(self, url: str, name: str) -> None:
        self._url = f"{url}api/v1/trading/orders/"
        self._token = token_of(url, name, PASSWORD)

    def place(self, **given: object) -> None:
        ask(self._url, {"symbol": "BTCUSDT", "quantity": "0.01", **given}, token=self._token)

    def of(self, side: str) -> list[dict[str, Any]]:
        """Return the limit orders of a side, the newest first."""
        orders = ask(self._url, token=self._token)["items"]
        return [order for order in orders if (order["side"], order["type"]) == (side, "limit")]


def _new_orders(page: BrowserPage, url: str, **window: int) -> _Orders:
    """Return the orders of a new trader to whom the page shows the chart."""
    name = new_trader(url)
    open_signed_in(page, f"{url}#BTCUSDT/1h", name, PASSWORD, **window)
    page.wait(_READY)
    return _Orders(url, name)


@pytest.fixture
def orders(page: BrowserPage, demo_url: str) -> _Orders:
    """Return the orders of a trader whom the page shows a position and an order below and above the price."""
    orders = _new_orders(page, demo_url)
    price = page.evaluate(_PRICE)
    orders.place(side="buy", type="market", quantity="0.02")
    page.wait("document.querySelector('.order-line[data-look=position]') !== null")
    orders.place(side="buy", type="limit", price=f"{price * 0.998:.2f}")
    orders.place(side="sell", type="limit", price=f"{price * 1.003:.2f}")
    page.wait(f"{_LINES} === 3")
    return orders


def test_an_order_is_moved_by_dragging_its_line_or_by_keys_and_cancelled_by_its_button(
    page: BrowserPage, orders: _Orders
) -> None:
    page.drag(_LINE, right=0, down=24)
    page.wait(f"{_NOTE}.startsWith('Move BUY 0.01 from')")
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    [unmoved] = orders.of("buy")
    page.press("Enter")
    page.wait(f"{_NOTE}.endsWith(' now.')")
    moved, former = orders.of("buy")
    assert (former["id"], former["status"], moved["status"]) == (unmoved["id"], "cancelled", "new")
    assert moved["price"] < former["price"]
    assert (moved["price"], moved["quantity"]) == (page.evaluate(_AT), former["quantity"])
    _move_by_keys(page, orders, tick=0.01)
    page.click(".order-line[data-look=buy] .order-line-cancel")
    page.wait(f"{_LINES} === 2")
    assert {order["status"] for order in orders.of("buy")} == {"cancelled"}
    _propose_to_close_the_position(page)


def test_a_finger_finds_lines_that_have_no_room_for_words_and_those_that_do(phone: BrowserPage, demo_url: str) -> None:
    orders = _new_orders(phone, demo_url, width=375, height=812)
    price, kind = _among_the_candles(demo_url, phone.evaluate(_PRICE))
    for beside in (1, 0.99999):
        orders.place(side="buy", **{"type": kind, _PRICE_OF[kind]: f"{price * beside:.2f}"})
    phone.wait(f"{_LINES} === 2 && document.querySelector('{_MARK}')?.checkVisibility()")
    assert phone.evaluate(f"{TOO_SMALL}(document.getElementById('order-lines'))") == []
    away = -1 if kind == "stop" else 1
    phone.drag_by_touch(_MARK, right=0, down=36 * away)
    phone.wait(f"{_NOTE}.startsWith('Move BUY 0.01')")
    assert phone.evaluate(_MARKS) == 1  # a mouse would have words for both
    phone.drag_by_touch(_NAMED, right=0, down=14 * away)
    phone.wait(f"{_MARKS} === 0")
    assert phone.evaluate(f"{TOO_SMALL}(document.getElementById('order-lines'))") == []


def _among_the_candles(url: str, price: float) -> tuple[float, str]:
    """Return a price amid the candles in sight, and as what an order to buy rests there, whose line is at it."""
    candles = ask(f"{url}api/v1/market/history/?symbol=BTCUSDT&interval=1h&limit={_CANDLES_IN_SIGHT}")["candles"]
    low, high = min(candle[3] for candle in candles), max(candle[2] for candle in candles)
    amid = (low + high) / 2
    away = (high - low) / 8  # so far that the price doesn't get there meanwhile
    if amid > price:
        return max(amid, price + away), "stop"
    return min(amid, price - away), "limit"


def test_a_finger_drags_a_line_and_scrolls_neither_the_page_nor_the_chart(phone: BrowserPage, demo_url: str) -> None:
    orders = _new_orders(phone, demo_url, width=375, height=812)
    orders.place(side="buy", type="limit", price=f"{phone.evaluate(_PRICE) * 0.998:.2f}")
    phone.wait(f"{_LINES} === 1")
    phone.evaluate(_WATCH_SCROLLING)
    phone.drag_by_touch(_LINE, right=40, down=60)
    phone.wait(f"{_NOTE}.startsWith('Move BUY 0.01 from')")
    phone.tap("#order-note-act")
    phone.wait(f"{_NOTE}.endsWith(' now.') && {_LINES} === 1")
    moved, former = orders.of("buy")
    assert moved["price"] < former["price"]
    assert (moved["status"], moved["price"]) == ("new", phone.evaluate(_AT))
    assert phone.evaluate(_SCROLLED) == []


def test_a_line_whose_words_have_no_room_is_dragged_by_its_mark(page: BrowserPage, demo_url: str) -> None:
    orders = _new_orders(page, demo_url)
    price = page.evaluate(_PRICE) * 0.998
    for above in (0.0, 0.01):
        orders.place(side="buy", type="limit", price=f"{price + above:.2f}")
    page.wait(f"document.querySelector('{_MARK}') !== null")
    left = page.evaluate(_LEFT_OF_MARK)
    page.focus(_MARK)
    assert page.evaluate(_LEFT_OF_MARK) == left  # its words begin there: else they leave the pointer that shows them
    page.drag(_MARK, right=0, down=40)
    page.wait(f"{_NOTE}.startsWith('Move BUY 0.01 from')")
    page.wait(f"document.querySelector('{_MARK}') === null")


def test_words_of_a_line_behind_the_legend_stand_below_it(page: BrowserPage, demo_url: str) -> None:
    orders = _new_orders(page, demo_url)
    orders.place(side="buy", type="limit", price=f"{page.evaluate(_PRICE) * 0.998:.2f}")
    page.wait(f"{_LINES} === 1")
    _see_the_legend_beside_a_line(page)
    page.press("Escape")
    page.resize(375, 812)
    page.wait("visualViewport.width === 375")
    _see_the_legend_beside_a_line(page)
    assert [order["status"] for order in orders.of("buy")] == ["new"]


def _see_the_legend_beside_a_line(page: BrowserPage) -> None:
    """Drag an order's line behind the legend, then further by its words, which are below it by then."""
    page.drag(_LINE, right=0, down=page.evaluate(_TO_LEGEND))
    page.wait(f"{_NOTE}.startsWith('Move BUY 0.01 from') && {_BELOW_LINE} > 8")
    assert page.evaluate(_COVERS_LEGEND) is False
    price, below = page.evaluate(f"[{_AT}, {_BELOW_LINE}]")
    page.drag(_LINE, right=0, down=4)
    page.wait(f"{_AT} < {price}")
    assert page.evaluate(_BELOW_LINE) == pytest.approx(below - 4, abs=1)


def _move_by_keys(page: BrowserPage, orders: _Orders, *, tick: float) -> None:
    """Take a move back by Escape, then move the order by two ticks."""
    before = orders.of("buy")[0]["price"]
    page.focus(_LINE)
    page.press("ArrowUp")
    page.wait(f"{_NOTE}.startsWith('Move BUY')")
    page.press("Escape")
    page.wait(f"{_AT} === {before}")
    page.press("ArrowUp")
    page.press("ArrowUp")
    page.press("Enter")
    page.wait(f"{_NOTE}.endsWith(' now.') && document.activeElement.matches('{_LINE}')")
    assert orders.of("buy")[0]["price"] == pytest.approx(before + 2 * tick)


def _propose_to_close_the_position(page: BrowserPage) -> None:
    """Drag the position's line above the market: the ticket takes the profit, of what isn't for sale already."""
    page.drag(".order-line[data-look=position] .order-handle", right=0, down=-80)
    page.wait(f"{_TICKET}[name=kind]:checked').value === 'limit' && {_TICKET}[name=side]:checked').value === 'sell'")
    size, price = (float(page.evaluate(f"{_TICKET}[name={name}]').value")) for name in ("size", "price"))
    assert size == pytest.approx(0.01)
    assert price > page.evaluate(_PRICE)
