"""A follower of a real node, Foundry's anvil: a transfer made by hand, confirmed, taken back, and come again."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from accounts.models import User
from streaming.workers.database_thread import DatabaseThread
from tests.manual_clock import ManualClock
from tests.services import need_node, need_node_module
from tests.waiting import until, until_answer
from wallets.chain import NATIVE
from wallets.follower.chain_follower import ChainFollower
from wallets.follower.storage import ChainStorage
from wallets.follower.stored_chain import chains_enabled
from wallets.models import Balance, Chain, ChainTransaction, OutboxEvent, Wallet

pytestmark = pytest.mark.node
NAME = "anvil"
REQUIRED = 3


class Anvil:
    """A running anvil, which mines when it is told to."""

    def __init__(self, client: httpx2.AsyncClient, port: int) -> None:
        self._client = client
        self.url = f"ws://127.0.0.1:{port}"

    async def ask(self, method: str, *parameters: Any) -> Any:
        """Return the result of a call."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        answer = (await self._client.post("/", json=request)).json()
        assert "error" not in answer, answer
        return answer["result"]


@pytest.fixture
async def anvil(tmp_path: Path) -> AsyncIterator[Anvil]:
    need_node()
    program = need_node_module("@foundry-rs/anvil-linux-amd64").parents[1] / ".bin" / "anvil"
    printed = tmp_path / "anvil.log"  # a pipe that nobody reads would fill up
    with printed.open("wb") as output:
        process = await asyncio.create_subprocess_exec(str(program), "--port", "0", "--no-mining", stdout=output)
    try:
        await until(lambda: process.returncode is not None or _ports(printed))
        assert process.returncode is None, printed.read_text(encoding="utf-8")
        (port,) = _ports(printed)
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield Anvil(client, port)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _ports(printed: Path) -> list[int]:
    """Return the port that anvil has printed, once it has."""
    return [int(port) for port in re.findall(r"Listening on [\d.]+:(\d+)\s", printed.read_text(encoding="utf-8"))]


@pytest.fixture
async def database(transactional_db: None) -> AsyncIterator[DatabaseThread]:
    thread = DatabaseThread("test-anvil")
    yield thread
    await thread.stop()


@pytest.fixture
async def account(anvil: Anvil, database: DatabaseThread) -> AsyncIterator[str]:
    """The first account of an anvil with some blocks, whose owner watches it while the chain is followed."""
    address: str = (await anvil.ask("eth_accounts"))[0].lower()
    await anvil.ask("anvil_mine", "0x5")
    await database.run(_store, anvil.url, address)
    (chain,) = await database.run(chains_enabled)
    clock = ManualClock()
    storage = ChainStorage(NAME, database, fence=None, clock=clock, stored=lambda: None, report=lambda *_: None)
    following = asyncio.create_task(ChainFollower(chain, storage, clock=clock).run())
    await until_answer(lambda: database.run(Balance.objects.filter(address=address, asset=NATIVE).count), 1)
    yield address
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def _store(url: str, address: str) -> None:
    owner = User.objects.create_user(username="owner", email="owner@example.com")
    chain = Chain.objects.create(name=NAME, chain_id=31337, symbol="ETH", nodes=[url], confirmations=REQUIRED)
    Wallet.objects.create(owner=owner, chain=chain, address=address, created_at=datetime(2024, 1, 1, tzinfo=UTC))


def _status(transaction_hash: str) -> Callable[[], tuple[str, int] | None]:
    rows = ChainTransaction.objects.filter(hash=transaction_hash)
    return rows.values_list("status", "confirmations").first


async def test_a_transfer_is_confirmed_taken_back_and_comes_again(
    anvil: Anvil, account: str, database: DatabaseThread
) -> None:
    transfer = {
        "from": account,
        "to": f"0x{'11' * 20}",
        "value": hex(10**18),
        "gas": hex(21_000),
        "maxFeePerGas": hex(2 * 10**9),
        "maxPriorityFeePerGas": "0x1",
    }
    sent = await anvil.ask("eth_sendTransaction", transfer)

    async def comes_to(*expected: object) -> None:
        await until_answer(lambda: database.run(_status(sent)), expected)

    async def is_confirmed_block_by_block() -> None:
        await comes_to("pending", 0)
        for confirmations in range(1, REQUIRED + 1):
            await anvil.ask("evm_mine")
            await comes_to("confirmed" if confirmations == REQUIRED else "confirming", confirmations)

    await is_confirmed_block_by_block()
    await anvil.ask("anvil_reorg", REQUIRED, [])
    await comes_to("retracted", 0)
    assert await anvil.ask("eth_sendTransaction", transfer) == sent
    await is_confirmed_block_by_block()
    balance = await database.run(Balance.objects.get, address=account, asset=NATIVE)
    assert balance.amount == int(await anvil.ask("eth_getBalance", account, "latest"), 16)
    told = re.findall(r'"status":"(\w+)"', "".join(await database.run(_events)))
    once = ["pending", "confirming", "confirming", "confirmed"]
    assert told == [*once, "retracted", *once]


def _events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("event", flat=True))
