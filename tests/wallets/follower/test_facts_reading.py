"""Of the transactions that are watched, those are read that an update may change."""

from typing import Any

import pytest

from tests.wallets.rows import chain_named, token_of, transaction_of, user_named, wallet_of
from tests.wallets.simple_chain import SimpleChain, hash_of
from wallets.chain import BlockReference
from wallets.follower.stored_chain import facts_read
from wallets.following.known_blocks import DEEPEST_REORGANISATION
from wallets.following.reorganisation import ChainUpdate
from wallets.models import Chain

pytestmark = pytest.mark.django_db
FINAL_AT_200 = 200 - DEEPEST_REORGANISATION


def _confirmed_in(chain: Chain, number: int, block: int, confirmations: int = 12) -> None:
    columns: dict[str, Any] = {"block_number": block, "block_hash": hash_of(block), "confirmations": confirmations}
    transaction_of(chain, number, status="confirmed" if confirmations == 12 else "confirming", **columns)


def test_one_that_waits_for_finality_alone_is_read_when_that_comes_or_where_a_node_or_a_fork_has_news_of_it() -> None:
    chain = chain_named()
    _confirmed_in(chain, 5000, FINAL_AT_200)
    _confirmed_in(chain, 5001, FINAL_AT_200 + 1)
    _confirmed_in(chain, 5002, 195, confirmations=6)
    transaction_of(chain, 5003)
    grows = ChainUpdate(applied=(SimpleChain(first=200).blocks[0],))

    def read(update: ChainUpdate, *pool: str) -> set[str]:
        return set(facts_read(chain.name, (), update, pool=pool, with_unread=False).tracked)

    assert read(grows) == {hash_of(5000), hash_of(5002), hash_of(5003)}
    assert read(grows, hash_of(5001)) == set(map(hash_of, range(5000, 5004)))
    assert read(ChainUpdate(retracted=(BlockReference(199, hash_of(199)),))) == set(map(hash_of, range(5000, 5004)))
    assert read(ChainUpdate()) == {hash_of(5002), hash_of(5003)}


def test_of_new_wallets_and_listed_tokens_only_so_many_balances_are_read_in_a_turn() -> None:
    chain, owner = chain_named(), user_named("ada")
    for number in range(60):
        wallet_of(owner, chain, number + 1)
    for number in range(19):
        token_of(chain, 900 + number)
    unread = facts_read(chain.name, (), ChainUpdate(), pool=(), with_unread=True).unread
    assert 500 <= len(unread) <= 1000
    assert len({token for _, token in unread}) == 20
