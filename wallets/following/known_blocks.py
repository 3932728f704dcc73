"""Our chain as far as it can be taken back. Pure."""

import msgspec

from wallets.chain import BlockReference

DEEPEST_REORGANISATION = 64
"""So many blocks may be taken back: two epochs of Ethereum, after which a block is final."""


def newest_final(head: int) -> int:
    """Return the number of the newest block that is final where `head` is the newest; negative on a young chain."""
    return head - DEEPEST_REORGANISATION


class KnownBlocks(msgspec.Struct, frozen=True):
    """The newest blocks of our chain, in their order without a gap, at least one: the last is the cursor.

    What isn't such a row is a ValueError. The oldest isn't taken back: it is final, or nothing below it is known.
    """

    references: tuple[BlockReference, ...]

    def __post_init__(self) -> None:
        """Refuse what is no row of blocks."""
        if not self.references:
            raise ValueError("a chain is followed from a block on")
        first = self.references[0].number
        if any(reference.number != first + place for place, reference in enumerate(self.references)):
            raise ValueError("the blocks of a chain have numbers without a gap")

    @property
    def tip(self) -> BlockReference:
        """Return the newest of our blocks, the cursor."""
        return self.references[-1]

    @property
    def oldest(self) -> int:
        """Return the number of the oldest block that is known."""
        return self.references[0].number

    @property
    def finalized(self) -> int:
        """Return the number of the newest block that is final; negative on a chain that is younger than that.

        On a chain that is followed only since a while, blocks below the oldest that is known aren't final yet.
        """
        return newest_final(self.tip.number)

    def at(self, number: int) -> BlockReference | None:
        """Return our block of a number, None where we know none."""
        place = number - self.oldest
        return self.references[place] if 0 <= place < len(self.references) else None

    def above(self, number: int) -> tuple[BlockReference, ...]:
        """Return our blocks above a number, the newest first, as they are taken back."""
        return tuple(reversed(self.references[max(number - self.oldest + 1, 0) :]))

    def moved(self, ancestor: int, applied: tuple[BlockReference, ...]) -> "KnownBlocks":
        """Return our chain after those above `ancestor`, which we know, are taken back and others are built on it."""
        kept = self.references[: ancestor - self.oldest + 1]
        return KnownBlocks((*kept, *applied)[-(DEEPEST_REORGANISATION + 1) :])
