"""Updates of a chain that a follower is to store."""

from typing import Any

import msgspec

from tests.wallets.simple_chain import hash_of
from wallets.chain import BlockReference, Transaction
from wallets.follower.followed_chain import FollowedUpdate
from wallets.follower.transaction_tracking import TrackedTransaction, TransactionUpdate
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import TransactionProgress


def update_of(tip: BlockReference, **changes: Any) -> FollowedUpdate:
    """Return an update that applies no block, but for what it changes."""
    empty: dict[str, Any] = {
        "movements": (),
        "balances": {},
        "outdated": frozenset(),
        "transactions": (),
        "watchers": {},
    }
    return FollowedUpdate(before=KnownBlocks((tip,)), head=tip.number, node="", update=ChainUpdate(), **empty | changes)


def missed_of(number: int, row_id: int, signed: Transaction | None = None) -> TransactionUpdate:
    """Return a transaction that a poll has missed since it was read."""
    progress = TransactionProgress(required=12)
    before = TrackedTransaction(hash=hash_of(number), progress=progress, signed=signed, row_id=row_id)
    missed = msgspec.structs.replace(progress, missing_polls=1)
    return TransactionUpdate(msgspec.structs.replace(before, progress=missed), (), before)
