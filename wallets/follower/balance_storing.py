"""Storing balances of an update of a chain: those that were read, and which are outdated."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from streaming.database.among import Among
from streaming.database.bulk_insert import rows_upsert
from wallets.chain import NATIVE, BlockReference
from wallets.events.chain_events import ChainEvents
from wallets.follower.address_reading import Owned
from wallets.follower.followed_chain import FollowedUpdate
from wallets.models import Balance

_ONE = ("chain_id", "address", "asset")


class _Former(NamedTuple):
    """What was stored of a balance before."""

    amount: int
    is_outdated: bool


def balances_store(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store balances as they are after the update, and tell of those that are new, have changed or were outdated."""
    before = _balances_before(name, {address for address, _ in update.balances})
    columns = [_columns(name, owned, amount, update.tip, now=now) for owned, amount in update.balances.items()]
    rows_upsert(
        Balance, columns, unique=_ONE, update=["amount", "block_number", "block_hash", "changed_at", "is_outdated"]
    )
    rows = [Balance(**each) for each in columns]
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
    before = _balances_before(name, {address for address, _ in update.outdated})
    columns = [
        _columns(name, owned, 0, update.before.tip, now=now) | {"is_outdated": True}
        for owned in sorted(update.outdated, key=lambda each: (each[0], each[1] or ""))
        if (owned[0], owned[1] if owned in update.named else NATIVE) in before
    ]
    rows_upsert(Balance, columns, unique=_ONE, update=["is_outdated"])


def _columns(name: str, owned: Owned, amount: int, block: BlockReference, *, now: datetime) -> dict[str, Any]:
    address, token = owned
    return {
        "chain_id": name,
        "address": address,
        "asset": token or NATIVE,
        "amount": amount,
        "block_number": block.number,
        "block_hash": block.hash,
        "changed_at": now,
        "is_outdated": False,
    }


def _balances_before(name: str, addresses: Collection[str]) -> dict[tuple[str, str], _Former]:
    if not addresses:
        return {}
    rows = Balance.objects.filter(Among("address", addresses), chain=name)
    found = rows.values_list("address", "asset", "amount", "is_outdated")
    return {(address, asset): _Former(amount, is_outdated) for address, asset, amount, is_outdated in found}
