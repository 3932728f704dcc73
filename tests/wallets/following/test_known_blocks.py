"""Our chain as far as it can be taken back, and how a node's head lies to it."""

import pytest

from tests.wallets.simple_chain import SimpleChain, hash_of
from wallets.chain import BlockReference
from wallets.following.known_blocks import DEEPEST_REORGANISATION, HeadRelation, KnownBlocks, relation_of


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


def test_it_tells_how_a_head_lies_to_our_chain() -> None:
    chain = SimpleChain(first=0, length=100)
    known = chain.known()
    other = hash_of(12345)
    assert relation_of(known, BlockReference(100, other)) is HeadRelation.AHEAD
    assert relation_of(known, chain.references[99]) is HeadRelation.AT_TIP
    assert relation_of(known, chain.references[98]) is HeadRelation.BEHIND
    assert relation_of(known, BlockReference(10, other)) is HeadRelation.BEHIND  # older than what we know
    assert relation_of(known, BlockReference(99, other)) is HeadRelation.DIFFERS
    assert relation_of(known, BlockReference(98, other)) is HeadRelation.DIFFERS
