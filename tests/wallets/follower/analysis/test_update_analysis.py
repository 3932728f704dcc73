"""Which balances an update of our chain has read again."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.wallets.rows import NOW
from tests.wallets.simple_chain import SimpleChain, address, hash_of
from wallets.chain import Block, Transaction
from wallets.follower.block_reading import ReadBlock, ReadUpdate
from wallets.follower.followed_chain import FollowedChain, FollowedUpdate, StoredFacts, Watcher
from wallets.follower.update_analysis import UpdateAnalysis
from wallets.following.reorganisation import ChainUpdate
from wallets.nodes.json_rpc import Call

ADA, BOB, WRAPPED = address(1), address(2), address(900)
CHAIN = FollowedChain(name="ethereum", chain_id=1, decimals=18, nodes=(), block_time=12.0, confirmations=3)
DEPOSIT, WITHDRAW = "0xd0e30db0", f"0x2e1a7d4d{5:064x}"


class HoldingNode:
    """A node on whose chain everybody holds 5 of everything, and every transaction succeeds."""

    url = "http://node.example.org"
    tells_heads = False

    def __init__(self, block: Block) -> None:
        self._block = block

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        return [self._receipt() if call.method == "eth_getTransactionReceipt" else f"0x{5:064x}" for call in calls]

    async def close(self) -> None:
        pass

    def _receipt(self) -> Mapping[str, str]:
        place = {"blockNumber": hex(self._block.number), "blockHash": self._block.hash}
        return {**place, "status": "0x1", "gasUsed": "0x5208", "effectiveGasPrice": "0x1"}


async def _analysed(sent: Transaction, *, head: int = 101, **facts: Any) -> FollowedUpdate:
    """Return the update by a block of ours that has a transaction of Ada's alone, with a node's newest block."""
    known = SimpleChain().known()
    block = Block(number=101, hash=hash_of(101), parent_hash=known.tip.hash, time=0, transactions=(sent,))
    read = ReadUpdate(head=head, update=ChainUpdate(applied=(block,)), blocks=(ReadBlock(block, ()),))
    none: dict[str, Any] = {"listed": frozenset(), "named": {}, "tracked": {}, "unread": frozenset()}
    watchers = {ADA: (Watcher(1, "w1", NOW, None),)}
    stored = StoredFacts(watchers=watchers, retracted=frozenset(), **none | facts)
    analysis = UpdateAnalysis(HoldingNode(block), chain=CHAIN, known=known, read=read, facts=stored, pool={})
    return await analysis.analysed(asks_pool=False)


def _call(data: str, value: int, *, to: str | None = WRAPPED) -> Transaction:
    return Transaction(hash=hash_of(1), sender=ADA, nonce=0, recipient=to, value=value, data=data)


@pytest.mark.parametrize(("data", "value"), [(DEPOSIT, 7), (WITHDRAW, 0)])
@pytest.mark.parametrize("facts", [{"listed": frozenset({WRAPPED})}, {"named": {(ADA, WRAPPED): frozenset({1})}}])
async def test_what_a_call_of_a_followed_token_leaves_of_it_is_read_though_it_logs_no_transfer(
    data: str, value: int, facts: dict[str, Any]
) -> None:
    update = await _analysed(_call(data, value), **facts)
    assert update.balances == {(ADA, None): 5, (ADA, WRAPPED): 5}
    assert [each.movement.token for each in update.movements] == [None] * bool(value), "no token is said to have moved"


async def test_it_is_outdated_where_the_node_is_too_far_ahead_to_be_asked() -> None:
    update = await _analysed(_call(DEPOSIT, 7), head=300, listed=frozenset({WRAPPED}))
    assert not update.balances
    assert update.outdated == {(ADA, None), (ADA, WRAPPED)}


@pytest.mark.parametrize("to", [BOB, WRAPPED, None])
async def test_of_contracts_that_the_address_follows_not_as_tokens_nothing_is_asked(to: str | None) -> None:
    update = await _analysed(_call(DEPOSIT, 7, to=to), named={(BOB, WRAPPED): frozenset({2})})
    assert update.balances.keys() == {(ADA, None)}
