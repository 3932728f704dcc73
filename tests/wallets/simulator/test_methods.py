"""What the simulated node answers, over its socket, as other nodes do."""

from itertools import pairwise
from typing import Any

import httpx2

from tests.wallets.simulator.conftest import Call
from wallets.simulator.chain.tokens import TRANSFER_EVENT, transfer_data
from wallets.simulator.node import SimulatedNode

NOWHERE = f"0x{0xDEAD:040x}"
NO_HASH = f"0x{0xDEAD:064x}"
# https://ethereum.github.io/execution-apis; signatures are left out, as nobody here signs.
BLOCK_FIELDS = """
    baseFeePerGas difficulty extraData gasLimit gasUsed hash logsBloom miner mixHash nonce number parentHash
    receiptsRoot sha3Uncles size stateRoot timestamp transactions transactionsRoot uncles
"""
TRANSACTION_FIELDS = """
    accessList blockHash blockNumber from gas gasPrice hash input maxFeePerGas maxPriorityFeePerGas nonce to
    transactionIndex type value
"""
RECEIPT_FIELDS = """
    blockHash blockNumber contractAddress cumulativeGasUsed effectiveGasPrice from gasUsed logs logsBloom status to
    transactionHash transactionIndex type
"""
LOG_FIELDS = """
    address blockHash blockNumber blockTimestamp data logIndex removed topics transactionHash transactionIndex
"""


async def test_it_says_which_chain_it_is_and_how_far(node: SimulatedNode, call: Call) -> None:
    assert await call("eth_chainId") == hex(31337)
    assert await call("net_version") == "31337"
    assert await call("eth_syncing") is False
    assert await call("eth_blockNumber") == hex(node.chain.head.number) == "0x50"


async def test_its_blocks_each_name_the_one_before(call: Call) -> None:
    blocks = [await call("eth_getBlockByNumber", hex(number), False) for number in range(70, 81)]
    assert [block["parentHash"] for block in blocks[1:]] == [block["hash"] for block in blocks[:-1]]
    assert {int(after["timestamp"], 16) - int(before["timestamp"], 16) for before, after in pairwise(blocks)} == {12}
    assert await call("eth_getBlockByNumber", "latest", False) == blocks[-1]
    assert await call("eth_getBlockByHash", blocks[3]["hash"], False) == blocks[3]
    assert await call("eth_getBlockByNumber", hex(81), False) is None
    assert await call("eth_getBlockByHash", NO_HASH, False) is None
    assert [int((await call("eth_getBlockByNumber", name, False))["number"], 16) for name in ("finalized", "safe")] == [
        16,
        48,
    ]


async def test_a_blocks_transactions_are_those_that_it_answers_by_hash(node: SimulatedNode, call: Call) -> None:
    number = next(block.number for block in node.chain.blocks if len(block.outcomes) > 2)
    full = await call("eth_getBlockByNumber", hex(number), True)
    brief = await call("eth_getBlockByNumber", hex(number), False)
    assert brief["transactions"] == [each["hash"] for each in full["transactions"]]
    for index, transaction in enumerate(full["transactions"]):
        assert await call("eth_getTransactionByHash", transaction["hash"]) == transaction
        receipt = await call("eth_getTransactionReceipt", transaction["hash"])
        assert receipt["blockHash"] == transaction["blockHash"] == full["hash"]
        assert receipt["transactionIndex"] == transaction["transactionIndex"] == hex(index)
    assert receipt["cumulativeGasUsed"] == full["gasUsed"]


async def test_coins_go_from_one_to_another_and_their_sender_pays_the_fee(call: Call, control: Call) -> None:
    sender, recipient = (await call("eth_accounts"))[:2]
    await control("mine")  # what others have sent by chance
    before = [int(await call("eth_getBalance", owner, "latest"), 16) for owner in (sender, recipient)]
    count = int(await call("eth_getTransactionCount", sender, "latest"), 16)
    sent = await call("eth_sendTransaction", {"from": sender, "to": recipient, "value": hex(3 * 10**20)})
    waiting = await call("eth_getTransactionByHash", sent)
    assert (waiting["blockHash"], waiting["nonce"], waiting["value"]) == (None, hex(count), hex(3 * 10**20))
    assert await call("eth_getTransactionReceipt", sent) is None
    await control("mine")
    receipt = await call("eth_getTransactionReceipt", sent)
    mined = await call("eth_getTransactionByHash", sent)
    assert (waiting["gasPrice"], mined["gasPrice"]) == (waiting["maxFeePerGas"], receipt["effectiveGasPrice"])
    fee = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    assert receipt["status"] == "0x1"
    after = [
        int(await call("eth_getBalance", owner, {"blockHash": receipt["blockHash"]}), 16)
        for owner in (sender, recipient)
    ]
    assert after == [before[0] - 3 * 10**20 - fee, before[1] + 3 * 10**20]
    assert int(await call("eth_getTransactionCount", sender, "latest"), 16) == count + 1


async def test_tokens_go_by_a_call_and_are_logged(call: Call, control: Call) -> None:
    people = await control("accounts")
    (sender, recipient), token = people["accounts"][:2], people["tokens"][0]["address"]
    await control("mine")
    before = await call("eth_call", _balance_call(token, recipient), "latest")
    data = transfer_data(recipient, 5)
    good = await call("eth_sendTransaction", {"from": sender, "to": token, "data": data})
    bad = await call("eth_sendTransaction", {"from": sender, "to": token, "data": transfer_data(recipient, 2**200)})
    await control("mine")
    receipts = [await call("eth_getTransactionReceipt", sent) for sent in (good, bad)]
    assert [(receipt["status"], len(receipt["logs"])) for receipt in receipts] == [("0x1", 1), ("0x0", 0)]
    logged = await call("eth_getLogs", {"blockHash": receipts[0]["blockHash"], "topics": [TRANSFER_EVENT]})
    assert receipts[0]["logs"][0] in logged
    assert logged[0]["topics"] == [TRANSFER_EVENT, f"0x{sender[2:]:0>64}", f"0x{recipient[2:]:0>64}"]
    assert int(await call("eth_call", _balance_call(token, recipient), "latest"), 16) == int(before, 16) + 5


def _balance_call(token: str, owner: str) -> dict[str, str]:
    return {"to": token, "data": f"0x70a08231{owner[2:]:0>64}"}


async def test_tokens_tell_their_decimals_and_symbols_in_both_forms(call: Call, control: Call) -> None:
    told = []
    for token in (await control("accounts"))["tokens"]:
        decimals, symbol = [
            await call("eth_call", {"to": token["address"], "data": data}) for data in ("0x313ce567", "0x95d89b41")
        ]
        told.append((int(decimals, 16), bytes.fromhex(symbol[2:]).strip(b"\0").decode("latin-1")))
        assert await call("eth_getCode", token["address"], "latest") != "0x"
    assert [decimals for decimals, _ in told] == [6, 18, 0]
    assert [symbol[-4:] for _, symbol in told[:2]] == ["SUSD", "SGLD"]
    assert told[2][1] == "OLD"  # 32 bytes, as before the standard
    assert await call("eth_call", {"to": NOWHERE, "data": "0x313ce567"}) == "0x"
    assert await call("eth_getCode", NOWHERE, "latest") == "0x"


async def test_logs_are_found_by_block_address_and_topic(node: SimulatedNode, call: Call) -> None:
    everything = await call("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest"})
    assert len(everything) == sum(len(each.logs) for block in node.chain.blocks for each in block.outcomes) > 20
    address, sender = everything[0]["address"], everything[0]["topics"][1]
    span = {"fromBlock": "earliest"}
    assert await call("eth_getLogs", {**span, "address": address}) == [e for e in everything if e["address"] == address]
    assert await call("eth_getLogs", {**span, "topics": [None, [sender, NO_HASH]]}) == [
        log for log in everything if log["topics"][1] == sender
    ]
    assert await call("eth_getLogs", {**span, "topics": [NO_HASH]}) == []
    by_block = [await call("eth_getLogs", {"blockHash": block.hash}) for block in node.chain.blocks]
    assert [log for logs in by_block for log in logs] == everything


async def test_it_calls_the_fields_of_all_that_it_tells_as_other_nodes_do(node: SimulatedNode, call: Call) -> None:
    number = next(block.number for block in node.chain.blocks if any(each.logs for each in block.outcomes))
    block = await call("eth_getBlockByNumber", hex(number), True)
    receipts = [await call("eth_getTransactionReceipt", each["hash"]) for each in block["transactions"]]
    log = next(log for receipt in receipts for log in receipt["logs"])
    assert [sorted(told) for told in (block, block["transactions"][0], receipts[0], log)] == [
        sorted(fields.split()) for fields in (BLOCK_FIELDS, TRANSACTION_FIELDS, RECEIPT_FIELDS, LOG_FIELDS)
    ]


REFUSED: list[tuple[str, list[Any], int, str]] = [
    ("eth_nonsense", [], -32601, "the method eth_nonsense does not exist/is not available"),
    ("eth_subscribe", ["newHeads"], -32601, "notifications not supported"),
    ("eth_getBalance", [], -32602, "missing value for required argument 0"),
    ("eth_getBalance", ["0x12", "latest"], -32602, "invalid argument 0: hex string of a wrong form"),
    ("eth_getBalance", ["12", "latest"], -32602, "invalid argument 0: json: cannot unmarshal hex string without 0x"),
    ("eth_getBalance", [NOWHERE, "latest", 1], -32602, "too many arguments, want at most 2"),
    ("eth_getBalance", [NOWHERE, "0xffffff"], -32000, "header not found"),
    ("eth_getBalance", [NOWHERE, {"blockHash": NO_HASH}], -32000, "header for hash not found"),
    ("eth_getBalance", [NOWHERE, NO_HASH], -32000, "header for hash not found"),
    ("eth_getBlockByNumber", ["0x01", False], -32602, "invalid argument 0: hex number with leading zero digits"),
    ("eth_getBlockByNumber", [1, False], -32602, "invalid argument 0: json: cannot unmarshal"),
    ("eth_getBlockByNumber", ["latest"], -32602, "missing value for required argument 1"),
    ("eth_getLogs", [{"blockHash": NO_HASH}], -32000, "unknown block"),
    ("eth_getLogs", [{"fromBlock": "0x5", "toBlock": "0x4"}], -32602, "invalid block range params"),
    ("eth_getLogs", [{"topics": [None] * 5}], -32602, "exceed max topics"),
    ("eth_sendTransaction", [{"from": NOWHERE, "to": NOWHERE}], -32000, "unknown account"),
]


async def test_it_refuses_in_the_words_of_a_node(ask: Call) -> None:
    for method, given, code, message in REFUSED:
        error = (await ask(method, *given))["error"]
        assert (error["code"], error["message"][: len(message)]) == (code, message), (method, given)


async def test_what_a_contract_reverts_is_an_error_with_data(ask: Call, control: Call) -> None:
    token = (await control("accounts"))["tokens"][0]["address"]
    answer = await ask("eth_call", {"to": token, "data": "0x12345678"}, "latest")
    assert answer == {"error": {"code": 3, "message": "execution reverted", "data": "0x"}}


async def test_balances_of_old_blocks_are_known_no_more(ask: Call, control: Call) -> None:
    await control("mine", blocks=200)
    answer = await ask("eth_getBalance", NOWHERE, "0x1")
    assert answer["error"]["code"] == -32000
    assert "missing trie node" in answer["error"]["message"]


async def test_a_batch_is_answered_one_by_one(http: httpx2.AsyncClient) -> None:
    batch = [
        {"jsonrpc": "2.0", "id": "a", "method": "eth_chainId"},
        {"jsonrpc": "2.0", "id": 2, "method": "eth_nonsense", "params": []},
        {"jsonrpc": "2.0", "method": "eth_chainId"},
        7,
        {"jsonrpc": "2.0", "id": 10**30, "method": "eth_chainId", "params": {}},
    ]
    answers = (await http.post("/", json=batch)).json()
    assert [(answer["id"], answer.get("result"), answer.get("error", {}).get("code")) for answer in answers] == [
        ("a", "0x7a69", None),
        (2, None, -32601),
        (None, None, -32600),
        (10**30, None, -32602),
    ]


NO_REQUESTS = [
    (b"", -32700, "parse error"),
    (b"{", -32700, "parse error"),
    (b"\xff", -32700, "parse error"),
    (b"[" * 100_000, -32700, "parse error"),
    (b"[]", -32600, "empty batch"),
    (b"{}", -32600, "invalid request"),
    (b"null", -32600, "invalid request"),
    (b'{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}', -32600, "invalid request"),
    (b'{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}', -32600, "invalid request"),
]


async def test_what_is_no_request_is_refused(http: httpx2.AsyncClient) -> None:
    for text, code, message in NO_REQUESTS:
        answer = (await http.post("/", content=text)).json()
        assert answer == {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}, text


async def test_a_batch_has_a_bound(http: httpx2.AsyncClient) -> None:
    batch = [{"jsonrpc": "2.0", "id": number, "method": "eth_chainId"} for number in range(1001)]
    (answer,) = (await http.post("/", json=batch)).json()
    assert answer["error"]["message"] == "batch too large"
