"""What happens on the simulated chain: reorganisations, drops, replacements, each as clients of a node see it."""

import asyncio
from typing import Any

import httpx2
import pytest
import websockets

from tests.manual_clock import ManualClock
from tests.waiting import until
from tests.wallets.simulator.conftest import Call, Connect
from tests.wallets.simulator.talking import received, requested, told
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings


def seeded(seed: int, **settings: Any) -> SimulatedNode:
    return SimulatedNode(seed=seed, clock=ManualClock(), settings=ChainSettings(**settings))


def test_the_same_seed_and_clock_give_the_same_chain() -> None:
    heads = [seeded(seed, reorganisation_chance=0.1).chain.head.hash for seed in (3, 3, 4)]
    assert heads[0] == heads[1] != heads[2]


def test_life_on_it_has_all_that_a_follower_must_know() -> None:
    node = seeded(1, history=400, activity=8)
    outcomes = [outcome for block in node.chain.blocks for outcome in block.outcomes]
    assert {outcome.succeeded for outcome in outcomes} == {True, False}
    assert any(outcome.logs for outcome in outcomes)
    cancelled = [each.transaction for each in outcomes if each.transaction.sender == each.transaction.recipient]
    assert any(transaction.value == 0 for transaction in cancelled)
    owned = sum(node.chain.ledger.coins.values())
    burnt = sum(outcome.gas_used * block.base_fee for block in node.chain.blocks for outcome in block.outcomes)
    assert owned + burnt == 20 * 1000 * 10**18


def test_it_forgets_what_is_old() -> None:
    node = seeded(1, history=4100, activity=1)
    assert len(node.chain.blocks) <= 4000
    oldest = node.chain.blocks[0].number
    assert node.chain.at(oldest - 1) is None
    assert (found := node.chain.at(oldest)) is not None
    assert found.number == oldest


async def test_blocks_come_as_the_clock_goes_on(node: SimulatedNode, clock: ManualClock, connect: Connect) -> None:
    connection = await connect()
    subscription = await requested(connection, "eth_subscribe", "newHeads")
    clock.advance(11.0)
    node.tick()
    clock.advance(13.0)
    node.tick()
    heads = [await told(connection, subscription) for _ in range(2)]
    assert [int(head["number"], 16) for head in heads] == [81, 82]
    assert heads[1]["parentHash"] == heads[0]["hash"]
    block = await requested(connection, "eth_getBlockByNumber", heads[1]["number"], False)
    assert block.items() >= heads[1].items()


async def test_it_reads_requests_that_come_as_binary_frames(connect: Connect) -> None:
    connection = await connect()
    await connection.send(b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')  # as web3 does
    assert await received(connection) == {"jsonrpc": "2.0", "id": 1, "result": hex(31337)}


async def test_it_tells_what_is_sent_by_hash_or_whole(connect: Connect, control: Call) -> None:
    by_hash, whole = await connect(), await connect()
    hashes = await requested(by_hash, "eth_subscribe", "newPendingTransactions")
    transactions = await requested(whole, "eth_subscribe", "newPendingTransactions", True)
    sender, recipient = (await control("accounts"))["accounts"][:2]
    sent = (await control("send", **{"from": sender, "to": recipient, "amount": 10**25 // 10**6}))["hash"]
    assert await told(by_hash, hashes) == sent
    transaction = await told(whole, transactions)
    assert (transaction["hash"], transaction["blockHash"]) == (sent, None)
    assert transaction == await requested(whole, "eth_getTransactionByHash", sent)


async def test_who_unsubscribes_is_told_no_more(connect: Connect, control: Call) -> None:
    connection = await connect()
    subscription = await requested(connection, "eth_subscribe", "newHeads")
    await control("mine")
    await told(connection, subscription)
    assert await requested(connection, "eth_unsubscribe", subscription) is True
    await control("mine")
    assert await requested(connection, "eth_blockNumber") == "0x52"
    await connection.send('{"jsonrpc":"2.0","id":1,"method":"eth_unsubscribe","params":["0x1"]}')
    assert (await received(connection))["error"] == {"code": -32000, "message": "subscription not found"}
    await connection.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["weather"]}')
    assert (await received(connection))["error"]["message"] == 'no "weather" subscription in eth namespace'


async def test_a_reorganisation_takes_blocks_back_and_their_transactions_come_again(
    call: Call, control: Call, connect: Connect
) -> None:
    connection = await connect()
    subscription = await requested(connection, "eth_subscribe", "newHeads")
    sent = await _sent(control)
    await control("mine", blocks=2)
    before = await call("eth_getTransactionByHash", sent)
    answer = await control("reorganise", depth=2, length=3)
    assert len(answer["taken_back"]) == 2
    heads = [await told(connection, subscription) for _ in range(5)]
    assert [int(head["number"], 16) for head in heads] == [81, 82, 81, 82, 83]
    assert heads[2]["parentHash"] == heads[0]["parentHash"]
    after = await call("eth_getTransactionByHash", sent)
    assert (before["blockNumber"], after["blockNumber"]) == ("0x51", "0x53")
    assert await call("eth_getBlockByNumber", "0x51", False) != await call(
        "eth_getBlockByHash", heads[0]["hash"], False
    )
    assert (await call("eth_getBlockByHash", heads[0]["hash"], False))["hash"] == heads[0]["hash"]


async def test_a_reorganisation_may_lose_what_it_takes_back_and_be_shorter(call: Call, control: Call) -> None:
    sent = await _sent(control)
    await control("mine", blocks=3)
    await control("reorganise", depth=3, length=1, drop="true")
    assert await call("eth_blockNumber") == "0x51"
    assert await call("eth_getTransactionByHash", sent) is None
    assert await call("eth_getTransactionReceipt", sent) is None


async def test_what_waits_can_be_dropped(call: Call, control: Call) -> None:
    sent = await _sent(control)
    assert sent in await control("pool")
    assert await control("drop", hash=sent) == {"dropped": True}
    assert await control("drop", hash=sent) == {"dropped": False}
    await control("mine")
    assert await call("eth_getTransactionByHash", sent) is None


@pytest.mark.parametrize("kind", ["speed_up", "cancel"])
async def test_what_waits_can_be_replaced(call: Call, control: Call, kind: str) -> None:
    sent = await _sent(control)
    before = await call("eth_getTransactionByHash", sent)
    other = (await control("replace", hash=sent, kind=kind))["hash"]
    assert await call("eth_getTransactionByHash", sent) is None
    after = await call("eth_getTransactionByHash", other)
    assert (after["from"], after["nonce"]) == (before["from"], before["nonce"])
    same = (after["to"], after["value"]) == (before["to"], before["value"])
    nothing = (after["to"], after["value"]) == (before["from"], "0x0")
    assert (same, nothing) == (kind == "speed_up", kind == "cancel")
    await control("mine")
    assert (await call("eth_getTransactionReceipt", other))["status"] == "0x1"


async def test_a_pool_takes_another_only_for_ten_per_cent_more(call: Call, ask: Call, control: Call) -> None:
    sent = await call("eth_getTransactionByHash", await _sent(control))
    fees = ("maxFeePerGas", "maxPriorityFeePerGas")
    same = {name: sent[name] for name in ("from", "to", "nonce")}

    async def answer(per_cent: int) -> Any:
        return await ask("eth_sendTransaction", {**same, **{f: hex(int(sent[f], 16) * per_cent // 100) for f in fees}})

    refused = {"error": {"code": -32000, "message": "replacement transaction underpriced"}}
    assert await answer(109) == refused
    taken = await answer(110)
    assert await answer(110) == {"error": {"code": -32000, "message": "already known"}}
    assert await call("eth_getTransactionByHash", sent["hash"]) is None
    await control("mine")
    assert (await call("eth_getTransactionReceipt", taken["result"]))["blockNumber"] == "0x51"
    assert "nonce too low" in (await answer(200))["error"]["message"]
    rich = await ask("eth_sendTransaction", {"from": sent["from"], "to": sent["to"], "value": hex(10**30)})
    assert "insufficient funds for gas * price + value" in rich["error"]["message"]


async def test_it_stands_still_while_it_is_paused(node: SimulatedNode, clock: ManualClock, control: Call) -> None:
    await control("pause")
    clock.advance(100.0)
    node.tick()
    assert node.chain.head.number == 80
    await control("resume")
    node.tick()
    assert node.chain.head.number == 88


async def test_connections_can_be_cut(connect: Connect, control: Call) -> None:
    connection = await connect()
    await requested(connection, "eth_chainId")
    assert await control("cut") == {"cut": 1}
    with pytest.raises(websockets.ConnectionClosedError):
        await asyncio.wait_for(connection.recv(), 5)
    assert (connection.close_code, connection.close_reason) == (1006, "")


async def test_a_client_that_leaves_is_forgotten(node: SimulatedNode, connect: Connect) -> None:
    connection = await connect()
    await requested(connection, "eth_subscribe", "newHeads")
    await connection.close()
    await until(lambda: node.cut() == 0)


IMPOSSIBLE = [
    ("nonsense", 404, "nothing at /simulator/nonsense"),
    ("mine?blocks=x", 400, "blocks must be a whole number, not 'x'"),
    ("mine?blocks=1001", 400, "blocks must be at most 1000"),
    ("mine?block=1", 400, "mine takes blocks; not 'block'"),
    ("mine?blocks=1&blocks=2", 400, "a parameter was given twice"),
    ("reorganise?depth=0", 400, "depth must be from 1 to 80, not 0"),
    ("reorganise?depth=81", 400, "depth must be from 1 to 80, not 81"),
    ("reorganise?length=102", 400, "length must be from 0 to 101, not 102"),
    ("reorganise?drop=perhaps", 400, "drop must be one of false, true"),
    ("send?from=0x1", 400, "from must be an address: 0x and 40 hexadecimal digits"),
    ("replace?hash=0x1", 400, "hash must be that of a transaction that waits in the pool"),
    ("pause?seconds=1", 400, "pause takes no parameters; not 'seconds'"),
]


async def test_it_says_what_it_cannot_do_and_does_nothing(node: SimulatedNode, http: httpx2.AsyncClient) -> None:
    head, waiting = node.chain.head, node.chain.pool.transactions
    for address, status, message in IMPOSSIBLE:
        answer = await http.get(f"/simulator/{address}")
        assert (answer.status_code, answer.json()) == (status, {"error": message})
    assert (node.chain.head, node.chain.pool.transactions) == (head, waiting)


async def test_nothing_is_controlled_where_nobody_may(clock: ManualClock) -> None:
    node = SimulatedNode(clock=clock, settings=ChainSettings(tick_interval=None))
    await node.start()
    async with httpx2.AsyncClient(base_url=node.http_url, trust_env=False) as client:
        assert (await client.get("/simulator/mine")).status_code == 404
    await node.stop()


async def _sent(control: Call) -> str:
    """Let one account send coins to another, and return the transaction's hash."""
    sender, recipient = (await control("accounts"))["accounts"][:2]
    sent: str = (await control("send", **{"from": sender, "to": recipient, "amount": 10**15}))["hash"]
    return sent
