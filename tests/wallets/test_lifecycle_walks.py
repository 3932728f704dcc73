"""Random lives of a transaction: the state in the end is that of a fresh look at the chain, and so is what was told.

The chain of these tests is a list of which transaction with the nonce each block has, if any; `fresh_state` reads it
from the front, and knows nothing of what was before.
"""

from enum import Enum
from itertools import pairwise
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference, Receipt, Transaction
from wallets.lifecycle import (
    MISSING_POLLS,
    ChainView,
    ConflictingTransaction,
    PoolAnswer,
    Replacement,
    TransactionChange,
    TransactionProgress,
    TransactionState,
    TransactionStatus,
    followed,
    next_status,
)

REQUIRED = 4
NONCE = 5


class Content(Enum):
    """What a block of the test has for the nonce."""

    NOTHING = "nothing"
    IT = "it"
    IT_FAILED = "it failed"
    SPEED_UP = "speed-up"
    CANCEL = "cancel"


SENT = Transaction(hash=hash_of(1), sender=address(0xA), nonce=NONCE, recipient=address(0xB), value=10)
OTHERS = {
    Content.SPEED_UP: msgspec.structs.replace(SENT, hash=hash_of(2)),
    Content.CANCEL: msgspec.structs.replace(SENT, hash=hash_of(3), recipient=SENT.sender, value=0),
}
REPLACEMENTS = {Content.SPEED_UP: Replacement.SPEED_UP, Content.CANCEL: Replacement.CANCEL}


class ChainAndPool:
    """A chain and a pool, in which the nonce is used once at most."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, Content]] = []
        self.pool = Content.IT
        self.final = 0  # so many blocks can't be taken back
        self._hashes = 1000

    @property
    def used(self) -> Content:
        """What has used the nonce."""
        return next((content for _, content in self.blocks if content is not Content.NOTHING), Content.NOTHING)

    def mine(self, content: Content) -> None:
        if self.used is not Content.NOTHING:
            content = Content.NOTHING
        self._hashes += 1
        self.blocks.append((hash_of(self._hashes), content))
        if content is not Content.NOTHING:
            self.pool = Content.NOTHING

    def reorganise(self, depth: int, contents: list[Content]) -> None:
        del self.blocks[max(len(self.blocks) - depth, self.final) :]
        for content in contents:
            self.mine(content)

    def put_into_pool(self, content: Content) -> None:
        self.pool = content if self.used is Content.NOTHING and content is not Content.IT_FAILED else Content.NOTHING

    def finalize(self, depth: int) -> None:
        self.final = max(self.final, len(self.blocks) - depth)

    def view(self, *, polled: bool) -> ChainView:
        """Return what one sees who looks; the pool is only looked at in a poll."""
        receipt, conflicting, pool = None, None, PoolAnswer.NOT_ASKED
        for number, (block_hash, content) in enumerate(self.blocks):
            block = BlockReference(number, block_hash)
            if content in OTHERS:
                conflicting = ConflictingTransaction(OTHERS[content], block)
            elif content is not Content.NOTHING:
                receipt = Receipt(block=block, succeeded=content is Content.IT)
        if polled:
            pool = PoolAnswer.HAS_IT if self.pool is Content.IT else PoolAnswer.LACKS_IT
            if self.pool in OTHERS and conflicting is None:
                conflicting = ConflictingTransaction(OTHERS[self.pool])
        return ChainView(
            head=len(self.blocks) - 1,
            finalized=self.final - 1 if self.final else None,
            transaction=SENT,
            receipt=receipt,
            conflicting=conflicting,
            pool=pool,
            transaction_count=NONCE + (self.used is not Content.NOTHING),
        )


def fresh_state(chain: ChainAndPool) -> TransactionState:
    """Return what the transaction is to who looks at the chain for the first time, and long enough."""
    for number, (block_hash, content) in enumerate(chain.blocks):
        if content is Content.NOTHING:
            continue
        block, is_final = BlockReference(number, block_hash), number < chain.final
        if content in OTHERS:
            return TransactionState(
                status=TransactionStatus.REPLACED,
                block=block,
                replaced_by=OTHERS[content].hash,
                replacement=REPLACEMENTS[content],
                is_final=is_final,
            )
        count = len(chain.blocks) - number
        if content is Content.IT_FAILED:
            status = TransactionStatus.FAILED
        elif is_final:
            status = TransactionStatus.FINALIZED
        else:
            status = TransactionStatus.CONFIRMED if count >= REQUIRED else TransactionStatus.CONFIRMING
        confirmations = REQUIRED if is_final else min(count, REQUIRED)
        return TransactionState(status=status, block=block, confirmations=confirmations, is_final=is_final)
    if chain.pool in OTHERS:
        other = OTHERS[chain.pool].hash
        return TransactionState(
            status=TransactionStatus.REPLACED, replaced_by=other, replacement=REPLACEMENTS[chain.pool]
        )
    in_pool = chain.pool is Content.IT
    return TransactionState(status=TransactionStatus.PENDING if in_pool else TransactionStatus.DROPPED)


class Follower:
    """Looks at the chain now and then, and keeps what was told."""

    def __init__(self) -> None:
        self.progress = TransactionProgress(required=REQUIRED)
        self.told: list[TransactionChange] = []

    def look(self, chain: ChainAndPool, *, polled: bool) -> None:
        self.progress, changes = followed(self.progress, chain.view(polled=polled))
        self.told += changes

    def look_long_enough(self, chain: ChainAndPool) -> None:
        for _ in range(MISSING_POLLS):
            self.look(chain, polled=True)


_CONTENTS = st.sampled_from(Content)
_HAPPENS = st.lists(
    st.one_of(
        st.tuples(st.just("mine"), st.lists(_CONTENTS, min_size=1, max_size=1)),
        st.tuples(st.just("mine"), st.just([Content.NOTHING] * 3)),
        st.tuples(st.just("reorganise"), st.lists(_CONTENTS, max_size=8)),
        st.tuples(st.just("pool"), st.lists(_CONTENTS, min_size=1, max_size=1)),
        st.tuples(st.just("finalize"), st.just([])),
        st.tuples(st.just("look"), st.just([])),
        st.tuples(st.just("poll"), st.just([])),
    ),
    max_size=40,
)


def _let_happen(chain: ChainAndPool, follower: Follower, kind: str, depth: int, contents: list[Content]) -> None:
    match kind:
        case "mine":
            for content in contents:
                chain.mine(content)
        case "reorganise":
            chain.reorganise(depth, contents)
        case "pool":
            chain.put_into_pool(contents[0])
        case "finalize":
            chain.finalize(depth)
        case _:
            follower.look(chain, polled=kind == "poll")


@examples(300)
@given(_HAPPENS, st.randoms(use_true_random=False))
def test_whatever_happens_the_end_is_that_of_a_fresh_look_and_so_is_what_was_told(
    happenings: list[tuple[str, list[Content]]], random: Random
) -> None:
    chain, follower = ChainAndPool(), Follower()
    chain.mine(Content.NOTHING)
    for kind, contents in happenings:
        _let_happen(chain, follower, kind, random.randint(1, 6), contents)
    follower.look_long_enough(chain)
    newcomer = Follower()
    newcomer.look_long_enough(chain)
    assert follower.progress.state == fresh_state(chain) == newcomer.progress.state
    assert _replayed(follower.told) == follower.progress.state


def _replayed(changes: list[TransactionChange]) -> TransactionState:
    """Return the state to which what was told leads; each change is a legal step, and tells something."""
    state = TransactionState()
    for change in changes:
        assert change.state.status == next_status(state.status, change.step)
        assert change.state != state
        state = change.state
    decided = [change.state.block for change in changes]
    assert all(before in (None, then) for before, then in pairwise(decided) if then is not None)
    return state
