"""Our chain as far as it can be taken back."""

import pytest

from tests.wallets.simple_chain import SimpleChain, hash_of
from wallets.chain import BlockReference
from wallets.following.known_blocks import DEEPEST_REORGANISATION, KnownBlocks


def test_it_keeps_as_many_blocks_as_can_be_taken_back_and_the_one_below() -> None:
    known = SimpleChain(first=0, length=200).known()
    assert (known.oldest, known.tip.number) == (199 - DEEPEST_REORGANISATION, 199)
    assert [block.number for block in known.above(195)] == [199, 198, 197, 196]


@pytest.mark.parametrize(
    ("numbers", "message"), [([], "followed from a block on"), ([1, 3], "without a gap"), ([2, 1], "without a gap")]
)
def test_it_refuses_what_is_no_row_of_blocks(numbers: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        KnownBlocks(tuple(BlockReference(number, hash_of(number)) for number in numbers))
