"""What a screen reader, poor eyes and a phone meet: no finding of axe-core's on any page, nothing cut off."""

import pytest
from django.template.loader import render_to_string

from tests.browser.browser_page import BrowserPage
from tests.browser.contrast import LEAST_OF_GRAPHICS, contrast
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.browser.small_targets import TOO_SMALL
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_VIEWS = {
    "chart": "#chart",
    "markets": "#watch-list",
    "book": "#order-book",
    "trades": "#trades",
    "order": "#ticket",
    "more": "#dock",
}
_SHOWN = """document.getElementById('chart-canvas').dataset.state === 'ready'
  && document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0
  && /\\d/.test(document.getElementById('order-book-asks').textContent)
  && /\\d/.test(document.getElementById('watch-list-rows').textContent)"""
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
"""A phone zooms out where a page is wider than it."""
_OFF_THE_MIDDLE = """(() => {
  const [row, chosen] = ['#intervals', '#intervals label:has(:checked)'].map((each) => document.querySelector(each))
    .map((each) => each.getBoundingClientRect());
  return Math.abs(row.left + row.width / 2 - chosen.left - chosen.width / 2);
})()"""
"""By how many pixels the chosen interval stands beside the middle of those that are seen."""
_SHOW_TOASTS = """(async () => {
  const { Toasts } = await import('/static/dashboard/notifications/toasts.js');
  const toasts = new Toasts();
  const body = 'BTCUSDT price crossed above 94,719.48 USDT: 94,721.15 USDT. '.repeat(9);
  const link = { href: '#', label: 'Show in the chart' };
  for (const severity of ['info', 'critical', 'warning']) toasts.show({ title: body, body, severity, link });
  for (const toast of document.querySelectorAll('.toast')) toast.dispatchEvent(new Event('pointerenter'));
})()"""
"""The longest there are, held as by a pointer: none goes by itself."""
_COVERED = """['#quote-price', '#bell-button', '#ticket-send', '#views'].filter((each) => {
  const { offsetTop, offsetHeight } = document.getElementById('toasts');
  const place = document.querySelector(each).getBoundingClientRect();
  return place.height > 0 && place.top < offsetTop + offsetHeight && place.bottom > offsetTop;
})"""
"""What must be in sight, and isn't for toasts, which are as wide as a phone."""
_TOASTS_IN_THE_WAY = """(() => {
  const toasts = [...document.querySelectorAll('.toast')];
  const boxes = toasts.map((toast) => toast.getBoundingClientRect()).sort((one, other) => one.top - other.top);
  const lie = boxes.filter(({ top }, order) => order > 0 && top <= boxes[order - 1].bottom);
  const leave = boxes.filter(({ top, right, bottom, left }) =>
    top < 0 || left < 0 || right > innerWidth || bottom > innerHeight);
  return [toasts.length, lie.length, leave.length];
})()"""
"""How many toasts there are, how many of them lie on one another, and how many aren't wholly in the window."""
_NOT_WHOLLY_A_LINK = """[...document.querySelectorAll('.toast-text')].filter((text) => {
  const { left, top, width, height } = text.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) !== text.querySelector('a');
}).length"""
_AT_THE_LAST_TOAST = "document.activeElement === [...document.querySelectorAll('.toast button')].at(-1)"
_WINDOWS_WITH_TOASTS = ((800, 1000), (667, 375), (568, 320), (1440, 600), (375, 812))
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => !node.closest('#intervals, .visually-hidden')
  && node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 80))"""

_SHEETS = {
    "#display-menu summary": (".display-sheet", "#display-close"),
    "#drawing-menu summary": (".drawing-sheet", "#drawing-close"),
    "#indicator-menu summary": (".indicator-sheet", "#indicator-close"),
    "#bell-button": ("#notifications", "[popovertarget=notifications][aria-label=Close]"),
    "#account-menu-open": ("#account-menu", ""),
    "#shortcuts-open": ("#shortcuts", "#shortcuts button"),
}
"""What opens each, and what closes it, where there is something; anywhere beside it does, too."""
_WHAT_OPENS = (
    *("#display-menu summary", "#drawing-menu summary", "#indicator-menu summary"),
    *("#watch-list-menu-open", "#shortcuts-open"),
)
_CANDLES_IN_SIGHT = 25
_A_LITTLE = 0.0001
_HAS_ORDER_LINE = """[...document.querySelectorAll('.order-line:not([data-look=position])')]
  .some((line) => line.checkVisibility())"""
_CLOSE_TOASTS = "document.querySelectorAll('.toast .icon-button').forEach((close) => close.click())"
_ROWS_OF_TABS = {
    "positions": "#position-rows tr",
    "orders": "#order-rows tr",
    "fills": "#fill-rows tr",
    "balances": "#balance-rows tr",
    "alerts": ".alert-row-history:not([hidden])",
}
"""Of the dock: what is there once its panel shows what the trader has."""
_PAGES_FOR_USERS = (
    "wallets/",
    "backtests/",
    "grids/",
    "strategies/",
    "signals/",
    "accounts/",
    "account/",
    "operations/",
)
_PAGES_FOR_ANYBODY = (
    *_PAGES_FOR_USERS,
    *("offline/", "nosuch/", "admin/login/", f"account/confirm-email/{'a' * 43}", f"account/reset-password/{'a' * 43}"),
    *("account/unsubscribe/nosuch", "fault/"),
)
_LOADED = """document.readyState === 'complete'
  && !(document.getElementById('access')?.hidden && document.body.dataset.connection !== 'live')"""


def test_it_has_no_serious_finding_on_the_dashboard_nor_in_its_dialog_to_sign_in(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url, height=1080)  # tall enough for the dock to be open at first
    page.wait(_SHOWN)
    for opens in ("", "#account-open", "[data-show=register]"):
        if opens:
            page.click(opens)
        for scheme in _SCHEMES:
            page.prefer(scheme=scheme)
            assert (opens, scheme, page.accessibility()) == (opens, scheme, [])
            assert page.evaluate(contrast(".star[aria-pressed=false]")) >= LEAST_OF_GRAPHICS


def test_it_has_no_finding_in_what_opens_on_a_desk_nor_with_the_depth_chart(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url)
    page.wait(_SHOWN)
    page.click("#depth-chart-open")
    for opens in _WHAT_OPENS:
        page.click(opens)
        _has_no_finding(page, opens)
        page.press("Escape")
    page.press("f")
    page.wait("document.querySelector('[data-full-screen]') !== null")
    _has_no_finding(page, "full screen")


def _has_no_finding(page: BrowserPage, state: str) -> None:
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (state, scheme, page.accessibility()) == (state, scheme, [])


def test_no_page_has_a_finding_for_whoever_is_not_signed_in(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(r"status of (40[04]|500)")
    page.answer("**/fault/", status=500, kind="text/html", body=render_to_string("500.html"))
    for scheme in _SCHEMES:
        for path in _PAGES_FOR_ANYBODY:
            page.open(f"{demo_url}{path}", scheme=scheme)
            page.wait(_LOADED)
            assert (path, scheme, page.accessibility()) == (path, scheme, [])


def test_a_phone_shows_one_view_at_a_time_without_a_serious_finding_and_scrolls_nothing_sideways(
    phone: BrowserPage, demo_url: str
) -> None:
    phone.open(demo_url, width=375, height=812)
    phone.wait(_SHOWN)
    for view in _VIEWS:
        phone.tap(f"#views [data-view={view}]")
        _is_the_view_in_sight(phone, view)
        for scheme in _SCHEMES:
            phone.prefer(scheme=scheme)
            assert (view, scheme, phone.accessibility()) == (view, scheme, [])
        assert (view, phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == (view, [375, 375], [])
        assert phone.evaluate("document.documentElement.scrollHeight <= innerHeight") is True
    phone.tap("#views [data-view=markets]")
    phone.tap("tr[data-symbol='ETHUSDT'] a")
    phone.wait("document.querySelector('#chart').checkVisibility() && location.hash.startsWith('#ETHUSDT/')")


def _is_the_view_in_sight(phone: BrowserPage, view: str) -> None:
    for other, selector in _VIEWS.items():
        assert phone.evaluate(f"document.querySelector('{selector}').checkVisibility()") is (other == view)


def test_a_finger_finds_all_that_is_to_be_pressed_on_a_phone_and_what_opens_is_a_sheet_at_the_bottom(
    phone: BrowserPage, demo_url: str
) -> None:
    name = new_trader(demo_url)
    _has_alerts_and_orders(demo_url, token_of(demo_url, name, PASSWORD))
    open_signed_in(phone, demo_url, name, PASSWORD, width=375, height=812)
    phone.wait(_SHOWN)
    phone.wait(_HAS_ORDER_LINE)
    for view in _VIEWS:
        phone.tap(f"#views [data-view={view}]")
        phone.evaluate(_CLOSE_TOASTS)
        assert (view, phone.evaluate(f"{TOO_SMALL}(document)")) == (view, [])
    for tab, row in _ROWS_OF_TABS.items():
        phone.tap(f"#dock-tab-{tab}")
        phone.wait(f"document.querySelector('{row}')?.checkVisibility()")
        phone.evaluate(_CLOSE_TOASTS)
        assert (tab, phone.evaluate(f"{TOO_SMALL}(document)")) == (tab, [])
    for opener, (sheet, closer) in _SHEETS.items():
        phone.tap(f"#views [data-view={'more' if opener == '#shortcuts-open' else 'chart'}]")
        phone.tap(opener)
        _is_a_sheet(phone, sheet)
        phone.tap(closer or "#quote-symbol")
        phone.wait(f"!document.querySelector('{sheet}').checkVisibility()")
    _is_a_sheet_though_the_phone_is_held_sideways(phone, demo_url)
    _see_that_there_are_more_intervals(phone)
    _see_that_toasts_leave_in_sight_what_matters(phone)


def test_a_finger_finds_all_that_is_to_be_pressed_on_the_other_pages(phone: BrowserPage, demo_url: str) -> None:
    phone.expect_problems(r"status of 403")
    open_signed_in(phone, demo_url, new_trader(demo_url), PASSWORD, width=375, height=812)
    for path in _PAGES_FOR_USERS:
        phone.open(f"{demo_url}{path}", width=375, height=812)
        phone.wait(_LOADED)
        assert (path, phone.evaluate(f"{TOO_SMALL}(document)")) == (path, [])
        assert (path, phone.evaluate(_WIDTHS)) == (path, [375, 375])


def _has_alerts_and_orders(url: str, token: str) -> None:
    """Have a rule that is done, one that waits, a position, and an order that rests beside the candles.

    One is placed below them and one above, for a price that moves on fills one of them, or leaves it behind.
    """
    market = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quantity": "0.01"}
    ask(f"{url}api/v1/trading/orders/", market, token=token)
    answer = ask(f"{url}api/v1/market/history/?symbol=BTCUSDT&interval=1m&limit={_CANDLES_IN_SIGHT}")
    now = _price_as_soon_as_one_is_known(url)
    below = min(now, *(candle[3] for candle in answer["candles"])) * (1 - _A_LITTLE)
    above = max(now, *(candle[2] for candle in answer["candles"])) * (1 + _A_LITTLE)
    for placed in ({"type": "limit", "price": f"{below:.2f}"}, {"type": "stop", "stop_price": f"{above:.2f}"}):
        ask(f"{url}api/v1/trading/orders/", {**market, **placed}, token=token)
    rule = {"source": "price", "symbol": "BTCUSDT", "operator": "above", "trigger": "once"}
    for threshold in ("1000", "900000"):
        ask(f"{url}api/v1/alerts/rules/", {**rule, "name": threshold, "threshold": threshold}, token=token)


def _price_as_soon_as_one_is_known(url: str) -> float:
    prices: list[float] = []

    def is_known() -> bool:
        symbols = ask(f"{url}api/v1/market/overview/")["symbols"]
        prices.extend(each["price"] for each in symbols if each["symbol"] == "BTCUSDT")
        return bool(prices)

    until_now(is_known)
    return prices[0]


def _is_a_sheet(phone: BrowserPage, selector: str) -> None:
    sheet = f"document.querySelector('{selector}')"
    phone.wait(f"{sheet}.checkVisibility()")
    assert (selector, phone.accessibility()) == (selector, [])
    box = phone.evaluate(f"{sheet}.getBoundingClientRect().toJSON()")
    assert (selector, box["left"], box["right"], box["bottom"]) == (selector, 0, 375, 812)
    assert box["top"] > 0
    assert phone.evaluate(_WIDTHS) == [375, 375]
    assert (selector, phone.evaluate(f"{TOO_SMALL}({sheet})")) == (selector, [])


def _is_a_sheet_though_the_phone_is_held_sideways(phone: BrowserPage, url: str) -> None:
    phone.open(url, width=740, height=375)
    phone.wait(_SHOWN)
    phone.tap("#indicator-menu summary")
    box = phone.evaluate("document.querySelector('.indicator-sheet').getBoundingClientRect().toJSON()")
    assert (box["left"], box["right"], box["bottom"]) == (0, 740, 375)
    assert box["height"] > 200
    phone.open(url, width=375, height=812)
    phone.wait(_SHOWN)


def _see_that_there_are_more_intervals(phone: BrowserPage) -> None:
    phone.tap("#views [data-view=chart]")
    for chosen, sides in (("1s", "right"), ("1M", "left"), ("1h", "left right")):
        phone.evaluate(f"document.querySelector('#intervals [value=\"{chosen}\"]').click()")
        phone.wait(f"document.getElementById('intervals').dataset.more === '{sides}'")
    assert phone.evaluate(_OFF_THE_MIDDLE) < 2


def _see_that_toasts_leave_in_sight_what_matters(phone: BrowserPage) -> None:
    phone.evaluate(_SHOW_TOASTS)
    assert phone.evaluate(_COVERED) == []
    phone.tap("#views [data-view=order]")
    assert phone.evaluate(_COVERED) == ["#quote-price", "#bell-button"], "the form's buttons matter more there"
    assert phone.evaluate(_TOASTS_IN_THE_WAY) == [3, 0, 0]
    phone.tap("#views [data-view=chart]")
    for width, height in _WINDOWS_WITH_TOASTS:
        phone.resize(width, height)
        assert (width, height, phone.evaluate(_TOASTS_IN_THE_WAY)) == (width, height, [3, 0, 0])
    _reach_each_toast(phone)


def _reach_each_toast(phone: BrowserPage) -> None:
    """Find its close button and its link with a finger, come to the last one by keyboard, and close them one by one."""
    assert phone.evaluate(f"{TOO_SMALL}(document.getElementById('toasts'))") == []
    assert phone.evaluate(_NOT_WHOLLY_A_LINK) == 0
    phone.focus(".toast a")
    phone.tab_until(_AT_THE_LAST_TOAST, most=6)
    for left in (2, 1, 0):
        phone.tap(".toast button")
        assert phone.evaluate("document.querySelectorAll('.toast').length") == left
