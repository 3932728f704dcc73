"""What a chain is, read afresh from its simulated node, to compare with what a follower has stored of it."""

from collections.abc import Iterator

from tests.wallets.follower.conftest import NAME, REQUIRED, FollowingRig
from wallets.chain import NATIVE
from wallets.lifecycle import TransactionStatus
from wallets.models import Balance, ChainTransaction, KnownBlock, Movement, TransactionWatch
from wallets.models.movement import NO_LOG
from wallets.simulator.chain.chain import Place
from wallets.simulator.chain.tokens import transfer_call
from wallets.simulator.chain.transactions import MinedBlock, SentTransaction


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
    """Each amount, from whom or to whom, where in which block: of coins and of tokens."""
    columns = ("address", "asset", "change", "counterparty", "transaction_hash", "log_index", "block_number")
    stored = Movement.objects.filter(chain=NAME, is_retracted=False)
    rows = sorted(stored.values_list(*columns, "block_hash"))
    assert rows == sorted(moved for block in _followed(rig) for moved in _moved(rig, block))


def _followed(rig: FollowingRig) -> list[MinedBlock]:
    before = {block_hash for _, block_hash in rig.first}
    return [block for block in rig.node.chain.blocks if block.hash not in before]


def _moved(rig: FollowingRig, block: MinedBlock) -> Iterator[tuple[object, ...]]:
    place = 0
    for outcome in block.outcomes:
        sent, at = outcome.transaction, (block.number, block.hash)
        if outcome.succeeded and sent.value:
            yield from _both_ways(
                rig, sent.sender, str(sent.recipient), (NATIVE, sent.value), (outcome.hash, NO_LOG, *at)
            )
        if outcome.logs and (call := transfer_call(sent.data)):
            moved = (str(sent.recipient), call.amount)
            yield from _both_ways(rig, sent.sender, call.recipient, moved, (outcome.hash, place, *at))
        place += len(outcome.logs)


def _both_ways(
    rig: FollowingRig, sender: str, recipient: str, moved: tuple[str, int], at: tuple[object, ...]
) -> Iterator[tuple[object, ...]]:
    (asset, amount), watched = moved, rig.node.chain.accounts[:2]
    if sender in watched:
        yield sender, asset, -amount, recipient, *at
    if recipient in watched:
        yield recipient, asset, amount, sender, *at


def _assert_transactions(rig: FollowingRig) -> None:
    """Each transaction from or to a wallet is there, as the chain has it, or with what the chain has in its place."""
    rows = {row.hash: row for row in ChainTransaction.objects.filter(chain=NAME)}
    touching = {
        outcome.hash for block in _followed(rig) for outcome in block.outcomes if _touches(rig, outcome.transaction)
    }
    assert touching <= rows.keys()
    watched = TransactionWatch.objects.filter(transaction__hash__in=touching)
    assert set(watched.values_list("transaction__hash", flat=True)) == touching
    for row in rows.values():
        place = rig.node.chain.place_of(row.hash)
        if place is None:
            _assert_in_no_block(rig, row)
        else:
            _assert_in_block(rig, row, place)


def _touches(rig: FollowingRig, sent: SentTransaction) -> bool:
    call = transfer_call(sent.data)
    return not {sent.sender, sent.recipient, call and call.recipient}.isdisjoint(rig.node.chain.accounts[:2])


def _assert_in_block(rig: FollowingRig, row: ChainTransaction, place: Place) -> None:
    count = rig.node.chain.head.number - place.block.number + 1
    decided = TransactionStatus.CONFIRMED if count >= REQUIRED else TransactionStatus.CONFIRMING
    succeeded = TransactionStatus.FINALIZED if row.is_final else decided
    expected = succeeded if place.outcome.succeeded else TransactionStatus.FAILED
    sent, fee = place.outcome.transaction, place.outcome.gas_used * place.outcome.gas_price
    assert (row.block_hash, row.status, row.fee) == (place.block.hash, expected, fee)
    assert row.confirmations == min(count, REQUIRED)
    assert (row.sender, row.recipient, row.nonce, row.value) == (sent.sender, sent.recipient, sent.nonce, sent.value)
    assert (row.replaced_by, row.replacement, row.conflicting) == ("", "", "")


def _assert_in_no_block(rig: FollowingRig, row: ChainTransaction) -> None:
    """Nothing was paid for it; what has used its nonce has replaced it, or else the pool says what has become of it."""
    assert row.fee is None
    other = next((each for each in _placed(rig) if (each.sender, each.nonce) == (row.sender, row.nonce)), None)
    if other is not None:
        place = rig.node.chain.place_of(other.hash)
        assert place is not None
        assert (row.status, row.replaced_by, row.block_hash) == ("replaced", other.hash, place.block.hash)
        return
    assert (row.block_number, row.confirmations) == (None, 0)
    assert row.status in {"pending", "replaced", "dropped", "retracted", "seen"}, row.status


def _placed(rig: FollowingRig) -> Iterator[SentTransaction]:
    return (outcome.transaction for block in rig.node.chain.blocks for outcome in block.outcomes)
