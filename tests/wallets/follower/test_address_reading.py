"""What a refused call of a token means, of one that staff list and of one that a user has named."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference
from wallets.follower.address_reading import (
    FoundTransaction,
    balances_read,
    named_balances_read,
    transaction_counts_read,
    transactions_find,
)
from wallets.follower.token_reading import tokens_read
from wallets.nodes.errors import NodeRefusedError
from wallets.nodes.json_rpc import Call

OWNER, TOKEN = address(1), address(2)


class RefusingNode:
    """A node that has coins, and refuses each call of a contract."""

    url = "http://node.example.org"
    tells_heads = False

    def __init__(self, code: int, message: str, *, has_coins: bool = True) -> None:
        self._refusal = (code, message)
        self._has_coins = has_coins

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        refusal = NodeRefusedError("eth_call", *self._refusal)
        return ["0x5" if self._has_coins and call.method == "eth_getBalance" else refusal for call in calls]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("code", "message"), [(3, ""), (-32000, "execution reverted"), (-32000, "invalid opcode: INVALID")]
)
async def test_a_contract_that_reverts_is_no_token(code: int, message: str) -> None:
    read = await balances_read(RefusingNode(code, message), [(OWNER, TOKEN)], BlockReference(1, hash_of(1)))
    assert read == {(OWNER, None): 5}


async def test_any_other_refusal_says_nothing_of_the_contract() -> None:
    with pytest.raises(NodeRefusedError, match="rate limited"):
        await balances_read(RefusingNode(-32005, "rate limited"), [(OWNER, TOKEN)], BlockReference(1, hash_of(1)))


async def test_whatever_is_said_of_a_named_token_is_its_own_doing_where_its_owners_coins_are_told() -> None:
    strange, block = (-32005, "execution aborted (timeout = 5s)"), BlockReference(1, hash_of(1))
    assert await named_balances_read(RefusingNode(*strange), [(OWNER, TOKEN)], block) == {(OWNER, None): 5}
    found = await tokens_read(RefusingNode(*strange), [TOKEN])
    assert "tells no balances" in str(found[TOKEN])
    with pytest.raises(NodeRefusedError, match="timeout"):
        await named_balances_read(RefusingNode(*strange, has_coins=False), [(OWNER, TOKEN)], block)
    with pytest.raises(NodeRefusedError, match="timeout"):
        await tokens_read(RefusingNode(*strange, has_coins=False), [TOKEN])


class CountingNode(RefusingNode):
    """A node that answers every call, and remembers them."""

    def __init__(self) -> None:
        super().__init__(0, "")
        self.batches: list[Sequence[Call]] = []

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        self.batches.append(calls)
        return [f"0x{5:064x}" for _ in calls]


async def test_contracts_that_users_have_named_can_answer_only_so_much_at_a_time() -> None:
    node = CountingNode()
    wanted = [(OWNER, address(number)) for number in range(100, 125)]
    assert len(await named_balances_read(node, wanted, BlockReference(1, hash_of(1)))) == 26
    assert [len(batch) for batch in node.batches] == [11, 11, 6]
    calls = [call for batch in node.batches for call in batch if call.method == "eth_call"]
    assert all(int(call.parameters[0]["gas"], 16) <= 2_000_000 for call in calls)


class AnsweringNode(RefusingNode):
    """A node that answers by a call's method and first parameter, and refuses what it has no answer to."""

    def __init__(self, answers: Mapping[tuple[str, str], Any]) -> None:
        super().__init__(-32000, "transaction indexing is in progress")
        self._answers = answers

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        refusal = NodeRefusedError("eth_getTransactionReceipt", *self._refusal)
        return [self._answers.get((call.method, call.parameters[0]), refusal) for call in calls]


async def test_a_hash_of_which_a_node_says_nothing_that_can_be_read_is_as_if_it_were_not_asked_for() -> None:
    lost, refused, half, garbage, another = map(hash_of, range(1, 6))
    sent = {"hash": hash_of(9), "from": OWNER, "to": None, "nonce": "0x5", "value": "0x0"}
    known, receipt = "eth_getTransactionByHash", "eth_getTransactionReceipt"
    answers = {
        (known, lost): None,
        (receipt, lost): None,
        (known, half): None,
        (known, garbage): {"hash": garbage},
        (receipt, garbage): None,
        (known, another): sent,
        (receipt, another): None,
    }
    wanted = (lost, refused, half, garbage, another)
    assert await transactions_find(AnsweringNode(answers), wanted) == {lost: FoundTransaction()}


async def test_a_sender_of_whom_a_node_tells_no_count_is_left_out() -> None:
    counts = {("eth_getTransactionCount", OWNER): "0x7", ("eth_getTransactionCount", TOKEN): "many"}
    asked = (OWNER, TOKEN, address(3))
    assert await transaction_counts_read(AnsweringNode(counts), asked, BlockReference(1, hash_of(1))) == {OWNER: 7}
