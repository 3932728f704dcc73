"""The whole way of an alert, as a trader goes it, and as an operator sees it afterwards; on the demo as it is."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from tests.alerts.deliveries.http_receiver import HttpReceiver, Received, http_receiver
from tests.browser.alerts.trader import ROWS, Trader
from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.mailbox import Mailbox
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_DIALOG_OPEN = "document.getElementById('alert-dialog').open"
_PREFERENCES_LOADED = """document.querySelector('#preferences-kinds [name=alert][value=websocket]').checked
  && document.querySelectorAll('#reach-list li').length === 4"""
_SECRET = "document.getElementById('webhook-secret-text').textContent"
_LEVEL = "document.querySelector('[data-operand=threshold]').value"
_PRICE = "document.getElementById('chart-canvas').dataset.close"
_TOAST = "document.querySelector('.toast')?.innerText ?? ''"
_MAIL = "document.querySelector('.mail-list summary strong')?.textContent ?? ''"
_LATER_SECONDS = 60.0
_START_SECONDS = 20.0
_NEAR_SHARE = 0.001
_FAR_SHARE = 0.01
_OLDEST_SECONDS = 300
_ADMIN_READY = "document.readyState === 'complete' && window.Alpine !== undefined"
_ROWS_OF_ADMIN = "[...document.querySelectorAll('#result_list tbody tr')].map((row) => row.innerText)"
_RULE = "The whole way"
_ALL_OUT = {"websocket": "acknowledged", "email": "sent", "webhook": "sent"}


@contextmanager
def _receiver() -> Iterator[HttpReceiver]:
    """Run a webhook's receiver on this machine, beside the test."""
    started: list[HttpReceiver] = []
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with http_receiver() as receiver:
            started.append(receiver)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(_START_SECONDS), "the receiver doesn't start"
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(_START_SECONDS)
        assert not thread.is_alive(), "the receiver doesn't end"
        loop.close()


def test_it_tells_of_an_alert_everywhere_and_the_admin_shows_its_whole_history(
    page: BrowserPage, demo_url: str, mailbox: Mailbox
) -> None:
    trader = Trader(page, demo_url)
    trader.confirm_address(mailbox)
    with _receiver() as receiver:
        secret = _choose_email_and_webhook(page, f"{receiver.url}/hook")
        level = _make_a_rule_in_the_chart(page)
        _sees_it_on_the_page(page)
        until_now(lambda: len(receiver.received) == 1, seconds=_LATER_SECONDS)
        [posted] = receiver.received
    value = _is_told_by_the_webhook(posted, secret=secret, user=trader.name, level=level)
    operator = page.new_tab()
    _sign_in_to_the_admin(operator, demo_url)
    _finds_the_rule_and_its_firing(operator, demo_url, user=trader.name, value=value)
    _finds_the_notification_and_its_deliveries(operator, demo_url, user=trader.name)
    operator.close()


def _choose_email_and_webhook(page: BrowserPage, url: str) -> str:
    """Have alerts sent by email and to a webhook besides; return the webhook's secret, which is shown this once."""
    page.click("#bell-button")
    page.click("#preferences-open")
    page.wait(_PREFERENCES_LOADED)
    page.fill("#webhook-url", url)
    page.click("#webhook-save")
    page.wait(f"{_SECRET}.length > 20")
    for channel in ("email", "webhook"):
        page.click(f"#preferences-kinds [name=alert][value={channel}]")
    page.click("#preferences-save")
    page.wait("document.getElementById('preferences-said').textContent === 'Saved.'")
    secret = page.evaluate(_SECRET)
    page.click("#preferences-close")
    return str(secret)


def _make_a_rule_in_the_chart(page: BrowserPage) -> float:
    """Point at a price in the chart, on whose other side the market is already, and return that price."""
    page.hover("#chart-canvas")
    page.wait("!document.getElementById('price-here').hidden")
    page.click("#alert-here")
    page.wait(f"{_DIALOG_OPEN} && {_LEVEL} !== ''")
    level, price = (float(number) for number in page.evaluate(f"[{_LEVEL}, {_PRICE}]"))
    if abs(level / price - 1) < _NEAR_SHARE:  # the market may be on either side of it by the time the rule watches
        level = float(int(price * (1 - _FAR_SHARE)))
        page.fill("#alert-conditions [data-operand=threshold]", f"{level:.0f}")
    page.select("[data-path=operator]", "above" if level < price else "below")
    page.fill("#alert-name", _RULE)
    page.click("#alert-save")
    page.wait(f"!{_DIALOG_OPEN} && {ROWS} === 1")
    return level


def _sees_it_on_the_page(page: BrowserPage) -> None:
    """Be told by a toast, the bell and its list, and read the mail that came into the demo's folder."""
    page.wait(f"({_TOAST}).includes('{_RULE}')", seconds=_LATER_SECONDS)
    page.wait("document.getElementById('bell-count').textContent === '1'")
    page.wait("document.querySelector('.alert-row-fired').textContent.startsWith('Fired once')")
    page.click("#bell-button")
    page.wait(f"document.querySelector('.notification')?.innerText.includes('{_RULE}')")
    page.click("#notifications-view label:has([value=mails])")
    page.wait(f"({_MAIL}).includes('{_RULE}')", seconds=_LATER_SECONDS)
    page.click(".mail-list summary")
    page.wait("document.querySelector('.mail-text').checkVisibility()")


def _is_told_by_the_webhook(posted: Received, *, secret: str, user: str, level: float) -> str:
    """Check the signature as docs/deliveries.md tells receivers to, and return the value that fired."""
    fields = dict(part.split("=", 1) for part in posted.headers["x-tidewire-signature"].split(","))
    expected = hmac.new(secret.encode(), fields["t"].encode() + b"." + posted.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(expected, fields["v1"])
    assert abs(time.time() - int(fields["t"])) < _OLDEST_SECONDS
    told = json.loads(posted.body, parse_float=str, parse_int=str)
    assert (posted.method, posted.path, told["user"]) == ("POST", "/hook", user)
    assert (told["notification"]["kind"], told["alert"]["symbol"]) == ("alert", "BTCUSDT")
    assert (told["alert"]["name"], float(told["alert"]["threshold"])) == (_RULE, level)
    return f"{Decimal(told['alert']['value']).normalize():f}"


def _sign_in_to_the_admin(page: BrowserTab, url: str) -> None:
    page.open(f"{url}admin/login/?next=/admin/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.press("Enter")
    page.wait(f"location.pathname === '/admin/' && {_ADMIN_READY}")


def _row_of(page: BrowserTab, address: str) -> str:
    """Return the text of the one row of a list."""
    page.open(address)
    page.wait(f"{_ADMIN_READY} && ({_ROWS_OF_ADMIN}).length === 1")
    return str(page.evaluate(f"({_ROWS_OF_ADMIN})[0]"))


def _finds_the_rule_and_its_firing(page: BrowserTab, url: str, *, user: str, value: str) -> None:
    """Find the rule with its last firing on its page, and the firing with a link to what followed."""
    row = _row_of(page, f"{url}admin/alerts/alertrule/?q={user}")
    assert (_RULE in row, user in row) == (True, True)
    page.click("#result_list tbody th a")
    page.wait(f"/alertrule.[0-9]+.change/.test(location.pathname) && {_ADMIN_READY}")
    shown = page.text("body")
    assert ("Firings\n1\n" in shown, "Last fired at\n-" in shown) == (True, False)
    page.click("[href='#events']")
    page.wait(f"document.getElementById('events-group').innerText.includes('{value}')")
    row = _row_of(page, f"{url}admin/alerts/alertevent/?user_is={user}")
    assert (_RULE in row, "BTCUSDT price" in row, value in row) == (True, True, True)
    page.click("#result_list tbody th a")
    page.wait(f"/alertevent.[0-9]+.change/.test(location.pathname) && {_ADMIN_READY}")
    page.click("a[href*='/admin/alerts/notification/'][href$='/change/']")
    page.wait(f"/notification.[0-9]+.change/.test(location.pathname) && {_ADMIN_READY}")
    assert _RULE in page.text("body")


def _finds_the_notification_and_its_deliveries(page: BrowserTab, url: str, *, user: str) -> None:
    """Find the notification, and each of its deliveries gone out at the first attempt."""
    assert _RULE in _row_of(page, f"{url}admin/alerts/notification/?user_is={user}")
    page.open(f"{url}admin/alerts/delivery/?user_is={user}")
    until_now(lambda: _states_of_deliveries(page) == _ALL_OUT, explain=lambda: page.text("#result_list"))


def _states_of_deliveries(page: BrowserTab) -> dict[str, str]:
    """Load the list of deliveries anew, and return the state that each channel's row shows."""
    page.reload()
    page.wait(f"{_ADMIN_READY} && ({_ROWS_OF_ADMIN}).length === 3")
    rows = [str(row).lower() for row in page.evaluate(_ROWS_OF_ADMIN)]
    states = ("acknowledged", "waiting", "sent")
    return {
        channel: next((state for state in states if state in row), "")
        for row in rows
        for channel in _ALL_OUT
        if channel in row
    }
