"""A node is asked for so many undecided transactions in a turn, and for each of them in its turn."""

from collections.abc import Sequence

from tests.wallets.simple_chain import SimpleChain, hash_of
from wallets.follower.block_reading import ReadUpdate
from wallets.follower.followed_chain import FollowedChain, StoredFacts
from wallets.follower.pool_rotation import MOST_ASKED, PoolRotation
from wallets.follower.transaction_tracking import TrackedTransaction
from wallets.follower.update_analysis import UpdateAnalysis
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import MISSING_POLLS, TransactionProgress
from wallets.nodes.json_rpc import Call

WATCHED = {f"0x{row}": row for row in range(1, 2 * MOST_ASKED + MOST_ASKED // 2 + 1)}


def test_each_has_its_turn_again_and_again_and_never_more_than_so_many_are_asked() -> None:
    rotation, polls = PoolRotation(), 30
    taken = [rotation.take(WATCHED, counts_missing=True) for _ in range(polls)]
    assert {len(each) for each in taken} == {MOST_ASKED}
    times = {each: sum(each in one for one in taken) for each in WATCHED}
    assert min(times.values()) >= polls * MOST_ASKED // len(WATCHED) - 1
    assert frozenset[str]().union(*taken[:3]) == WATCHED.keys()


def test_one_that_is_newly_watched_comes_first() -> None:
    rotation = PoolRotation()
    rotation.take(WATCHED, counts_missing=True)
    new = {"0xnew": 10**6}
    assert "0xnew" in rotation.take(WATCHED | new, counts_missing=True)
    assert "0xnew" not in rotation.take(WATCHED | new, counts_missing=True)


def test_what_is_asked_between_two_polls_puts_no_poll_off() -> None:
    rotation, known = PoolRotation(), dict(list(WATCHED.items())[: 2 * MOST_ASKED])
    first, second = (rotation.take(known, counts_missing=True) for _ in range(2))
    assert not first & second
    assert rotation.take(known, counts_missing=False) == first
    assert rotation.take(known, counts_missing=True) == first


def test_one_that_is_decided_or_watched_no_longer_is_forgotten() -> None:
    rotation = PoolRotation()
    rotation.take({"0x1": 1}, counts_missing=True)
    rotation.take({}, counts_missing=True)
    assert rotation.take(WATCHED | {"0x1": 10**6}, counts_missing=True) >= {"0x1"}


class LackingNode:
    """A node that knows no transaction, and counts for how many it was asked."""

    url = "http://node.example.org"
    tells_heads = False

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def exchange(self, calls: Sequence[Call]) -> list[None]:
        if calls and calls[0].method == "eth_getTransactionByHash":
            self.asked.append(len(calls))
        return [None for _ in calls]

    async def close(self) -> None:
        pass


async def test_a_node_is_asked_for_so_many_in_a_turn_and_each_is_missed_as_often_as_it_takes_to_be_dropped() -> None:
    known, node, rotation = SimpleChain().known(), LackingNode(), PoolRotation()
    chain = FollowedChain(name="c", chain_id=1, decimals=18, nodes=(), block_time=12.0, confirmations=3)
    progress = TransactionProgress(required=3)
    rows = range(1, 2 * MOST_ASKED + 1)
    tracked = {hash_of(row): TrackedTransaction(hash=hash_of(row), progress=progress, row_id=row) for row in rows}
    empty = frozenset[str]()
    for _ in range(2 * MISSING_POLLS):
        facts = StoredFacts(
            watchers={}, listed=empty, named={}, tracked=tracked, unread=frozenset(), retracted=frozenset()
        )
        read = ReadUpdate(known.tip.number, ChainUpdate(), ())
        analysis = UpdateAnalysis(node, chain=chain, known=known, read=read, facts=facts, pool={}, rotation=rotation)
        transactions = (await analysis.analysed(asks_pool=True)).transactions
        tracked = tracked | {each.tracked.hash: each.tracked for each in transactions}
    assert set(node.asked) == {MOST_ASKED}
    assert {each.progress.missing_polls for each in tracked.values()} == {MISSING_POLLS}
