"""The admin in a browser, under the server's own Content-Security-Policy: its pages work, and nothing is refused."""

from collections.abc import Sequence
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.browser.alerts.trader import Trader
from tests.browser.browser_page import BrowserPage
from tests.browser.contrast import LEAST_OF_GRAPHICS, contrast
from tests.browser.signing_in import PASSWORD, ask, new_trader, token_of

pytestmark = pytest.mark.browser

_READY = "document.readyState === 'complete' && window.Alpine !== undefined && window.htmx !== undefined"
_USERS = "admin/accounts/user/"
_PATHS = {
    "users": (
        _USERS,
        "admin/accounts/user/add/",
        "admin/auth/group/",
        "admin/auth/group/add/",
        "admin/axes/accessattempt/",
        "admin/password_change/",
        *(f"admin/accounts/{kind}/" for kind in ("apikey", "chartlayoutrow", "symboldrawings", "watchlist")),
    ),
    "market": (
        "admin/market/symbol/?q=BTC",
        "admin/market/candle/",
        "admin/market/candlegap/",
        "admin/streams/",
    ),
    "alerts": (
        *(f"admin/alerts/alertrule/{page}" for page in ("", "add/", "import/", "export/")),
        "admin/alerts/alertevent/",
        "admin/alerts/notification/",
        "admin/alerts/notification/broadcast/",
        "admin/alerts/delivery/?state__exact=dead",
        "admin/alerts/notificationpreferences/",
    ),
    "trading": (
        *(f"admin/trading/{kind}/" for kind in ("order", "fill", "grid", "strategy", "backtest", "tradingaccount")),
        *(f"admin/trading/{kind}/" for kind in ("auditentry", "killswitch", "outboxevent")),
        *(f"admin/trading/{kind}/" for kind in ("modeltraining", "modelversion")),
    ),
    "wallets": tuple(
        f"admin/wallets/{kind}/" for kind in ("chain", "chain/add", "chaintransaction", "movement", "token", "wallet")
    ),
}
_ALERTS = "admin/alerts/alertrule/"
_SCHEMES = ("dark", "light")
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_CUT_OFF = """[...document.querySelectorAll('h1 *, [data-worker] *, #result_list :is(td, th)')]
  .filter((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
  .map((node) => node.outerHTML.slice(0, 120))"""
_PATHS_WITH_LONG_TEXTS = (
    "",
    "admin/wallets/wallet/?q=demo",
    "admin/wallets/token/",
    f"{_USERS}?q=demo",
    "admin/streams/",
)
"""What other users call theirs may be so long that it ends in an ellipsis."""
_FIELDS = "form :is(input:not([type=hidden], :checked), textarea, .select2-container)"
_END_TRANSITIONS = """document.getAnimations()
  .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
  .forEach((animation) => animation.finish())"""
_FIRST_FORM = "document.querySelector('#result_list tbody a[href$=\"/change/\"]')?.href ?? ''"
_LINKS = "[...document.querySelectorAll('#nav-sidebar-inner a')].map(({ pathname }) => pathname.slice(1))"
_ORDER = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quantity": "0.002"}
_CHARTS_DRAWN = """[...document.querySelectorAll('[data-chart] canvas')].map((canvas) => new Set(
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size > 1)"""


def _sign_in(page: BrowserPage, demo_url: str, **look: Any) -> None:
    page.open(f"{demo_url}admin/login/?next=/admin/", **look)
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.press("Enter")
    page.wait(f"location.pathname === '/admin/' && {_READY}")


@pytest.fixture(scope="module")
def rows(demo_url: str) -> None:
    """Let somebody order, halt their own trading, and fail to sign in: lists that would be empty have rows."""
    name = new_trader(demo_url)
    token = token_of(demo_url, name, PASSWORD)
    ask(f"{demo_url}api/v1/trading/orders/", _ORDER, token=token)
    halted = {"action": "activate", "scope": "user", "reason": "a drill"}
    ask(f"{demo_url}api/v1/trading/kill-switch/", halted, token=token)
    with pytest.raises(HTTPError, match="401"):
        token_of(demo_url, name, "guess")


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("paths", _PATHS.values(), ids=_PATHS)
def test_it_shows_every_kind_of_page_without_a_refusal(page: BrowserPage, demo_url: str, paths: Sequence[str]) -> None:
    _sign_in(page, demo_url)
    for path in paths:
        page.open(f"{demo_url}{path}")
        page.wait(_READY)
        assert page.evaluate("location.pathname") == f"/{path.partition('?')[0]}"
        assert page.problems() == []
        _has_no_finding(page)
        if form := page.evaluate(_FIRST_FORM):
            page.open(form)
            page.wait(_READY)
            _has_no_finding(page)


def test_all_lists_of_its_side_are_among_those_pages(page: BrowserPage, demo_url: str) -> None:
    _sign_in(page, demo_url)
    lists = {path for path in page.evaluate(_LINKS) if path.startswith("admin/")}
    assert lists
    assert lists <= {path.partition("?")[0] for paths in _PATHS.values() for path in paths}


def _has_no_finding(page: BrowserPage) -> None:
    path = page.evaluate("location.pathname")
    for scheme in _SCHEMES:
        _switch_to(page, scheme)
        assert (path, scheme, page.accessibility()) == (path, scheme, [])


def _switch_to(page: BrowserPage, scheme: str) -> None:
    page.evaluate(f"Alpine.$data(document.documentElement).switchTheme('{scheme}')")
    page.wait(f"document.documentElement.classList.contains('dark') === {str(scheme == 'dark').lower()}")
    page.evaluate(_END_TRANSITIONS)


def test_its_first_page_shows_how_the_alerts_go(page: BrowserPage, demo_url: str) -> None:
    _sign_in(page, demo_url)
    assert page.evaluate(_CHARTS_DRAWN) == [True, True]
    assert "Rules switched on" in page.text("[data-dashboard]")
    for worker in ("the bridge", "the evaluator of alerts"):
        assert "ALIVE" in page.text(f"[data-worker='{worker}']")
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        page.reload()
        page.wait(_READY)
        assert (scheme, page.accessibility()) == (scheme, [])


def test_it_runs_the_panels_own_scripts_and_theme(page: BrowserPage, demo_url: str) -> None:
    _sign_in(page, demo_url)
    page.open(f"{demo_url}{_USERS}")
    page.wait(_READY)
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--color-primary-600')")
    assert page.evaluate("document.querySelectorAll('[x-cloak]').length") == 0  # Alpine takes it away where it runs
    page.evaluate("document.getElementById('action-toggle').click()")
    page.wait("document.querySelectorAll('input.action-select:checked').length > 0")


def test_it_cuts_nothing_off_on_a_phone(phone: BrowserPage, demo_url: str) -> None:
    _sign_in(phone, demo_url, width=375, height=812)
    for path in _PATHS_WITH_LONG_TEXTS:
        phone.open(f"{demo_url}{path or 'admin/'}", width=375, height=812)
        phone.wait(_READY)
        _is_whole(phone)
        if form := phone.evaluate(_FIRST_FORM):
            phone.open(form, width=375, height=812)
            phone.wait(_READY)
            _is_whole(phone)


def _is_whole(phone: BrowserPage) -> None:
    phone.evaluate("document.fonts.ready.then(() => true)")  # until then an icon is its name in letters
    path = phone.evaluate("location.pathname")
    assert (path, phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == (path, [375, 375], [])


def test_it_makes_pauses_resumes_clones_and_tries_a_rule(page: BrowserPage, demo_url: str) -> None:
    """One walk through the pages, as an operator takes it: refused, made, found, paused, resumed, cloned, tried."""
    name = "Above the clouds"
    _sign_in(page, demo_url)
    _make_rule(page, demo_url, name=name, threshold="high")
    page.wait("document.body?.innerText.includes('Threshold must be a number')")
    page.fill("input[name=threshold]", "9000000.5")
    _save(page)
    page.wait(f"location.pathname === '/{_ALERTS}' && document.body?.innerText.includes('{name}')")
    page.evaluate(f"[...document.querySelectorAll('#result_list a')].find((a) => a.text.includes('{name}')).click()")
    page.wait(f"/alertrule.[0-9]+.change/.test(location.pathname) && {_READY}")
    assert page.accessibility() == []
    _see_where_fields_end(page)
    _confirm(page, "pause", "Paused until")
    _confirm(page, "resume", "Resumed")
    _confirm(page, "clone", "this is the copy")
    assert page.evaluate("document.querySelector('input[name=name]').value") == f"{name} (copy)"
    assert page.evaluate("document.querySelector('input[name=enabled]').checked") is False
    _see_how_often_it_would_have_fired(page)


def _see_where_fields_end(page: BrowserPage) -> None:
    for scheme in _SCHEMES:
        _switch_to(page, scheme)
        assert page.evaluate(contrast(_FIELDS, of="borderTopColor")) >= LEAST_OF_GRAPHICS


def _see_how_often_it_would_have_fired(page: BrowserPage) -> None:
    page.click("[hx-get$='/test/']")
    page.wait("document.querySelector('[data-trial] [data-count]')?.textContent === '0 times'")
    assert page.accessibility() == []


_OF_WALLETS, _MOVE = ["address", "chain", "field", "token", "tx"], ["amount", "hysteresis", "percent", "within_seconds"]
_LEVEL, _RANGE = ["hysteresis", "threshold"], ["hysteresis", "lower", "upper"]
_FIELDS_SHOWN = {
    ("price", "crossing"): ["level_source", "line", "threshold"],
    ("ticker", "inside"): ["field", *_RANGE],
    ("indicator", "above"): ["field", "indicator", "interval", "level_source", "line", *_LEVEL],
    ("wallet", "moving_up"): [*_OF_WALLETS, *_MOVE],
    ("strategy", "at_least"): ["action", "strategy", *_LEVEL],
}
"""The fields of a condition beside source and operator."""
_SHOWN_BESIDE = """[...document.querySelector('[name=%s]').closest('fieldset').querySelectorAll('[name]')]
  .filter((field) => field.offsetParent !== null).map((field) => field.name.split('-').at(-1)).sort().join(' ')"""
_SHOWN = _SHOWN_BESIDE % "source"
_LEGENDS = "[...document.querySelectorAll('legend')].map((legend) => legend.textContent).join(', ')"


def test_it_asks_of_a_condition_what_its_source_and_operator_need(page: BrowserPage, demo_url: str) -> None:
    _sign_in(page, demo_url)
    page.open(f"{demo_url}{_ALERTS}add/")
    page.wait(_READY)
    for (source, operator), fields in _FIELDS_SHOWN.items():
        page.select("select[name=source]", source)
        page.select("select[name=operator]", operator)
        page.wait(f"{_SHOWN} === '{' '.join(sorted([*fields, 'operator', 'source']))}'")
    page.select("select[name=source]", "wallet")
    page.fill("input[name=address]", "0x")
    page.select("select[name=source]", "price")
    page.wait(
        f"{_SHOWN} === 'address hysteresis level_source line operator source threshold'"
    )  # what holds something can be taken out
    page.select("select[name=level_source]", "indicator")
    of_level = "level_field level_indicator level_interval"
    page.wait(f"{_SHOWN} === 'address hysteresis {of_level} level_source line operator source'")
    page.select("select[name=level_indicator]", "bollinger")
    of_level += " level_parameter_deviations level_parameter_period"
    page.wait(f"{_SHOWN} === 'address hysteresis {of_level} level_source line operator source'")
    period = "document.querySelector('[name=level_parameter_period]')"
    assert page.evaluate(f"[{period}.type, {period}.placeholder, {period}.min, {period}.max]") == [
        "number", "20", "2", "200",
    ]  # fmt: skip
    _add_and_remove_conditions_by_keyboard(page)
    assert page.accessibility() == []


def _add_and_remove_conditions_by_keyboard(page: BrowserPage) -> None:
    """Add as many as there may be, each with fields that follow its own source, and take one away."""
    for number in range(9):
        page.focus("[data-add]")
        page.press("Enter")
        page.wait(f"document.activeElement?.name === 'conditions-{number}-source'")
    page.wait("document.querySelector('[data-add]').hidden")
    page.select("select[name=conditions-1-source]", "ticker")
    page.select("select[name=conditions-1-operator]", "inside")
    page.wait(f"{_SHOWN_BESIDE % 'conditions-1-source'} === 'field hysteresis lower operator source upper'")
    page.wait(f"{_SHOWN_BESIDE % 'conditions-0-source'} === 'operator source'")
    page.focus("[data-condition=conditions-0-] [data-remove]")
    page.press("Enter")
    page.wait("document.activeElement?.matches('[data-add]:not([hidden])')")
    assert page.evaluate(_LEGENDS) == ", ".join(f"Condition {number}" for number in range(2, 10))


def test_it_offers_symbols_that_are_listed_and_strategies_of_the_chosen_owner_on_a_phone_too(
    page: BrowserPage, phone: BrowserPage, demo_url: str
) -> None:
    trader = Trader(page, demo_url)
    strategy = trader.start_strategy("rsi_reversion")
    line = trader.draw_line("64000.5", "65000")
    offered = "[...document.querySelector('select[name=strategy]').options].map((option) => option.value).join(' ')"
    _sign_in(phone, demo_url, width=375, height=812)
    phone.open(f"{demo_url}{_ALERTS}add/", width=375, height=812)
    phone.wait(_READY)
    phone.select("select[name=source]", "strategy")
    for owner, is_offered in ((trader.name, "true"), ("admin", "false"), (trader.name, "true")):
        _choose(phone, "owner", owner)
        phone.wait(f"{offered}.includes('{strategy}') === {is_offered}")
    _choose(phone, "symbol", "btcusdt", "BTCUSDT")
    phone.select("select[name=strategy]", strategy)
    assert phone.evaluate("document.querySelector('select[name=strategy]').selectedOptions[0].text").startswith(
        "RSI reversion on BTCUSDT"
    )
    _add_condition_at_the_line(phone)
    assert (phone.evaluate(_WIDTHS), phone.accessibility(), phone.problems()) == ([375, 375], [], [])
    phone.fill("input[name=name]", "By its advice")
    phone.select("select[name=operator]", "at_least")
    phone.fill("input[name=threshold]", "0.6")
    _save(phone)
    phone.wait(f"location.pathname === '/{_ALERTS}' && document.body?.innerText.includes('By its advice')")
    [rule] = trader.rules()
    assert (rule["source"], rule["strategy"], rule["symbol"]) == ("strategy", strategy, "BTCUSDT")
    [_, further] = rule["conditions"]
    assert {name: point["price"] for name, point in further["line"].items()} == line


def _add_condition_at_the_line(phone: BrowserPage) -> None:
    """Add a further condition, and choose the only line that the owner has drawn on the symbol."""
    phone.tap("[data-add]")
    phone.select("select[name=conditions-0-source]", "price")
    phone.select("select[name=conditions-0-operator]", "above")
    offered = "document.querySelector('select[name=conditions-0-line]').options"
    phone.wait(f"{offered}[1]?.text.startsWith('Rising from 64000.5 (')")
    phone.select("select[name=conditions-0-line]", phone.evaluate(f"{offered}[1].value"))


def _make_rule(page: BrowserPage, demo_url: str, *, name: str, threshold: str) -> None:
    page.open(f"{demo_url}{_ALERTS}add/")
    page.wait(_READY)
    _choose(page, "owner", "admin")
    page.fill("input[name=name]", name)
    _choose(page, "symbol", "btc usdt", "BTCUSDT")
    page.select("select[name=source]", "price")
    page.select("select[name=operator]", "above")
    page.fill("input[name=threshold]", threshold)
    _save(page)


def _choose(page: BrowserPage, field: str, typed: str, choice: str = "") -> None:
    """Open a field's list by keyboard, search it on the server, see that it has no finding, and take what is found."""
    found = "document.querySelector('.select2-results__option--highlighted')?.textContent"
    page.focus(f"#id_{field} + .select2-container [role=combobox]")
    page.press("Enter")
    page.wait("document.activeElement.matches('.select2-search__field')")
    page.type(typed)
    page.wait(f"{found} === '{choice or typed}'")
    assert page.accessibility() == []
    page.press("Enter")
    page.wait(f"document.getElementById('id_{field}').selectedOptions[0]?.text === '{choice or typed}'")


def _save(page: BrowserPage) -> None:
    page.click("[name=_save]")


def _confirm(page: BrowserPage, action: str, said: str) -> None:
    """Open an action's dialog, confirm it, and wait until the page says what was done."""
    page.click(f"[hx-get$='/{action}/']")
    page.wait("document.querySelector('#dialog button[type=submit]') !== null")
    page.click("#dialog button[type=submit]")
    page.wait(f"document.body?.innerText.includes({said!r}) && {_READY}")
