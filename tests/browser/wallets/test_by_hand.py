"""What docs/wallets.md leads through: a real node, whose chain staff add, a transfer by hand, and a reorganisation."""

import json

import pytest

from benchmarks.wallets.anvil import Anvil, running_anvil
from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_REQUIRED = 3
_STATUS = "(document.querySelector('#transaction-list .transaction-status')?.textContent ?? '')"
_FIRST_MOVEMENT = "(document.querySelector('#movement-rows li')?.textContent ?? '')"
_BLOCKS_TAKEN_BACK = "document.querySelectorAll('#block-list .retracted').length"


@pytest.mark.timeout(180)  # a demo of its own, and pages of two users
def test_a_transfer_by_hand_is_confirmed_block_by_block_taken_back_and_comes_again(
    page: BrowserPage, own_demo: DemoProcess
) -> None:
    with running_anvil() as anvil:
        own_demo.start()
        anvil.ask("anvil_mine", "0x5")
        _add_chain(page, own_demo.url, anvil)
        account, recipient, *_ = anvil.ask("eth_accounts")
        name = new_trader(own_demo.url)  # of whose wallets no other transaction comes first
        open_signed_in(page, f"{own_demo.url}wallets/", name, PASSWORD)
        page.wait("[...document.getElementById('wallet-chain').options].some(({ value }) => value === 'anvil')")
        page.select("#wallet-chain", "anvil")
        page.fill("#wallet-address", account)
        page.press("Enter")
        page.wait("document.getElementById('balance-rows').textContent.includes('10,000 ETH')")
        page.select("#block-chain", "anvil")
        transfer = {"from": account, "to": recipient, "value": hex(10**18), "maxFeePerGas": hex(2 * 10**9),
                    "maxPriorityFeePerGas": "0x1", "gas": hex(21_000)}  # fmt: skip
        sent = anvil.ask("eth_sendTransaction", transfer)
        _is_confirmed_block_by_block(page, anvil)
        _wait_for_notices(own_demo.url, name, sent, ["Outgoing 1 ETH", "Transaction confirmed"])
        anvil.ask("anvil_reorg", _REQUIRED, [])
        page.wait(f"{_STATUS}.startsWith('Taken back by a reorganisation') && {_BLOCKS_TAKEN_BACK} === {_REQUIRED}")
        page.wait(f"{_FIRST_MOVEMENT}.includes('Taken back by a reorganisation')")
        assert "A reorganisation took back 3 blocks: 6 to 8." in page.text("#reorganisation")
        assert page.accessibility() == []
        assert anvil.ask("eth_sendTransaction", transfer) == sent
        _is_confirmed_block_by_block(page, anvil)
        page.wait(f"{_FIRST_MOVEMENT}.includes('1 ETH') && !{_FIRST_MOVEMENT}.includes('Taken back')")
        told = ["Outgoing 1 ETH", "Transaction confirmed"]
        taken = ["Outgoing 1 ETH, taken back by a reorganisation", "Transaction taken back by a reorganisation"]
        _wait_for_notices(own_demo.url, name, sent, [*told, *taken, *told])


def _is_confirmed_block_by_block(page: BrowserPage, anvil: Anvil) -> None:
    page.wait(f"{_STATUS}.startsWith('Pending')", seconds=20)
    for confirmations in range(1, _REQUIRED + 1):
        anvil.ask("evm_mine")
        is_done = confirmations == _REQUIRED
        page.wait(f"{_STATUS}.startsWith('{'Confirmed' if is_done else f'Confirming: {confirmations} of 3'}')")
        bar = "document.querySelector('#transaction-list progress')"
        assert page.evaluate(f"[{bar}.hidden, {bar}.value, {bar}.max]") == [False, confirmations, _REQUIRED]


def _add_chain(page: BrowserPage, url: str, anvil: Anvil) -> None:
    """Add the node's chain in the admin, as the documentation says."""
    page.open(f"{url}admin/login/?next=/admin/wallets/chain/add/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "admin")
    page.press("Enter")
    page.wait("document.querySelector('[name=chain_id]') !== null")
    given = {"name": "anvil", "chain_id": "31337", "symbol": "ETH", "nodes": json.dumps([anvil.url]),
             "block_time_seconds": "2", "confirmations": str(_REQUIRED)}  # fmt: skip
    for name, value in given.items():
        page.fill(f"[name={name}]", value)
    page.click("[name=_save]")
    page.wait("document.body?.textContent.includes('was added successfully')")


def _wait_for_notices(url: str, name: str, sent: str, titles: list[str]) -> None:
    """Wait until the user was notified of just this about the transaction, in this order."""
    token = token_of(url, name, PASSWORD)

    def told() -> list[str]:
        items = ask(f"{url}api/v1/notifications/?kind=wallet&limit=100", token=token)["items"]
        return [each["title"] for each in reversed(items) if each["data"].get("tx") == sent]

    until_now(lambda: told() == titles, explain=lambda: str(told()))
