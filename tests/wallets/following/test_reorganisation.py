"""How our chain becomes a node's, through reorganisations of which nobody told, and answers that are no chain."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.wallets.simple_chain import SimpleChain, hash_of, walked
from wallets.chain import Block
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.following.known_blocks import DEEPEST_REORGANISATION
from wallets.following.reorganisation import ChainUpdate, way_to


def test_it_applies_what_follows_our_tip() -> None:
    chain = SimpleChain(length=3)
    known = chain.known()
    chain.grow(2)
    assert walked(way_to(104, known), chain.block) == ChainUpdate(applied=tuple(chain.blocks[3:]))


def test_it_asks_for_each_block_once_and_for_no_more_than_it_needs() -> None:
    chain = SimpleChain(length=10)
    known = chain.known()
    chain.reorganise(3, 4)
    asked: list[int] = []

    def ask(number: int) -> Block | None:
        asked.append(number)
        return chain.block(number)

    walked(way_to(chain.head.number, known), ask)
    assert asked == [110, 109, 108, 107, 106]


def test_it_takes_back_the_newest_first_and_applies_the_oldest_first() -> None:
    chain = SimpleChain(length=5)
    known = chain.known()
    ours = chain.references
    chain.reorganise(3, 4)
    update = walked(way_to(105, known), chain.block)
    assert update.retracted == (ours[4], ours[3], ours[2])
    assert list(update.applied) == chain.blocks[2:]
    assert update.after(known) == chain.known()


def test_it_follows_a_node_to_a_branch_that_is_shorter_than_ours() -> None:
    chain = SimpleChain(length=5)
    known = chain.known()
    chain.reorganise(3, 1)
    update = walked(way_to(chain.head.number, known), chain.block)
    assert [block.number for block in update.retracted] == [104, 103, 102]
    assert update.after(known) == chain.known()


def test_it_takes_nothing_back_for_a_node_that_lags() -> None:
    chain = SimpleChain(length=5)
    known = chain.known()
    assert walked(way_to(102, known), chain.block) == ChainUpdate()
    assert walked(way_to(99, known), chain.block) == ChainUpdate(), "below all that is known"


def test_it_applies_no_more_at_once_than_it_is_asked_to() -> None:
    chain = SimpleChain(length=1)
    known = chain.known()
    chain.grow(9)
    update = walked(way_to(chain.head.number, known, most_applied=4), chain.block)
    assert [block.number for block in update.applied] == [101, 102, 103, 104]


@pytest.mark.parametrize("length", [63, 64, 65, 66])
def test_it_takes_back_the_deepest_reorganisation_whatever_its_length(length: int) -> None:
    chain = SimpleChain(length=100)
    known = chain.known()
    chain.reorganise(DEEPEST_REORGANISATION, length)
    update = walked(way_to(chain.head.number, known), chain.block)
    assert len(update.retracted) == DEEPEST_REORGANISATION
    after = update.after(known)
    assert after.tip == chain.head
    assert set(after.references) <= set(chain.references)


@pytest.mark.parametrize("length", [60, 66])
def test_it_refuses_to_go_on_below_what_may_be_taken_back(length: int) -> None:
    chain = SimpleChain(length=100)
    known = chain.known()
    chain.reorganise(DEEPEST_REORGANISATION + 1, length)
    with pytest.raises(ReorganisationTooDeepError, match="isn't ours even at block 135, 64 below our tip") as refused:
        walked(way_to(chain.head.number, known), chain.block)
    assert (refused.value.number, refused.value.depth) == (135, 64)


def test_it_refuses_another_chain_where_only_the_cursor_is_known() -> None:
    known = SimpleChain(length=1).known()
    other = SimpleChain(length=3)
    other.reorganise(3, 4)
    other.blocks[0] = msgspec.structs.replace(other.blocks[0], hash=hash_of(999))
    other.blocks[1] = msgspec.structs.replace(other.blocks[1], parent_hash=hash_of(999))
    with pytest.raises(ReorganisationTooDeepError, match="block 100, 0 below our tip"):
        walked(way_to(102, known), other.block)


def test_it_refuses_answers_that_are_no_chain() -> None:
    chain = SimpleChain(length=3)
    known = chain.known()
    stranger = SimpleChain(length=9).blocks[5]
    with pytest.raises(InconsistentNodeError, match="has no block 103"):
        walked(way_to(103, known), lambda _: None)
    with pytest.raises(InconsistentNodeError, match="asked for block 103 and answered block 105"):
        walked(way_to(103, known), lambda _: stranger)
    above = msgspec.structs.replace(stranger, number=103, parent_hash=hash_of(77))
    with pytest.raises(InconsistentNodeError, match="blocks 102 and 103 don't belong to one chain"):
        walked(way_to(103, known), lambda number: above if number == above.number else chain.block(number))


_HAPPENS = st.lists(
    st.one_of(
        st.tuples(st.just("grow"), st.integers(1, 5), st.just(0)),
        st.tuples(st.just("reorganise"), st.integers(1, DEEPEST_REORGANISATION), st.integers(0, 70)),
        st.tuples(st.just("reorganise while it is asked"), st.integers(1, 5), st.integers(1, 6)),
        st.tuples(st.just("lag"), st.integers(1, 80), st.just(0)),
        st.tuples(st.just("read"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


class _Follower:
    """Follows a node, and keeps a copy of its chain by what it is told alone."""

    def __init__(self, chain: SimpleChain) -> None:
        self.known = chain.known()
        self.copy = chain.references

    def read(self, chain: SimpleChain, head: int, *, reorganising: tuple[int, int] | None = None) -> None:
        asked = 0

        def ask(number: int) -> Block | None:
            nonlocal asked
            asked += 1
            if reorganising and asked == 2:
                chain.reorganise(*reorganising)
            return chain.block(number)

        update = walked(way_to(head, self.known), ask)
        for retracted in update.retracted:
            assert self.copy.pop() == retracted
        for block in update.applied:
            assert block.parent_hash == self.copy[-1].hash
            self.copy.append(block.reference)
        self.known = update.after(self.known)
        assert list(self.known.references) == self.copy[-len(self.known.references) :]

    def safe_depth(self, chain: SimpleChain, depth: int) -> int:
        """Return how many of `depth` blocks the node may lose, so that none goes that the follower holds for final."""
        return max(min(depth, chain.head.number - self.known.oldest), 0)


@examples(150)
@given(_HAPPENS)
def test_whatever_happens_it_has_the_nodes_chain_in_the_end(happenings: list[tuple[str, int, int]]) -> None:
    chain = SimpleChain(length=90)
    follower = _Follower(chain)
    for kind, size, length in happenings:
        match kind:
            case "grow":
                chain.grow(size)
            case "reorganise":
                chain.reorganise(follower.safe_depth(chain, size), length)
            case "reorganise while it is asked":
                during = (follower.safe_depth(chain, size), length)
                with suppress(InconsistentNodeError):
                    follower.read(chain, chain.head.number, reorganising=during)
            case "lag":
                follower.read(chain, max(chain.head.number - size, follower.known.oldest))
            case _:
                follower.read(chain, chain.head.number)
    chain.grow(max(follower.known.tip.number - chain.head.number, 0) + 1)  # a chain that wins is the longer one
    while follower.known.tip != chain.head:
        follower.read(chain, chain.head.number)
    assert follower.copy == chain.references
