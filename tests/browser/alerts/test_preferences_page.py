"""The preferences on the page, in a browser: kinds and channels, quiet hours, and where the channels reach the user."""

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, sign_in, token_of

pytestmark = pytest.mark.browser

_LIVE = "document.body.dataset.connection === 'live'"
_LOADED = "document.querySelector('#preferences-kinds [name=alert][value=websocket]').checked"
_SAID = "document.getElementById('preferences-said').textContent"
_REACH = "document.getElementById('reach-list').innerText"
_SECRET = "document.getElementById('webhook-secret')"
_SERVICES: tuple[tuple[str, dict[str, str], str], ...] = (
    ("ntfy", {"url": "https://ntfy.sh/a-secret-topic"}, "https://ntfy.sh/…pic"),
    ("slack", {"url": "https://hooks.slack.com/services/T0/B0/secret"}, "https://hooks.slack.com/…ret"),
    ("discord", {"url": "https://discord.com/api/webhooks/1/secret"}, "https://discord.com/…ret"),
    (
        "telegram",
        {"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat_id": "123456789"},
        "https://api.telegram.org/…, chat …789",
    ),
)
_IS_OPEN = "document.getElementById('preferences').open"
_IS_ASKED = "document.getElementById('confirm').open"
_NOBODY = "http://127.0.0.1:9/hook"
_HOLD_THE_WEBHOOK = """{
  const ask = globalThis.fetch;
  globalThis.fetch = async (address, options) => {
    const answer = await ask(address, options);
    if (String(address).endsWith('/webhook/') && !options.method) await new Promise((go) => (globalThis.letGo = go));
    return answer;
  };
}"""


def _problem(control: str) -> str:
    return f"document.getElementById('{control}-problem').textContent"


def _open(page: BrowserTab, url: str, name: str, *, width: int = 1440, height: int = 1080, reach: int = 4) -> None:
    open_signed_in(page, url, name, PASSWORD, width=width, height=height)
    _open_dialog(page, reach=reach)


def _open_dialog(page: BrowserTab, *, reach: int = 4) -> None:
    page.wait(f"{_LIVE} && document.getElementById('bell').dataset.state === 'ready'")  # the socket is the user's, too
    page.click("#bell-button")
    page.click("#preferences-open")
    page.wait(f"{_LOADED} && document.querySelectorAll('#reach-list li').length === {reach}")


@pytest.fixture
def name(demo_url: str) -> str:
    """Return the name of a new user."""
    return new_trader(demo_url)


def test_it_keeps_kinds_channels_quiet_hours_and_a_webhook_and_tells_in_place_what_is_wrong(
    page: BrowserPage, demo_url: str, name: str
) -> None:
    page.expect_problems("status of 400")
    _open(page, demo_url, name)
    page.wait(f"{_REACH}.includes('{name}@example.org')")
    _is_told_that_the_browser_lets_nobody_push(page)
    _is_told_what_is_wrong(page)
    _sets_a_webhook(page)
    page.click("#preferences-kinds [name=alert][value=email]")
    page.fill("#preferences-start", "21:30")
    page.fill("#preferences-end", "07:00")
    page.fill("#preferences-timezone", "Asia/Tokyo")
    page.click("#preferences-escalate")
    page.click("#preferences-save")
    page.wait(f"{_SAID} === 'Saved.'")
    kept = ask(f"{demo_url}api/v1/notifications/preferences/", token=token_of(demo_url, name, PASSWORD))
    assert kept["kinds"]["alert"] == ["websocket", "email"]
    assert kept["chosen"] == ["alert"]
    assert kept["quiet_hours"] == {"start": "21:30", "end": "07:00", "timezone": "Asia/Tokyo"}
    assert (kept["digest"], kept["escalate"]) == (True, True)
    page.reload()
    _open_dialog(page)
    assert page.evaluate("document.getElementById('preferences-start').value") == "21:30"
    assert page.evaluate("document.getElementById('preferences-escalate').checked") is True
    page.click("#preferences-quiet")
    page.click("#preferences-save")
    page.wait(f"{_SAID} === 'Saved.'")
    kept = ask(f"{demo_url}api/v1/notifications/preferences/", token=token_of(demo_url, name, PASSWORD))
    assert kept["quiet_hours"] is None
    _removes_the_webhook(page)


def _is_told_that_the_browser_lets_nobody_push(page: BrowserPage) -> None:
    page.wait("!document.getElementById('push-on').hidden")
    page.click("#push-on")
    page.wait("document.getElementById('push-state').textContent.startsWith('This browser doesn\\'t let')")


def _is_told_what_is_wrong(page: BrowserPage) -> None:
    """See problems beside wrong quiet hours and a webhook of this network; there is no barrier in either colour."""
    page.click("#preferences-quiet")
    page.fill("#preferences-timezone", "Atlantis")
    page.click("#preferences-save")
    page.wait(f"{_problem('preferences-timezone')}.includes('must be an IANA time zone')")
    assert page.evaluate("document.activeElement.id") == "preferences-timezone"
    page.fill("#preferences-timezone", "UTC")
    page.fill("#preferences-end", "22:00")
    page.click("#preferences-save")
    page.wait(f"{_problem('preferences-end')}.includes('must differ') && {_problem('preferences-timezone')} === ''")
    page.fill("#webhook-url", "http://169.254.169.254/latest/meta-data/")
    page.click("#webhook-save")
    page.wait(f"{_problem('webhook-url')} !== ''")
    assert page.evaluate("document.getElementById('webhook-url').getAttribute('aria-invalid')") == "true"
    for scheme in ("light", "dark"):
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])


def _sets_a_webhook(page: BrowserPage) -> None:
    page.fill("#webhook-url", "https://example.com/hook")
    page.click("#webhook-save")
    page.wait(f"!{_SECRET}.hidden && document.getElementById('webhook-secret-text').textContent.length > 20")
    page.wait(f"{_REACH}.includes('https://example.com/hook')")


def _removes_the_webhook(page: BrowserPage) -> None:
    """Find it there, its secret no longer shown, and take it away."""
    page.wait("document.getElementById('webhook-url').value === 'https://example.com/hook'")
    assert page.evaluate(f"{_SECRET}.hidden") is True
    page.click("#webhook-remove")
    page.wait("document.getElementById('webhook-url').value === '' && document.getElementById('webhook-remove').hidden")


def test_it_sends_a_test_by_the_webhook_and_shows_why_it_failed(page: BrowserPage, demo_url: str, name: str) -> None:
    _open(page, demo_url, name)
    page.fill("#webhook-url", _NOBODY)
    page.click("#webhook-save")
    page.wait("!document.getElementById('webhook-test').hidden")
    page.click("#webhook-test")
    page.wait("document.getElementById('webhook-results').innerText.includes('A test by Webhook: failed in')")
    assert "the connection failed" in page.evaluate("document.getElementById('webhook-results').innerText")
    assert page.accessibility() == []


def test_it_offers_each_service_once_it_has_an_address_and_shows_no_more_of_it_than_the_end(
    page: BrowserPage, demo_url: str, name: str
) -> None:
    _open(page, demo_url, name)
    for channel, fields, shown in _SERVICES:
        column = f"getComputedStyle(document.querySelector('#preferences-channels [data-channel={channel}]')).display"
        now = f"document.getElementById('{channel}-now').textContent"
        assert page.evaluate(column) == "none"
        for field, typed in fields.items():
            page.fill(f"#{channel}-{field}", typed)
        page.click(f"#{channel}-save")
        page.wait(f"{now} === 'Now: {shown}'")
        page.wait(f"{column} === 'table-cell' && {_REACH}.includes('{shown}')")
        assert {page.evaluate(f"document.getElementById('{channel}-{field}').value") for field in fields} == {""}
    assert page.accessibility() == []
    for channel, _, _ in _SERVICES:
        page.click(f"#{channel}-remove")
        page.wait(f"document.getElementById('{channel}-now').textContent === ''")
        page.wait(f"document.querySelector('#preferences-channels [data-channel={channel}]').hidden")


def test_it_keeps_what_its_reader_types_though_an_answer_comes_late(
    page: BrowserPage, demo_url: str, name: str
) -> None:
    page.open(demo_url, height=1080)
    page.wait(_LIVE)
    page.evaluate(_HOLD_THE_WEBHOOK)
    sign_in(page, name, PASSWORD)
    _open_dialog(page)
    page.wait("globalThis.letGo !== undefined")
    page.fill("#webhook-url", "https://example.com/hook")
    page.evaluate("letGo()")
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")
    page.click("#webhook-save")
    page.wait(f"{_REACH}.includes('https://example.com/hook') && !{_SECRET}.hidden")
    page.click("#preferences-save")
    page.wait(f"{_SAID} === 'Saved.'")
    assert page.evaluate(f"{_SECRET}.hidden") is False  # it is shown this once


def test_it_asks_before_it_throws_away_what_was_typed(page: BrowserPage, demo_url: str, name: str) -> None:
    _open(page, demo_url, name)
    page.press("Escape")
    page.wait(f"!{_IS_OPEN}")
    _open_dialog(page)
    page.click("#preferences-quiet")
    page.fill("#preferences-start", "21:30")
    for _ in range(3):  # of such closings in a row without a click Chromium lets a page prevent no more than two
        page.press("Escape")
        page.wait(_IS_ASKED)
        assert page.text("#confirm-title") == "Discard the changes?"
        page.press("Escape")
        page.wait(f"!{_IS_ASKED} && {_IS_OPEN}")
    assert page.evaluate("document.getElementById('preferences-start').value") == "21:30"
    _discards(page)
    assert page.evaluate("document.getElementById('preferences-quiet').checked") is False
    for field in ("webhook-url", "ntfy-url"):
        page.fill(f"#{field}", "https://example.com/hook")
        _discards(page)
        assert page.evaluate(f"document.getElementById('{field}').value") == ""


def _discards(page: BrowserPage) -> None:
    """Leave the dialog, agree, and come again."""
    page.click("#preferences-close")
    page.wait(_IS_ASKED)
    page.click("#confirm-agree")
    page.wait(f"!{_IS_ASKED} && !{_IS_OPEN}")
    _open_dialog(page)


def test_it_fits_a_phone_whose_reader_is_reached_by_every_service(phone: BrowserPage, demo_url: str, name: str) -> None:
    token = token_of(demo_url, name, PASSWORD)
    for channel, fields, _ in _SERVICES:
        given = {"channel": channel, **fields}
        ask(f"{demo_url}api/v1/notifications/services/", given, token=token, method="PUT")
    _open(phone, demo_url, name, width=375, height=667, reach=8)
    body = "document.querySelector('.preferences-body')"
    assert phone.evaluate(f"{body}.scrollWidth - {body}.clientWidth") == 0
    box = phone.evaluate("document.getElementById('preferences').getBoundingClientRect().toJSON()")
    assert (box["left"] >= 0, box["right"] <= 375, box["bottom"] <= 667) == (True, True, True)
    assert phone.evaluate("[document.documentElement.scrollWidth, visualViewport.width]") == [375, 375]
    assert phone.accessibility() == []
