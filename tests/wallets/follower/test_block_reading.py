"""Blocks as a node shows them, from which on a chain is followed, and that follow; what comes twice is refused."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference
from wallets.errors import InconsistentNodeError
from wallets.follower.block_reading import branch_read, update_read
from wallets.following.known_blocks import DEEPEST_REORGANISATION, KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.following.token_transfers import TRANSFER_TOPIC
from wallets.nodes.json_rpc import Call


class RepeatingNode:
    """A node of two blocks above block 1, with these transactions, and two logs in each that has the first."""

    url = "http://node.example.org"
    tells_heads = False

    def __init__(self, transactions: dict[int, list[int]], logs: list[int]) -> None:
        self._transactions = transactions
        self._logs = logs

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        answers: dict[str, Callable[[Any], Any]] = {"eth_getBlockByNumber": self._block, "eth_getLogs": self._log}
        return [answers[call.method](call.parameters[0]) for call in calls]

    async def close(self) -> None:
        pass

    def _block(self, number: str) -> dict[str, Any]:
        place = int(number, 16)
        sent = {"from": address(1), "to": address(2), "nonce": "0x0", "value": "0x1", "input": "0x"}
        transactions = [{**sent, "hash": hash_of(each)} for each in self._transactions.get(place, [])]
        return {"number": number, "hash": hash_of(place), "parentHash": hash_of(place - 1), "timestamp": "0x1",
                "transactions": transactions}  # fmt: skip

    def _log(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        log = {"address": address(3), "topics": [TRANSFER_TOPIC], "data": "0x", "transactionHash": hash_of(50)}
        return [{**log, "logIndex": hex(each)} for each in self._logs] if wanted["blockHash"] == hash_of(2) else []


@pytest.mark.parametrize(
    ("transactions", "logs", "said"),
    [
        ({2: [50, 50]}, [], "a transaction twice"),
        ({2: [50], 3: [51, 50]}, [], "a transaction twice"),
        ({2: [50]}, [7, 7], "a log in block 2 twice: 7"),
    ],
)
async def test_what_comes_twice_is_refused(transactions: dict[int, list[int]], logs: list[int], said: str) -> None:
    known = KnownBlocks((BlockReference(1, hash_of(1)),))
    with pytest.raises(InconsistentNodeError, match=said):
        await update_read(RepeatingNode(transactions, logs), known, 3)
    read = await update_read(RepeatingNode({2: [50], 3: [51]}, [7, 8]), known, 3)
    assert [len(each.logs) for each in read.blocks] == [2, 0]


class RecordingNode(RepeatingNode):
    """A node that remembers what it is asked."""

    def __init__(self) -> None:
        super().__init__({2: [50]}, [])
        self.asked: list[Call] = []

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        self.asked += calls
        return await super().exchange(calls)


async def test_no_whole_block_is_asked_for_where_the_head_is_ours() -> None:
    node, ours = RecordingNode(), KnownBlocks(tuple(BlockReference(each, hash_of(each)) for each in (1, 2, 3)))
    for head in (3, 2):
        node.asked.clear()
        assert (await update_read(node, ours, head)).update == ChainUpdate()
        assert node.asked == [Call("eth_getBlockByNumber", (hex(head), False))]
    another = KnownBlocks((*ours.references[:2], BlockReference(3, hash_of(999))))
    update = (await update_read(node, another, 3)).update
    assert [block.hash for block in update.applied] == [hash_of(3)]
    assert update.retracted == (BlockReference(3, hash_of(999)),)


class PruningNode(RepeatingNode):
    """A node of one branch, that has forgotten the blocks below `oldest`, and shows another parent of `strange`."""

    def __init__(self, oldest: int = 1, strange: int = -1) -> None:
        super().__init__({}, [])
        self._oldest = oldest
        self._strange = strange

    def _block(self, number: str) -> Any:
        place = int(number, 16)
        strange = {"parentHash": hash_of(999)} if place == self._strange else {}
        return None if place < self._oldest else {**super()._block(number), **strange}


async def test_a_chain_is_begun_with_the_blocks_that_may_be_taken_back_as_far_as_a_node_has_them() -> None:
    for node, expected in (
        (PruningNode(), range(200 - DEEPEST_REORGANISATION, 201)),
        (PruningNode(oldest=195), range(195, 201)),
        (PruningNode(oldest=200), range(200, 201)),
    ):
        branch = await branch_read(node, 200, 50)
        assert [each.reference for each in branch] == [BlockReference(each, hash_of(each)) for each in expected]
    assert [each.number for each in await branch_read(PruningNode(), 3, 50)] == [1, 2, 3]


async def test_a_chain_is_begun_with_no_block_that_is_not_there_and_with_none_of_two_branches() -> None:
    with pytest.raises(InconsistentNodeError, match="has no block 200"):
        await branch_read(PruningNode(oldest=201), 200, 50)
    with pytest.raises(InconsistentNodeError, match="blocks 197 and 198 don't belong to one chain"):
        await branch_read(PruningNode(strange=198), 200, 50)
