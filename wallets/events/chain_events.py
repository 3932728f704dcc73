"""What is told of a chain's changes, to each owner under their own label: stored with the changes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import msgspec

from streaming.batches import batched
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from streaming.events import UserEvent
from streaming.installed import notices_store
from streaming.notices import Notice
from streaming.stored_events.event_outbox import OutboxRow, PendingEvent
from streaming.times import milliseconds
from wallets.chain import NATIVE
from wallets.events import TransactionState
from wallets.events.chain_notices import transaction_notice
from wallets.events.event_rows import (
    Asset,
    Assets,
    balance_event,
    block_event,
    confirmed_on,
    movement_event,
    transaction_columns,
    transaction_state,
    with_wallets,
)
from wallets.events.history import is_history
from wallets.events.movement_notices import MovementNotices
from wallets.events.outbox import OUTBOX
from wallets.events.token_audience import assets_told
from wallets.events.touched_wallets import ToldTransactions, TouchedWallets, touched_by
from wallets.events.transaction_watches import ConfirmedNotices, Watch, watchers_of, watches_of
from wallets.models import (
    Balance,
    Chain,
    ChainTransaction,
    KnownBlock,
    Movement,
    Wallet,
)

_BATCH = 2000


class _BlockChange(msgspec.Struct, frozen=True):
    row: KnownBlock
    reorg_depth: int


class _BalanceChange(msgspec.Struct, frozen=True):
    row: Balance
    change: int | None
    first_of: AbstractSet[str] | None
    """To whose wallets, by their ids, it is the first; None: to none."""


class _TransactionChange(msgspec.Struct, frozen=True):
    row_id: int
    columns: Mapping[str, Any]
    is_news: bool

    @property
    def place(self) -> tuple[int, str, str]:
        """Return which transaction it is, in which block, and its status: a reorganisation may lower it on the way."""
        return self.row_id, self.columns["block_hash"], self.columns["status"]


_Change = _BlockChange | _BalanceChange | _TransactionChange | Movement


class _Audience(TouchedWallets, frozen=True):
    """Who is told what: besides wallets, who watches each transaction, by its row's id.

    Of those that blocks only confirm it is `known` how they were told to their `watchers`, users by their ids.
    """

    watches: Mapping[int, Sequence[Watch]]
    known: Mapping[tuple[int, str, str], Mapping[int, TransactionState]]
    watchers: Mapping[int, Sequence[int]]

    def confirmed(self, change: _TransactionChange) -> Mapping[int, TransactionState] | None:
        """Return how a transaction was told that a block only confirms; None: it is news, or that isn't known."""
        return None if change.is_news else self.known.get(change.place)

    def told_of(self, row: Balance | Movement) -> Iterator[tuple[Wallet, Asset]]:
        """Yield the wallets whose owners are told of it, with its asset."""
        for wallet in self.wallets.get(row.address, ()):
            if asset := self.assets[wallet.pk].get(row.asset):
                yield wallet, asset


class ChainEvents:
    """Gathers what is to be told of one chain's changes, in their order; `store` stores it."""

    def __init__(self, chain: Chain, *, now: datetime, told: ToldTransactions | None = None) -> None:
        self._chain = chain
        self._now = now
        self._told_transactions = ToldTransactions() if told is None else told
        self._changes: list[_Change] = []
        self._first_read: frozenset[str] = frozenset()
        self._movement_notices = MovementNotices()
        self._confirmed_notices = ConfirmedNotices()

    def block(self, row: KnownBlock, *, reorg_depth: int = 0) -> None:
        """Tell anyone of a block that was applied; `reorg_depth` is how many blocks it took back."""
        self._changes.append(_BlockChange(row, reorg_depth))

    def movement(self, row: Movement) -> None:
        """Tell the owners of its address of a movement, or that it was taken back."""
        self._changes.append(row)

    def balance(self, row: Balance, *, change: int | None = None) -> None:
        """Tell the owners of its address of a balance; `change` is in the smallest unit."""
        self._changes.append(_BalanceChange(row, change, None))

    def first_balance(self, row: Balance, wallets: AbstractSet[str]) -> None:
        """Tell the owners of these wallets, by their ids, of a balance, and no other who watches the address.

        They are told nothing else of balances by what is stored at once.
        """
        self._first_read |= wallets
        self._changes.append(_BalanceChange(row, None, wallets))

    def transaction(self, row: ChainTransaction, *, is_news: bool = True) -> None:
        """Tell its watchers of a transaction as the row is now.

        Where its status was the same before, it is no news: nobody is notified.
        """
        self.stored_transaction(row.pk, transaction_columns(row), is_news=is_news)

    def stored_transaction(self, row_id: int, columns: Mapping[str, Any], *, is_news: bool) -> None:
        """Do the same by the columns that are stored: of hundreds at a block no instance is made."""
        self._changes.append(_TransactionChange(row_id, columns, is_news))

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
        self._first_read = frozenset()
        notices += self._movement_notices.more()
        self._movement_notices = MovementNotices()
        self._confirmed_notices.store()
        if notices:
            notices_store(notices, now=self._now)
        return OUTBOX.append(told, now=self._now)

    def _told(self, change: _Change, audience: _Audience) -> Iterator[tuple[PendingEvent, Notice | None]]:
        match change:
            case _BlockChange(row=row, reorg_depth=depth):
                event = block_event(row, reorg_depth=depth)
                yield PendingEvent(event=event, subject_id=self._chain.pk), None
            case _BalanceChange():
                yield from self._balance_told(change, audience)
            case Movement():
                yield from self._movement_told(change, audience)
            case _TransactionChange():
                yield from self._transaction_told(change, audience)

    def _balance_told(self, change: _BalanceChange, audience: _Audience) -> Iterator[tuple[PendingEvent, None]]:
        for wallet, asset in audience.told_of(change.row):
            knows_it = not wallet.is_being_read and wallet.pk not in self._first_read
            if knows_it if change.first_of is None else wallet.pk in change.first_of:
                event = balance_event(change.row, wallet, asset, change=change.change)
                yield self._of(wallet.owner_id, event), None

    def _movement_told(self, row: Movement, audience: _Audience) -> Iterator[tuple[PendingEvent, Notice | None]]:
        for wallet, asset in audience.told_of(row):
            if not is_history(row, wallet):
                activity = movement_event(row, wallet, asset, time=milliseconds(self._now))
                yield self._of(wallet.owner_id, activity), self._movement_notices.notice(wallet.owner_id, activity)

    def _transaction_told(
        self, change: _TransactionChange, audience: _Audience
    ) -> Iterator[tuple[PendingEvent, Notice | None]]:
        if (known := audience.confirmed(change)) is not None:
            for owner_id in audience.watchers.get(change.row_id, ()):
                told = known.get(owner_id) or transaction_state(change.columns, self._chain)
                yield self._of(owner_id, confirmed_on(told, change.columns)), None
            return
        columns, state = change.columns, transaction_state(change.columns, self._chain)
        found: dict[int, TransactionState] = {}
        for watch in audience.watches.get(change.row_id, ()):
            wallets = audience.of(columns["hash"], watch.owner_id)
            reached = [wallet for wallet in wallets if not is_history(watch, wallet)]
            told = found[watch.owner_id] = with_wallets(state, {wallet.address for wallet in reached})
            is_news = change.is_news and (watch.by_hand or bool(reached) or not wallets)
            is_due = is_news and self._confirmed_notices.is_due(watch, columns)
            yield (
                self._of(watch.owner_id, told),
                transaction_notice(watch.owner_id, told, _named(reached)) if is_due else None,
            )
        self._told_transactions.note(change.row_id, columns, found)

    def _of(self, owner_id: int, event: UserEvent) -> PendingEvent:
        return PendingEvent(event=event, owner_id=owner_id, subject_id=self._chain.pk)

    def _audience(self) -> _Audience:
        """Read whom and what the changes concern, at once."""
        balances = [change.row for change in self._changes if isinstance(change, _BalanceChange)]
        moved = [change for change in self._changes if isinstance(change, Movement)]
        touched: list[Balance | Movement] = [*balances, *moved]
        transactions = [change for change in self._changes if isinstance(change, _TransactionChange)]
        known = {
            change.place: told
            for change in transactions
            if not change.is_news and (told := self._told_transactions.of(change.row_id, change.columns)) is not None
        }
        unknown = [change for change in transactions if change.is_news or change.place not in known]
        ends = touched_by(self._chain.pk, [change.columns for change in unknown])
        reached = {end for each in ends.values() for end in each} | {(row.address, row.asset) for row in touched}
        wallets = self._wallets({address for address, _ in reached})
        assets = self._assets(wallets, {asset for _, asset in reached})
        watches = watches_of([change.row_id for change in unknown])
        return _Audience(wallets, assets, ends, watches, known, watchers_of({row_id for row_id, *_ in known}))

    def _wallets(self, addresses: AbstractSet[str]) -> dict[str, list[Wallet]]:
        found: defaultdict[str, list[Wallet]] = defaultdict(list)
        if not addresses:
            return found
        for row in _WALLETS.rows(chain=self._chain.pk, addresses=addresses):
            wallet = Wallet.from_db(None, _WALLET_COLUMNS, row)
            found[wallet.address].append(wallet)
        return found

    def _assets(self, wallets: Mapping[str, Sequence[Wallet]], touched: AbstractSet[str]) -> Mapping[str, Assets]:
        tokens = touched - {NATIVE}
        assets: dict[str, Assets] = {}
        for batch in batched([wallet for each in wallets.values() for wallet in each], _BATCH):
            assets |= assets_told(self._chain, batch, among=tokens)
        return assets


_WALLET_COLUMNS = tuple(column.attname for column in Wallet._meta.concrete_fields)  # noqa: SLF001 - Django's
_WALLETS = CompiledQuery(
    Wallet,
    lambda: (
        Wallet.objects.filter(Among("address", Given("addresses")), chain=Given("chain"))
        .order_by("owner_id")
        .values_list(*_WALLET_COLUMNS)
    ),
)


def _named(wallets: Sequence[Wallet]) -> list[tuple[str, str]]:
    return [(wallet.label, wallet.address) for wallet in wallets]
