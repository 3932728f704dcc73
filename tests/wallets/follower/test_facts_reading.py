"""Which rows are read for an update: transactions that it may change, and balances that are to be read."""

from typing import Any

import pytest

from tests.wallets.rows import (
    balance_of,
    chain_named,
    named_token,
    token_of,
    transaction_of,
    user_named,
    wallet_of,
)
from tests.wallets.simple_chain import SimpleChain, address, hash_of
from wallets.chain import NATIVE, BlockReference
from wallets.follower.followed_chain import BalanceLook, StoredFacts
from wallets.follower.stored_chain import facts_read
from wallets.follower.unread_balances import TOKENS_REREAD
from wallets.following.known_blocks import DEEPEST_REORGANISATION
from wallets.following.reorganisation import ChainUpdate
from wallets.models import Balance, Chain, Wallet

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
        return set(facts_read(chain.name, (), update, pool=pool).tracked)

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
    unread = facts_read(chain.name, (), ChainUpdate(), pool=(), look=BalanceLook()).unread
    assert 500 <= len(unread) <= 1000
    assert len({token for _, token in unread}) == 20


def _looked(chain: Chain, look: BalanceLook) -> StoredFacts:
    return facts_read(chain.name, (), ChainUpdate(), pool=(), look=look)


def test_once_all_wallets_are_compared_only_new_ones_and_those_of_newly_listed_tokens_are_found() -> None:
    chain, owner = chain_named(), user_named("ada")
    wallet_of(owner, chain, 1)
    new = wallet_of(owner, chain, 2)
    Wallet.objects.filter(pk=new.pk).update(is_being_read=True)
    no_token = token_of(chain, 900).address
    found = _looked(chain, BalanceLook())
    assert {owner for owner, _ in found.unread} == {address(1), address(2)}
    again, has_more = BalanceLook().after(found, [(address(1), None)])
    assert (again.compared, has_more) == (frozenset(), True), "there may be more than were found at once"
    look, has_more = BalanceLook().after(found, [])
    assert look.compared == {NATIVE, no_token}
    assert not has_more
    assert _looked(chain, look).unread == {(address(2), None), (address(2), no_token)}
    listed = token_of(chain, 901).address
    assert (address(1), listed) in _looked(chain, look).unread
    assert (address(1), no_token) not in _looked(chain, look).unread


def test_a_token_that_is_listed_again_is_compared_again() -> None:
    chain = chain_named()
    token = token_of(chain, 900)
    look, _ = BalanceLook().after(_looked(chain, BalanceLook()), [])
    token.delete()
    look, _ = look.after(_looked(chain, look), [])
    assert look.compared == {NATIVE}


def test_outdated_balances_that_cannot_be_read_keep_none_of_the_others_from_it() -> None:
    chain = chain_named()
    for number in range(1, 503):
        balance_of(chain, number)
    Balance.objects.update(is_outdated=True)
    first = _looked(chain, BalanceLook())
    look, has_more = BalanceLook().after(first, [])
    assert (len(first.unread), has_more) == (500, True)
    rest = _looked(chain, look)
    assert rest.unread == {(address(501), None), (address(502), None)}
    assert look.after(rest, []) == (BalanceLook(look.compared), False)


def test_what_is_held_of_followed_tokens_is_read_again_so_much_at_each_turn() -> None:
    chain, ada = chain_named(), user_named("ada")
    listed = token_of(chain, 900).address
    named_token(wallet_of(ada, chain, 1), 901)
    for asset in (NATIVE, listed, address(901), address(902)):
        balance_of(chain, 1, asset=asset)
    balance_of(chain, 2, amount=0, asset=listed)
    for number in range(3, TOKENS_REREAD + 1):
        balance_of(chain, number, asset=listed)
    first = _looked(chain, BalanceLook().due())
    assert (address(1), listed) in first.read_unchanged
    look, has_more = BalanceLook().due().after(first, [])
    assert not has_more, "the others have their turn later"
    assert not _looked(chain, look).tokens_reread
    rest = _looked(chain, look.due())
    assert first.tokens_reread
    assert rest.tokens_reread
    followed = {(address(1), address(901)), *((address(number), listed) for number in range(1, TOKENS_REREAD + 1))}
    assert first.tokens_reread.owned | rest.tokens_reread.owned == followed - {(address(2), listed)}
    assert len(first.tokens_reread.owned) == TOKENS_REREAD - 1, "that of no token which is followed isn't read"
    assert len(rest.tokens_reread.owned) == 1
    again, _ = look.due().after(rest, [])
    assert _looked(chain, again.due()).tokens_reread == first.tokens_reread, "and so on from the first"
