"""Storing balances of an update of a chain: those that were read, and which are outdated."""

from collections.abc import Sequence
from datetime import datetime

from wallets.chain import NATIVE
from wallets.events.chain_events import ChainEvents
from wallets.follower.followed_chain import FollowedUpdate
from wallets.follower.statements import in_chunks
from wallets.models import Balance

_BATCH = 500


def balances_store(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store balances as they are after the update, and tell of those that are new, have changed or were outdated."""
    before = _balances_before(name, sorted({address for address, _ in update.balances}))
    rows = [
        Balance(
            chain_id=name,
            address=address,
            asset=token or NATIVE,
            amount=amount,
            block_number=update.tip.number,
            block_hash=update.tip.hash,
            changed_at=now,
        )
        for (address, token), amount in update.balances.items()
    ]
    Balance.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["chain", "address", "asset"],
        update_fields=["amount", "block_number", "block_hash", "changed_at", "is_outdated"],
    )
    for row in rows:
        former = before.get((row.address, row.asset))
        if former is None:
            events.balance(row)
        elif former.is_outdated or former.amount != row.amount:
            events.balance(row, change=row.amount - former.amount)


def outdated_balances_mark(name: str, update: FollowedUpdate, *, now: datetime) -> None:
    """Mark balances that have changed and could not be asked for; one never read is read without it.

    A listed token's that is missing though the coins' is there was nothing until now; a named one's may be unread.
    """
    before = _balances_before(name, sorted({address for address, _ in update.outdated}))
    rows = [
        Balance(
            chain_id=name,
            address=address,
            asset=token or NATIVE,
            amount=0,
            block_number=update.before.tip.number,
            block_hash=update.before.tip.hash,
            changed_at=now,
            is_outdated=True,
        )
        for address, token in sorted(update.outdated, key=lambda each: (each[0], each[1] or ""))
        if (address, token if (address, token) in update.named else NATIVE) in before
    ]
    Balance.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["chain", "address", "asset"],
        update_fields=["is_outdated"],
    )


def _balances_before(name: str, addresses: Sequence[str]) -> dict[tuple[str, str], Balance]:
    before: dict[tuple[str, str], Balance] = {}
    for some in in_chunks(addresses):
        rows = Balance.objects.filter(chain=name, address__in=some)
        before |= {(row.address, row.asset): row for row in rows}
    return before
