"""Who watches transactions, and who of them was notified already that one is confirmed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from streaming.database.bulk_update import rows_update
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from wallets.lifecycle import TransactionStatus
from wallets.models import TransactionWatch


class Watch(NamedTuple):
    """Who watches a transaction, and which block has it by now, when: no update but that block's knows the time.

    `confirmed_block` is that of the row.
    """

    id: int
    owner_id: int
    by_hand: bool
    confirmed_block: int | None
    block_number: int | None
    time: datetime | None


class ConfirmedNotices:
    """Decides whether a watcher is notified that a transaction is confirmed: once, unless it was taken back since.

    Fewer blocks may confirm it meanwhile, where a reorganisation leaves fewer above it, or is read in several updates.
    """

    def __init__(self) -> None:
        self._changed: dict[int, int | None] = {}
        """By the ids of watches what is to be stored of them."""

    def is_due(self, watch: Watch, columns: Mapping[str, Any]) -> bool:
        """Return whether to notify a watcher of a transaction as these columns say, and note that it is done."""
        is_taken_back = columns["status"] == TransactionStatus.RETRACTED.value
        if not is_taken_back and columns["status"] != TransactionStatus.CONFIRMED.value:
            return True
        told = self._changed.get(watch.id, watch.confirmed_block)
        if is_taken_back and told is not None:
            self._changed[watch.id] = None
        elif not is_taken_back and told is None:
            self._changed[watch.id] = columns["block_number"]
        return is_taken_back or told is None

    def store(self) -> None:
        """Store whom was told, in the transaction of the changes."""
        changed, self._changed = self._changed, {}
        if changed:
            rows_update(TransactionWatch, [{"id": each, "confirmed_block": block} for each, block in changed.items()])


def watchers_of(transactions: AbstractSet[int]) -> Mapping[int, Sequence[int]]:
    """Return who watches transactions, users by their ids, by the ids of the rows."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    if transactions:
        for transaction_id, owner_id in _WATCHERS.rows(transactions=transactions):
            found[transaction_id].append(owner_id)
    return found


def watches_of(transactions: Sequence[int]) -> Mapping[int, Sequence[Watch]]:
    """Return how transactions are watched, by the ids of the rows."""
    found: defaultdict[int, list[Watch]] = defaultdict(list)
    if transactions:
        for transaction_id, *watch in _WATCHES.rows(transactions=transactions):
            found[transaction_id].append(Watch(*watch))
    return found


def _of_transactions() -> "QuerySet[TransactionWatch]":
    return TransactionWatch.objects.filter(Among("transaction_id", Given("transactions"))).order_by("id")


_WATCHERS = CompiledQuery(TransactionWatch, lambda: _of_transactions().values_list("transaction_id", "owner_id"))
_WATCHES = CompiledQuery(
    TransactionWatch,
    lambda: _of_transactions().values_list(
        "transaction_id",
        "id",
        "owner_id",
        "by_hand",
        "confirmed_block",
        "transaction__block_number",
        "transaction__time",
    ),
)
