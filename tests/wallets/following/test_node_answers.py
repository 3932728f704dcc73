"""What a node answers, read, or refused with where it is wrong."""

from typing import Any

import pytest

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import LONGEST_DATA, Block, BlockReference, Log, Receipt, Transaction, bounded_data
from wallets.errors import InconsistentNodeError
from wallets.following.node_answers import block_of, logs_of, quantity_of, receipt_of, transaction_of

SENT = {"hash": hash_of(0xAB).upper().replace("X", "x"), "from": address(0xAA), "to": None, "nonce": "0x5",
        "value": hex(2**256 - 1), "input": "0xAB", "chainId": "0x1"}  # fmt: skip
BLOCK = {"number": "0x10", "hash": hash_of(0xA0), "parentHash": hash_of(0x9F), "timestamp": "0x3c",
         "baseFeePerGas": "0x7", "transactions": [SENT], "miner": address(0xA1).upper().replace("X", "x"),
         "withdrawals": [{"index": "0x1", "address": address(0xA2), "amount": "0x3"}]}  # fmt: skip
LOG = {"address": address(0xC), "topics": [hash_of(1)], "data": "0x", "transactionHash": hash_of(2), "logIndex": "0xa",
       "removed": False}  # fmt: skip
READ = Transaction(hash=hash_of(0xAB), sender=address(0xAA), nonce=5, recipient=None, value=2**256 - 1, data="0xab")


def test_it_reads_what_a_node_has() -> None:
    assert block_of(BLOCK) == Block(
        number=16,
        hash=hash_of(0xA0),
        parent_hash=hash_of(0x9F),
        time=60,
        base_fee=7,
        transactions=(READ,),
        credited=frozenset({address(0xA1), address(0xA2)}),
    )
    assert transaction_of(SENT) == READ
    for status, succeeded in (("0x1", True), ("0x0", False)):
        answer = {"blockNumber": "0x10", "blockHash": hash_of(0xA0), "status": status}
        assert receipt_of(answer) == Receipt(block=BlockReference(16, hash_of(0xA0)), succeeded=succeeded)
    before_byzantium = {"blockNumber": "0x10", "blockHash": hash_of(0xA0), "root": hash_of(3)}
    assert receipt_of(before_byzantium) == Receipt(block=BlockReference(16, hash_of(0xA0)), succeeded=True)
    assert logs_of([LOG]) == (
        Log(address=address(0xC), topics=(hash_of(1),), data="0x", transaction_hash=hash_of(2), index=10),
    )
    assert quantity_of("0x0") == 0


def test_a_block_that_names_nobody_credits_nobody() -> None:
    named = ("miner", "withdrawals")
    without: dict[str, Any] = {name: value for name, value in BLOCK.items() if name not in named}
    for answer in (without, without | dict.fromkeys(named), without | {"withdrawals": []}):
        block = block_of(answer)
        assert block is not None
        assert block.credited == frozenset()


def test_of_what_a_transaction_calls_no_more_is_kept_than_tells_it_apart() -> None:
    transfer = f"0xa9059cbb{'0' * 64}{'f' * 64}"
    long, other = f"0xAC9650D8{'ab' * 100_000}", f"0xac9650d8{'ab' * 99_999}cd"
    kept = [
        read.data for data in (transfer, long, long.lower(), other) if (read := transaction_of({**SENT, "input": data}))
    ]
    assert kept[0] == transfer
    assert kept[1] == kept[2] != kept[3]
    assert [data[:10] for data in kept[1:]] == ["0xac9650d8"] * 3
    assert max(map(len, kept)) == LONGEST_DATA
    assert list(map(bounded_data, kept)) == kept


def test_it_reads_that_a_node_has_none() -> None:
    assert block_of(None) is None
    assert transaction_of(None) is None
    assert receipt_of(None) is None
    assert logs_of([]) == ()


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ("nonsense", "Expected `object`, got `str`"),
        ([], "Expected `object`, got `array`"),
        ({}, "missing required field `number`"),
        ({**BLOCK, "number": 16}, r"at `\$.number`"),
        ({**BLOCK, "number": "16"}, r"at `\$.number`"),
        ({**BLOCK, "number": "0x"}, r"at `\$.number`"),
        ({**BLOCK, "number": "0x" + "1" * 65}, r"at `\$.number`"),
        ({**BLOCK, "hash": hash_of(1)[:-1]}, r"at `\$.hash`"),
        ({**BLOCK, "hash": hash_of(1) + "\n"}, r"at `\$.hash`"),
        ({**BLOCK, "transactions": [hash_of(1)]}, r"at `\$.transactions\[0\]`"),  # hashes alone
        ({**BLOCK, "transactions": [{**SENT, "from": None}]}, r"at `\$.transactions\[0\].from`"),
        ({**BLOCK, "transactions": None}, r"at `\$.transactions`"),
        ({**BLOCK, "miner": "0x1"}, r"at `\$.miner`"),
        ({**BLOCK, "withdrawals": {}}, r"at `\$.withdrawals`"),
        ({**BLOCK, "withdrawals": [{"address": None}]}, r"at `\$.withdrawals\[0\].address`"),
    ],
)
def test_it_says_what_is_no_block(answer: Any, where: str) -> None:
    with pytest.raises(InconsistentNodeError, match=f"the node's answer is not a block: .*{where}"):
        block_of(answer)


def test_it_says_what_is_nothing_else_either() -> None:
    with pytest.raises(InconsistentNodeError, match=r"not a receipt: .*status"):
        receipt_of({"blockNumber": "0x10", "blockHash": hash_of(0xA0)})
    receipt = {"blockNumber": "0x10", "blockHash": hash_of(0xA0), "status": "0x1", "gasUsed": "0x2"}
    assert receipt_of({**receipt, "effectiveGasPrice": hex(2**255 - 1)})
    with pytest.raises(InconsistentNodeError, match="nobody can pay as much"):
        receipt_of({**receipt, "effectiveGasPrice": hex(2**255)})
    with pytest.raises(InconsistentNodeError, match=r"not a log: .*topics"):
        logs_of([{**LOG, "topics": [None]}])
    with pytest.raises(InconsistentNodeError, match="no list of logs"):
        logs_of({"code": 1})
    for answer in (None, 7, "7", "0x", "0xg", True):
        with pytest.raises(InconsistentNodeError, match="no number in hexadecimal"):
            quantity_of(answer)
