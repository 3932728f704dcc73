"""How our chain becomes a node's: which blocks are taken back, and which are applied. Pure.

`way_to` yields numbers of blocks, is sent the node's block of each (None where the node has none), and returns the
update. Who drives it may ask for many blocks in one batch and send what has come.
"""

from collections.abc import Generator

import msgspec

from wallets.chain import Block, BlockReference
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.following.known_blocks import KnownBlocks

MOST_APPLIED = 200
"""So many blocks one update applies at most: a chain that lags is caught up in several, each stored by itself."""


class ChainUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done: take back `retracted`, the newest first, then apply `applied`, the oldest first."""

    retracted: tuple[BlockReference, ...] = ()
    applied: tuple[Block, ...] = ()

    def after(self, known: KnownBlocks) -> KnownBlocks:
        """Return our chain when it is done."""
        ancestor = known.tip.number - len(self.retracted)
        return known.moved(ancestor, tuple(block.reference for block in self.applied))


Walk = Generator[int, Block | None, ChainUpdate]


def way_to(head: int, known: KnownBlocks, most_applied: int = MOST_APPLIED) -> Walk:
    """Find the way from our chain to a node's head of that number; nothing is to be done where it is ours already.

    A node whose head is a block of ours below the tip, or below all that we know, lags: it takes nothing back. Raise
    `InconsistentNodeError` where the answers are no chain, which may come right when they are asked for again, and
    `ReorganisationTooDeepError` where no common ancestor is among the blocks that may be taken back.
    """
    if head > known.tip.number:
        following = yield from _read(known.tip.number + 1)
        if following.parent_hash == known.tip.hash:
            return ChainUpdate(applied=(yield from _upwards([following], head, most_applied)))
        return (yield from _around(known.tip.number, following, head, known, most_applied))
    if head < known.oldest:
        return ChainUpdate()
    return (yield from _around(head, None, head, known, most_applied))


def _around(start: int, above: Block | None, head: int, known: KnownBlocks, most_applied: int) -> Walk:
    """Walk back from `start` to the common ancestor, then on to the head; `above` is the node's block above `start`."""
    ancestor, branch = yield from _down(start, above, known)
    if not branch:
        return ChainUpdate()  # the node has our block after all: it lags, which takes nothing back
    applied = yield from _upwards([*reversed(branch)], head, most_applied)
    return ChainUpdate(retracted=known.above(ancestor), applied=applied)


def _down(start: int, above: Block | None, known: KnownBlocks) -> Generator[int, Block | None, tuple[int, list[Block]]]:
    """Return the number of the common ancestor, and the node's blocks above it, the newest first."""
    branch = [above] if above else []
    for number in range(start, known.oldest - 1, -1):
        block = yield from _read(number)
        if branch and block.hash != branch[-1].parent_hash:
            raise InconsistentNodeError(f"the node's blocks {number} and {number + 1} don't belong to one chain")
        if block.reference == known.at(number):
            return number, branch
        branch.append(block)
    raise ReorganisationTooDeepError(known.oldest, known.tip.number - known.oldest)


def _upwards(branch: list[Block], head: int, most_applied: int) -> Generator[int, Block | None, tuple[Block, ...]]:
    """Return a branch with what follows it up to the head, as far as it is one chain: the rest comes another time."""
    while branch and branch[-1].number < head and len(branch) < most_applied:
        number = branch[-1].number + 1
        block = yield number
        if block is None or block.number != number or block.parent_hash != branch[-1].hash:
            break
        branch.append(block)
    return tuple(branch)


def _read(number: int) -> Generator[int, Block | None, Block]:
    block = yield number
    if block is None:
        raise InconsistentNodeError(f"the node has no block {number}, though its head is not below it")
    if block.number != number:
        raise InconsistentNodeError(f"the node was asked for block {number} and answered block {block.number}")
    return block
