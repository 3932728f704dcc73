"""What a new subscriber of a wallet, a transaction or a chain's blocks is told first: what the rows say now."""

from collections.abc import Sequence

from streaming.database.fair_queries import in_turn
from streaming.topics.topic import LastValueLookup, Topic
from wallets.events import Block, TransactionState, WalletActivity
from wallets.events.event_rows import balance_event, block_event
from wallets.events.token_audience import assets_told
from wallets.events.touched_wallets import own_transactions
from wallets.models import Balance, KnownBlock, TransactionWatch, Wallet


async def balances_now(values: LastValueLookup, topic: Topic) -> Sequence[WalletActivity]:
    """Return what an address holds on each chain on which the topic's owner watches it."""
    return await _balances(topic)


async def transaction_now(values: LastValueLookup, topic: Topic) -> Sequence[TransactionState]:
    """Return a transaction as it is now, on each chain on which the topic's owner watches it."""
    return await _transactions(topic)


async def newest_block(values: LastValueLookup, topic: Topic) -> Sequence[Block]:
    """Return the newest block of a chain; none before its first."""
    return await _newest_block(topic)


@in_turn
def _balances(topic: Topic) -> Sequence[WalletActivity]:
    own = Wallet.objects.filter(owner_id=int(topic.owner), address=topic.name, is_being_read=False)
    told: list[WalletActivity] = []
    for wallet in own.select_related("chain"):
        assets = assets_told(wallet.chain, [wallet])[wallet.pk]
        rows = Balance.objects.filter(chain=wallet.chain, address=wallet.address)
        told += [balance_event(row, wallet, assets[row.asset]) for row in rows if row.asset in assets]
    return told


@in_turn
def _transactions(topic: Topic) -> Sequence[TransactionState]:
    watches = TransactionWatch.objects.filter(owner_id=int(topic.owner), transaction__hash=topic.name)
    told: list[TransactionState] = []
    for watch in watches.select_related("transaction__chain"):
        told += own_transactions(watch.owner_id, watch.transaction.chain, [watch])
    return told


@in_turn
def _newest_block(topic: Topic) -> Sequence[Block]:
    row = KnownBlock.objects.filter(chain_id=topic.name).order_by("-number").first()
    return [] if row is None else [block_event(row)]
