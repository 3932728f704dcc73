"""What a node is asked of its chain: the way from ours to its head, with what its blocks have logged of tokens."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from streaming.batches import batched
from wallets.chain import Block, Log
from wallets.errors import InconsistentNodeError
from wallets.following.known_blocks import DEEPEST_REORGANISATION, KnownBlocks
from wallets.following.node_answers import block_of, count_of, logs_of, reference_of
from wallets.following.reorganisation import ChainUpdate, way_to
from wallets.following.token_transfers import TRANSFER_TOPIC
from wallets.nodes.json_rpc import Call
from wallets.nodes.node import Node, result, results

MOST_BLOCKS = 50
"""So many blocks are read, and stored, at a time, where a node answers as many."""
_STATES_KEPT = 64
"""So far below its head a node is asked for balances: those that keep no archive have the newest 128 blocks' states."""


class ReadBlock(msgspec.Struct, frozen=True):
    """A block, and the logs of token transfers in it."""

    block: Block
    logs: tuple[Log, ...]


class ReadUpdate(msgspec.Struct, frozen=True):
    """How our chain becomes the node's, as far as it was read: `head` is the number of the node's newest block.

    `is_afresh`: the blocks are ours already, and nothing is applied.
    """

    head: int
    update: ChainUpdate
    blocks: tuple[ReadBlock, ...]
    is_afresh: bool = False

    def has_state(self, known: KnownBlocks) -> bool:
        """Return whether a node is asked for balances as they are after this update of `known`."""
        return self.head - self.update.after(known).tip.number <= _STATES_KEPT


async def head_read(node: Node) -> int:
    """Return the number of a node's newest block."""
    return count_of(await result(node, "eth_blockNumber"))


async def block_read(node: Node, number: int) -> Block | None:
    """Return a node's block, None where it has none of that number."""
    return block_of(await result(node, "eth_getBlockByNumber", hex(number), True))


async def branch_read(node: Node, number: int, most: int) -> tuple[Block, ...]:
    """Return a node's block of that number, the last, with as many below it as may be taken back, and the final one.

    Fewer where the node has no older ones. `most` are asked for at a time. Raise `InconsistentNodeError` where the node
    lacks the block itself, or where they are no chain.
    """
    numbers = range(number, max(number - DEEPEST_REORGANISATION, 0) - 1, -1)
    branch: list[Block] = []
    for batch in batched(numbers, most):
        calls = [_block_call(each) for each in batch]
        for wanted, block in zip(batch, map(block_of, await results(node, calls)), strict=True):
            if block is None and branch:
                return tuple(reversed(branch))
            branch.append(_following_down(wanted, block, branch))
    return tuple(reversed(branch))


def _following_down(number: int, block: Block | None, branch: Sequence[Block]) -> Block:
    if block is None or block.number != number:
        raise InconsistentNodeError(f"the node has no block {number}, though its head is not below it")
    if branch and branch[-1].parent_hash != block.hash:
        raise InconsistentNodeError(f"the node's blocks {number} and {number + 1} don't belong to one chain")
    return block


def _block_call(number: int) -> Call:
    return Call("eth_getBlockByNumber", (hex(number), True))


class BlocksAtATime:
    """How many blocks a node is asked for at a time: half as many after a failure, for its answer may be too large."""

    def __init__(self) -> None:
        self.most = MOST_BLOCKS

    def failed(self) -> None:
        """Ask for fewer."""
        self.most = max(self.most // 2, 1)

    def worked(self, read: int) -> None:
        """Ask for more again, where as many as may be have been `read`."""
        if read >= self.most:
            self.most = min(2 * self.most, MOST_BLOCKS)


async def update_read(node: Node, known: KnownBlocks, head: int, most: int = MOST_BLOCKS) -> ReadUpdate:
    """Return how our chain becomes a node's, whose newest block has the number `head`; `most` blocks of it at most.

    Where the head is a block of ours, nothing is to be done, and no whole block is asked for. Raise `NodeError`,
    `InconsistentNodeError` and `ReorganisationTooDeepError`.
    """
    if (ours := known.at(head)) is not None:
        answer = await result(node, "eth_getBlockByNumber", hex(head), False)
        if reference_of(answer) == ours:
            return ReadUpdate(head, ChainUpdate(), ())
    update = await _walked(node, known, head, most)
    return ReadUpdate(head, update, await _logs_read(node, update.applied))


async def blocks_reread(node: Node, known: KnownBlocks, after: int, head: int, most: int) -> ReadUpdate:
    """Return our blocks above the number `after`, read afresh; `most` at most, and none from where the node's differ.

    Of blocks below those that we know only each one's parent is looked at. Raise `NodeError` and
    `InconsistentNodeError`.
    """
    numbers = range(after + 1, min(after + most, known.tip.number, head) + 1)
    calls = [Call("eth_getBlockByNumber", (hex(each), True)) for each in numbers]
    ours: list[Block] = []
    for number, block in zip(numbers, map(block_of, await results(node, calls)), strict=True):
        if block is None or block.number != number or known.at(number) not in (None, block.reference):
            break
        if ours and block.parent_hash != ours[-1].hash:
            raise InconsistentNodeError(f"the node's blocks {number - 1} and {number} don't belong to one chain")
        ours.append(block)
    return ReadUpdate(head, ChainUpdate(), await _logs_read(node, ours), is_afresh=True)


async def _logs_read(node: Node, blocks: Sequence[Block]) -> tuple[ReadBlock, ...]:
    calls = [Call("eth_getLogs", ({"blockHash": block.hash, "topics": [TRANSFER_TOPIC]},)) for block in blocks]
    refuse_repeated("transaction", [each.hash for block in blocks for each in block.transactions])
    answers = await results(node, calls)
    return tuple(_with_logs(block, answer) for block, answer in zip(blocks, answers, strict=True))


async def _walked(node: Node, known: KnownBlocks, head: int, most: int) -> ChainUpdate:
    """Drive the walk, with many blocks asked for at once: those that follow our tip, or those below a fork."""
    walk, ahead = way_to(head, known, most), _Ahead(node, known, head, most)
    answer = None
    while True:
        try:
            number = walk.send(answer)
        except StopIteration as end:
            update: ChainUpdate = end.value
            return update
        answer = await ahead.block(number)


class _Ahead:
    """Blocks of a node, read ahead of being asked for."""

    def __init__(self, node: Node, known: KnownBlocks, head: int, most: int) -> None:
        self._node = node
        self._known = known
        self._head = head
        self._most = most
        self._read: dict[int, Block | None] = {}

    async def block(self, number: int) -> Block | None:
        """Return the node's block of a number."""
        if number not in self._read:
            numbers = self._following(number)
            calls = [_block_call(each) for each in numbers]
            self._read |= dict(zip(numbers, map(block_of, await results(self._node, calls)), strict=True))
        return self._read[number]

    def _following(self, number: int) -> Sequence[int]:
        if number > self._known.tip.number:
            return range(number, min(number + self._most, self._head + 1))
        depth = max(1, len([each for each in self._read if each <= self._known.tip.number]))
        return range(number, max(number - min(2 * depth, self._most), self._known.oldest - 1), -1)


def _with_logs(block: Block, answer: object) -> ReadBlock:
    logs, own = logs_of(answer), {transaction.hash for transaction in block.transactions}
    if stray := next((log for log in logs if log.transaction_hash not in own), None):
        raise InconsistentNodeError(f"block {block.number} has no transaction {stray.transaction_hash}, only its log")
    refuse_repeated(f"log in block {block.number}", [log.index for log in logs])
    return ReadBlock(block, logs)


def refuse_repeated(what: str, items: Sequence[str | int]) -> None:
    """Raise `InconsistentNodeError` where a node shows the same twice: a row can be stored once only."""
    if repeated := [each for each, times in Counter(items).items() if times > 1]:
        raise InconsistentNodeError(f"the node shows a {what} twice: {repeated[0]}")
