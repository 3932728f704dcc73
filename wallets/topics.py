"""What can be subscribed of wallets: whose it is, what is told on it, and what a new subscriber is told first."""

from streaming.topics.kinds import owned_kind, public_kind
from streaming.topics.topic import Snapshot
from wallets.events import Block, TransactionState, WalletActivity, WalletChange
from wallets.lifecycle import ORDER_IN_AN_UPDATE
from wallets.owners import chain_exists, owners_of_address, owners_of_transaction

_SNAPSHOTS = "wallets.events.snapshots"


def _version_of_activity(activity: WalletActivity) -> tuple[tuple[object, ...], int]:
    """Return of a balance whose it is and when it was written; of a movement itself, which has no versions."""
    if activity.change_kind is WalletChange.BALANCE:
        return (activity.chain, activity.token), activity.time
    moved = (activity.tx, activity.log_index, activity.change, activity.block, activity.retracted)
    return (activity.chain, activity.token, *moved), 0


def version_of_transaction(state: TransactionState) -> tuple[str, tuple[int, int, int]]:
    """Return of which chain a state is, and its place among all of the transaction: an update's steps have one time."""
    return state.chain, (state.time, ORDER_IN_AN_UPDATE.index(state.status), state.confirmations)


def _version_of_block(block: Block) -> tuple[str, int]:
    return block.hash, 0


TOPICS = (
    owned_kind(
        "wallet",
        event=WalletActivity,
        owners=owners_of_address,
        name_of=lambda activity: activity.address,
        spelling="{address}",
        snapshot=Snapshot(f"{_SNAPSHOTS}.balances_now", _version_of_activity),
    ),
    owned_kind(
        "tx",
        event=TransactionState,
        owners=owners_of_transaction,
        name_of=lambda state: state.hash,
        spelling="{hash}",
        further_names_of=lambda state: state.wallets,
        snapshot=Snapshot(f"{_SNAPSHOTS}.transaction_now", version_of_transaction),
    ),
    public_kind(
        "blocks",
        event=Block,
        name_of=lambda block: block.chain,
        spelling="{chain}",
        exists=chain_exists,
        snapshot=Snapshot(f"{_SNAPSHOTS}.newest_block", _version_of_block),
    ),
)
