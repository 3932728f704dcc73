"""What a chain is, read afresh from its simulated node, to compare with what a follower has stored of it."""

from tests.wallets.follower.conftest import NAME, REQUIRED, FollowingRig
from wallets.chain import NATIVE
from wallets.lifecycle import TransactionStatus
from wallets.models import Balance, ChainTransaction, KnownBlock, Movement


async def assert_stored_as_fresh(rig: FollowingRig) -> None:
    """Compare blocks, balances, movements and transactions with the node's own chain."""
    await rig.read(_assert_blocks, rig)
    await rig.read(_assert_balances, rig)
    await rig.read(_assert_movements, rig)
    await rig.read(_assert_transactions, rig)


def _assert_blocks(rig: FollowingRig) -> None:
    stored = list(KnownBlock.objects.filter(chain=NAME).order_by("number").values_list("number", "hash"))
    assert stored == [(block.number, block.hash) for block in rig.node.chain.blocks[-len(stored) :]]


def _assert_balances(rig: FollowingRig) -> None:
    ledger, tokens = rig.node.chain.ledger, list(rig.node.chain.tokens)
    stored = {(row.address, row.asset): row.amount for row in Balance.objects.filter(chain=NAME)}
    watched = rig.node.chain.accounts[:2]
    expected = {(address, NATIVE): ledger.coins_of(address) for address in watched}
    expected |= {(address, token): ledger.tokens_of(token, address) for address in watched for token in tokens}
    assert stored == expected


def _assert_movements(rig: FollowingRig) -> None:
    before = {block_hash for _, block_hash in rig.first}
    watched, expected = set(rig.node.chain.accounts[:2]), set()
    for block in rig.node.chain.blocks:
        for outcome in block.outcomes if block.hash not in before else ():
            transaction = outcome.transaction
            if outcome.succeeded and transaction.value:
                expected |= {(outcome.hash, NATIVE, each) for each in (transaction.sender, transaction.recipient)}
    stored = Movement.objects.filter(chain=NAME, is_retracted=False, asset=NATIVE)
    assert set(stored.values_list("transaction_hash", "asset", "address")) == {
        each for each in expected if each[2] in watched
    }


def _assert_transactions(rig: FollowingRig) -> None:
    chain, head = rig.node.chain, rig.node.chain.head.number
    for row in ChainTransaction.objects.filter(chain=NAME):
        place = chain.place_of(row.hash)
        if place is None:
            assert row.status in {"pending", "replaced", "dropped", "retracted", "seen"}, row.status
            continue
        count = head - place.block.number + 1
        decided = TransactionStatus.CONFIRMED if count >= REQUIRED else TransactionStatus.CONFIRMING
        succeeded = TransactionStatus.FINALIZED if row.is_final else decided
        expected = succeeded if place.outcome.succeeded else TransactionStatus.FAILED
        assert (row.block_hash, row.status) == (place.block.hash, expected)
        assert row.confirmations == min(count, REQUIRED)
