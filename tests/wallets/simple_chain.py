"""A chain in tests: numbered blocks that each name their parent, as a node answers them by number."""

from collections.abc import Awaitable, Callable
from itertools import count

from wallets.chain import Block, BlockReference
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate, Walk


def hash_of(number: int) -> str:
    """Return a hash that stands for a number."""
    return f"0x{number:064x}"


def address(number: int) -> str:
    """Return a canonical address that stands for a number."""
    return f"0x{number:040x}"


class SimpleChain:
    """A node's chain. Each block has a hash that none had before."""

    def __init__(self, first: int = 100, length: int = 1) -> None:
        self._hashes = count(1)
        self._first = first
        self.blocks: list[Block] = []
        self.grow(length)

    @property
    def head(self) -> BlockReference:
        """The newest block."""
        return self.blocks[-1].reference

    @property
    def references(self) -> list[BlockReference]:
        """All blocks, the oldest first."""
        return [block.reference for block in self.blocks]

    def grow(self, length: int) -> None:
        """Add blocks."""
        for _ in range(length):
            parent = self.blocks[-1].hash if self.blocks else hash_of(0)
            number = self._first + len(self.blocks)
            self.blocks.append(Block(number=number, hash=hash_of(next(self._hashes)), parent_hash=parent, time=number))

    def reorganise(self, depth: int, length: int) -> None:
        """Put others in place of the newest `depth` blocks; the first block of all stays."""
        kept = max(len(self.blocks) - depth, 1)
        self.blocks = self.blocks[:kept]
        self.grow(length)

    def block(self, number: int) -> Block | None:
        """Answer as a node does that is asked for a block by number."""
        place = number - self._first
        return self.blocks[place] if 0 <= place < len(self.blocks) else None

    def known(self) -> KnownBlocks:
        """Return what who follows this chain from its first block on knows of it."""
        first, *rest = self.references
        return KnownBlocks((first,)).moved(first.number, tuple(rest))


def walked(walk: Walk, ask: Callable[[int], Block | None]) -> ChainUpdate:
    """Drive a walk with what a node answers."""
    answer = None
    while True:
        try:
            number = walk.send(answer)
        except StopIteration as end:
            update: ChainUpdate = end.value
            return update
        answer = ask(number)


async def walked_by(walk: Walk, ask: Callable[[int], Awaitable[Block | None]]) -> ChainUpdate:
    """Drive a walk with what a node answers that has to be waited for."""
    answer = None
    while True:
        try:
            number = walk.send(answer)
        except StopIteration as end:
            update: ChainUpdate = end.value
            return update
        answer = await ask(number)
