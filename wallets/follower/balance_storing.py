"""Storing balances of an update of a chain: those that were read, and which are outdated."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

from streaming.database.bulk_insert import rows_upsert
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from wallets.chain import NATIVE, BlockReference
from wallets.events.chain_events import ChainEvents
from wallets.follower.address_reading import Owned
from wallets.follower.followed_chain import FollowedUpdate
from wallets.models import Balance, Wallet

_ONE = ("chain_id", "address", "asset")


class _Former(NamedTuple):
    """What was stored of a balance before."""

    amount: int
    is_outdated: bool
    block_hash: str


_OF_ADDRESSES = CompiledQuery(
    Balance,
    lambda: (
        Balance.objects.filter(Among("address", Given("addresses")), chain=Given("chain"))
        .order_by()
        .values_list("address", "asset", *_Former._fields)
    ),
)


def balances_store(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store balances as they are after the update, and tell of those that are new, have changed or were outdated.

    To whose wallet they are the first, they are told in any case. One that is asked for because of such a wallet alone,
    and is the same, stays as it is: others who watch the address don't learn of it.
    """
    before, tip = _balances_before(name, {address for address, _ in update.balances}), update.tip
    retracted = frozenset(block.hash for block in update.update.retracted)
    columns = [
        _columns(name, owned, amount, tip, now=now)
        for owned, amount in update.balances.items()
        if owned not in update.unread or _is_other(before.get(_key(owned)), amount, retracted)
    ]
    rows_upsert(
        Balance, columns, unique=_ONE, update=["amount", "block_number", "block_hash", "changed_at", "is_outdated"]
    )
    _retracted_reads_lower(name, update)
    first = _first_read_mark(name, update, now=now)
    for row in [Balance(**each) for each in columns]:
        former = before.get((row.address, row.asset))
        if former is None:
            events.balance(row)
        elif former.is_outdated or former.amount != row.amount:
            events.balance(row, change=row.amount - former.amount)
    if first:
        for row in Balance.objects.filter(Among("address", first.keys()), chain=name).order_by("id"):
            events.first_balance(row, first[row.address])


def _is_other(former: _Former | None, amount: int, retracted: AbstractSet[str]) -> bool:
    """Return whether a balance isn't what is stored, or that is of a block that is taken back."""
    return former is None or former.is_outdated or former.amount != amount or former.block_hash in retracted


def _retracted_reads_lower(name: str, update: FollowedUpdate) -> None:
    """Let no balance be told as of a block that is taken back, though it has changed in none since."""
    if update.update.retracted:
        ancestor = update.update.retracted[-1].number - 1
        Wallet.objects.filter(chain=name, read_block__gt=ancestor).update(read_block=ancestor)


def _first_read_mark(name: str, update: FollowedUpdate, *, now: datetime) -> Mapping[str, frozenset[str]]:
    """Mark wallets whose balances are known to their owners from now on; return their ids by address."""
    read = {address for address, token in update.unread if token is None and (address, None) in update.balances}
    if not read:
        return {}
    new = Wallet.objects.filter(Among("address", read), chain=name, is_being_read=True)
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for address, wallet_id in new.values_list("address", "id"):
        ids[address].add(wallet_id)
    marked = Wallet.objects.filter(pk__in=[wallet_id for each in ids.values() for wallet_id in each])
    marked.update(is_being_read=False, read_block=update.tip.number, read_at=now)
    return {address: frozenset(each) for address, each in ids.items()}


def _key(owned: Owned) -> tuple[str, str]:
    return owned[0], owned[1] or NATIVE


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
    found = _OF_ADDRESSES.rows(chain=name, addresses=addresses)
    return {(address, asset): _Former(*former) for address, asset, *former in found}
