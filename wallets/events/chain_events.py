"""What is told of a chain's changes, to each owner under their own label: stored with the changes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeVar

import msgspec

from streaming.events import UserEvent
from streaming.installed import notices_store
from streaming.notices import Notice
from streaming.stored_events.outbox import OutboxRow, PendingEvent
from streaming.times import milliseconds
from wallets.chain import NATIVE
from wallets.events.chain_notices import movement_notice, transaction_notice
from wallets.events.event_rows import (
    Asset,
    Assets,
    balance_event,
    block_event,
    movement_event,
    transaction_event,
)
from wallets.events.outbox import OUTBOX
from wallets.events.token_audience import assets_told
from wallets.models import (
    Balance,
    Chain,
    ChainTransaction,
    KnownBlock,
    Movement,
    TransactionWatch,
    Wallet,
)

_MOST_IN_A_QUERY = 2000
Value = TypeVar("Value")


class _BlockChange(msgspec.Struct, frozen=True):
    row: KnownBlock
    reorg_depth: int


class _BalanceChange(msgspec.Struct, frozen=True):
    row: Balance
    change: int | None


class _TransactionChange(msgspec.Struct, frozen=True):
    row: ChainTransaction
    is_news: bool


_Change = _BlockChange | _BalanceChange | _TransactionChange | Movement


class _Audience(msgspec.Struct, frozen=True):
    """Who is told what: the wallets of each address, with the assets that are told of each wallet by its id.

    `watches` are those of each transaction by its row's id.
    """

    wallets: dict[str, list[Wallet]]
    watches: dict[int, list[TransactionWatch]]
    assets: Mapping[str, Assets]

    def of(self, row: Balance | Movement) -> Iterator[tuple[Wallet, Asset]]:
        """Yield the wallets whose owners are told of it, with its asset."""
        for wallet in self.wallets.get(row.address, ()):
            if asset := self.assets[wallet.pk].get(row.asset):
                yield wallet, asset

    def is_history(self, row: ChainTransaction, watch: TransactionWatch) -> bool:
        """Return whether a transaction is watched only for wallets that were added after its block."""
        if watch.by_hand or row.time is None:
            return False
        wallets = [*self.wallets.get(row.sender, ()), *self.wallets.get(row.recipient, ())]
        added = [wallet.created_at for wallet in wallets if wallet.owner_id == watch.owner_id]
        return bool(added) and row.time < min(added)


class ChainEvents:
    """Gathers what is to be told of one chain's changes, in their order; `store` stores it."""

    def __init__(self, chain: Chain, *, now: datetime) -> None:
        self._chain = chain
        self._now = now
        self._changes: list[_Change] = []

    def block(self, row: KnownBlock, *, reorg_depth: int = 0) -> None:
        """Tell anyone of a block that was applied; `reorg_depth` is how many blocks it took back."""
        self._changes.append(_BlockChange(row, reorg_depth))

    def movement(self, row: Movement) -> None:
        """Tell the owners of its address of a movement, or that it was taken back."""
        self._changes.append(row)

    def balance(self, row: Balance, *, change: int | None = None) -> None:
        """Tell the owners of its address of a balance; `change` is in the smallest unit."""
        self._changes.append(_BalanceChange(row, change))

    def transaction(self, row: ChainTransaction, *, is_news: bool = True) -> None:
        """Tell its watchers of a transaction as the row is now: nothing of it may change until it is stored.

        Where its status was the same before, it is no news: nobody is notified.
        """
        self._changes.append(_TransactionChange(row, is_news))

    def store(self) -> tuple[OutboxRow, ...]:
        """Store all of it, and the notifications, in the transaction of the changes; return what is to be published."""
        audience = self._audience()
        told: list[PendingEvent] = []
        notices: list[Notice] = []
        for change in self._changes:
            for pending, notice in self._told(change, audience):
                told.append(pending)
                notices += [notice] if notice else []
        self._changes.clear()
        if notices:
            notices_store(notices, now=self._now)
        return OUTBOX.append(told, now=self._now)

    def _told(self, change: _Change, audience: _Audience) -> Iterator[tuple[PendingEvent, Notice | None]]:
        match change:
            case _BlockChange(row=row, reorg_depth=depth):
                event = block_event(row, reorg_depth=depth)
                yield PendingEvent(event=event, subject_id=self._chain.pk), None
            case _BalanceChange(row=row, change=amount):
                for wallet, asset in audience.of(row):
                    yield self._of(wallet.owner_id, balance_event(row, wallet, asset, change=amount)), None
            case Movement():
                yield from self._movement_told(change, audience)
            case _TransactionChange():
                yield from self._transaction_told(change, audience)

    def _movement_told(self, row: Movement, audience: _Audience) -> Iterator[tuple[PendingEvent, Notice | None]]:
        for wallet, asset in audience.of(row):
            activity = movement_event(row, wallet, asset, time=milliseconds(self._now))
            is_history = row.time < wallet.created_at
            yield (
                self._of(wallet.owner_id, activity),
                None if is_history else movement_notice(wallet.owner_id, activity),
            )

    def _transaction_told(
        self, change: _TransactionChange, audience: _Audience
    ) -> Iterator[tuple[PendingEvent, Notice | None]]:
        state = transaction_event(change.row, self._chain)
        for watch in audience.watches.get(change.row.pk, ()):
            is_news = change.is_news and not audience.is_history(change.row, watch)
            yield (
                self._of(watch.owner_id, state),
                transaction_notice(watch.owner_id, state) if is_news else None,
            )

    def _of(self, owner_id: int, event: UserEvent) -> PendingEvent:
        return PendingEvent(event=event, owner_id=owner_id, subject_id=self._chain.pk)

    def _audience(self) -> _Audience:
        """Read whom and what the changes concern, at once."""
        balances = [change.row for change in self._changes if isinstance(change, _BalanceChange)]
        moved = [change for change in self._changes if isinstance(change, Movement)]
        touched: list[Balance | Movement] = [*balances, *moved]
        transactions = [change.row for change in self._changes if isinstance(change, _TransactionChange)]
        ends = {address for row in transactions for address in (row.sender, row.recipient)}
        wallets = self._wallets({row.address for row in touched} | ends)
        return _Audience(
            wallets,
            _watches([row.pk for row in transactions]),
            self._assets(wallets, {row.asset for row in touched}),
        )

    def _wallets(self, addresses: AbstractSet[str]) -> dict[str, list[Wallet]]:
        found: defaultdict[str, list[Wallet]] = defaultdict(list)
        for part in _parts(sorted(addresses)):
            for wallet in Wallet.objects.filter(chain=self._chain, address__in=part).order_by("owner_id"):
                found[wallet.address].append(wallet)
        return found

    def _assets(self, wallets: Mapping[str, Sequence[Wallet]], touched: AbstractSet[str]) -> Mapping[str, Assets]:
        tokens = touched - {NATIVE}
        assets: dict[str, Assets] = {}
        for part in _parts([wallet for each in wallets.values() for wallet in each]):
            assets |= assets_told(self._chain, part, among=tokens)
        return assets


def _watches(transactions: Sequence[int]) -> dict[int, list[TransactionWatch]]:
    found: defaultdict[int, list[TransactionWatch]] = defaultdict(list)
    for part in _parts(transactions):
        for watch in TransactionWatch.objects.filter(transaction_id__in=part).order_by("id"):
            found[watch.transaction_id].append(watch)
    return found


def _parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield them in parts of as many as a query takes."""
    return (values[start : start + _MOST_IN_A_QUERY] for start in range(0, len(values), _MOST_IN_A_QUERY))
