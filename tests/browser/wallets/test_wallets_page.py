"""The page at `/wallets/`, in a browser: what is pasted is followed on the simulated chain, block by block."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_READY = "document.querySelectorAll('#block-list .block').length > 0 && document.body.dataset.connection === 'live'"
_BALANCE = r"/\d.* ETH/.test(document.querySelector('#balance-rows .number')?.textContent ?? '')"
_NEWEST = "Number(document.querySelector('#block-list .block span').textContent.replaceAll(',', ''))"
_BAR = "[...document.querySelectorAll('#transaction-list progress')].some((bar) => !bar.hidden && bar.value > 0)"
_ANOTHER_CASE = "document.getElementById('wallet-spelling').textContent"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility()
  && !node.closest('.visually-hidden')
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.mark.timeout(600)  # the waits for a block and for a transaction by chance are longer than the usual limit
def test_a_pasted_address_is_followed_block_by_block_and_its_transactions_until_they_are_confirmed(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 400")
    address = _busy_address(demo_url)
    open_signed_in(page, f"{demo_url}wallets/", new_trader(demo_url), PASSWORD)
    page.wait(_READY)
    page.fill("#wallet-address", address.swapcase().replace("0X", "0x"))
    page.wait(f"{_ANOTHER_CASE} === 'Use {address}'")
    assert "wrong checksum" in page.text("#wallet-address-problem")
    page.click("#wallet-spelling")
    page.wait("document.getElementById('wallet-address-said').textContent === 'The checksum is right.'")
    page.fill("#wallet-label", "Pasted")
    page.press("Enter")
    page.wait(f"location.pathname.startsWith('/wallets/wallet_') && {_BALANCE}")
    assert page.text("#wallet-list .row-name") == "Pasted"
    _name_what_is_no_token(page, address)
    before = page.evaluate(_NEWEST)
    page.wait(f"{_NEWEST} > {before}", seconds=60)
    page.wait(_BAR, seconds=240)
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.click("#shown-remove")
    page.click("#confirm-agree")
    page.wait("document.querySelectorAll('#wallet-list li').length === 0")


def _name_what_is_no_token(page: BrowserPage, address: str) -> None:
    """Name somebody's address as if it were a token's contract, wrongly spelt at first; then remove it."""
    page.click("#token-more summary")
    page.fill("#token-contract", address.swapcase().replace("0X", "0x"))
    page.wait(f"document.getElementById('token-spelling').textContent === 'Use {address}'")
    page.click("#token-spelling")
    page.wait("document.getElementById('token-contract-said').textContent === 'The checksum is right.'")
    page.press("Enter")
    page.wait(
        "document.querySelector('#token-rows .token-state')?.textContent.startsWith('No token: there is no contract')"
    )
    page.click("#token-rows .link-button")
    page.click("#confirm-agree")
    page.wait("document.querySelectorAll('#token-rows li').length === 0")


def test_a_phone_shows_all_of_it_one_below_the_other(phone: BrowserPage, demo_url: str) -> None:
    name, address = new_trader(demo_url), _busy_address(demo_url)
    given = {"chain": "simulated", "address": address}
    ask(f"{demo_url}api/v1/wallets/", given, token=token_of(demo_url, name, PASSWORD))
    open_signed_in(phone, f"{demo_url}wallets/", name, PASSWORD, width=375, height=812)
    phone.wait(f"{_READY} && {_BALANCE}")
    assert (phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == ([375, 375], [])
    for selector in ("#wallet-address", "#wallet-list a", "#shown-remove", "#block-list", ".pages-open"):
        assert (selector, phone.evaluate(f"document.querySelector('{selector}').checkVisibility()")) == (selector, True)
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (scheme, phone.accessibility()) == (scheme, [])


def test_whoever_is_not_signed_in_reads_what_it_is_for(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}wallets/")
    page.wait("!document.getElementById('access').hidden")
    assert "No private key is ever asked for" in page.text("#access-text")
    assert page.accessibility() == []


def _busy_address(demo_url: str) -> str:
    """Return an address of the simulated chain that sends by chance: whom a demo wallet has met."""
    token = token_of(demo_url, "demo", "demo")
    [mine, *_] = ask(f"{demo_url}api/v1/wallets/", token=token)["items"]

    def others() -> list[str]:
        moved = ask(f"{demo_url}api/v1/wallets/{mine['id']}/history/", token=token)["items"]
        return [each["counterparty"] for each in moved if each["counterparty"]]

    until_now(others, seconds=60)
    return others()[0]
