"""What changes wallets and watched transactions for their users: one function a use case, each in one transaction."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from streaming.commands.errors import WrongParametersError
from streaming.workers.wake_ups import wake_soon
from wallets.addresses import address_of
from wallets.declared_workers import WALLETS_WORKER
from wallets.events.event_rows import confirmations_required
from wallets.models import Chain, ChainTransaction, Movement, TransactionWatch, Wallet
from wallets.watching.parameters import NewWallet, TransactionName
from wallets.watching.refusals import TooManyWatchedError, TransactionNotFoundError, WatchedAlreadyError
from wallets.watching.unwatched_cleanup import (
    chain_lock,
    owner_lock,
    told_of,
    touching,
    transactions_unwatch,
    unfollowed_forget,
)


@transaction.atomic
def wallet_add(*, owner_id: int, given: NewWallet, now: datetime) -> Wallet:
    """Watch an address for a user; its balances follow once the follower has read them.

    Raise `WrongParametersError` for an unknown chain, `WatchedAlreadyError`, and `TooManyWatchedError`.
    """
    chain, address = _chain_of(given.chain), address_of(given.address)
    owner_lock(owner_id)
    own = Wallet.objects.filter(owner_id=owner_id)
    if own.filter(chain=chain, address=address).exists():
        raise WatchedAlreadyError("This address")
    if own.count() >= (most := settings.WALLETS_PER_USER):
        raise TooManyWatchedError(most, "wallets")
    known = {"created_at": now, "known_block": chain.cursor_number if chain.head_number is None else chain.head_number}
    wallet = Wallet(owner_id=owner_id, chain=chain, address=address, label=given.label, is_being_read=True, **known)
    wallet.full_clean()
    wallet.save(force_insert=True)
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))
    return wallet


@transaction.atomic
def wallet_rename(*, wallet: Wallet, label: str) -> Wallet:
    """Give a wallet another label; an empty one takes it away."""
    wallet.label = label
    wallet.full_clean()
    wallet.save(update_fields=["label"])
    return wallet


@transaction.atomic
def wallet_remove(*, wallet: Wallet) -> None:
    """Watch an address no longer for its user, nor the transactions that were watched because of it.

    What nobody watches any more is forgotten: its balances, its history, its transactions.
    """
    owner_lock(wallet.owner_id)
    chain_lock(wallet.chain_id)
    moved = Movement.objects.filter(chain_id=wallet.chain_id, address=wallet.address)
    others = Wallet.objects.filter(owner_id=wallet.owner_id, chain_id=wallet.chain_id).exclude(pk=wallet.pk)
    kept = told_of(wallet.owner_id, wallet.chain_id, list(others.values_list("address", flat=True)))
    gone = touching(wallet.chain_id, [wallet.address], moved)
    transactions_unwatch(wallet.owner_id, wallet.chain_id, gone, moved=moved, kept=kept)
    Wallet.objects.filter(pk=wallet.pk).delete()
    unfollowed_forget(wallet)


@transaction.atomic
def transaction_watch(*, owner_id: int, given: TransactionName, now: datetime) -> ChainTransaction:
    """Watch a transaction for a user; what it does is told once the follower has asked for it.

    Raise `WrongParametersError` for an unknown chain, `WatchedAlreadyError`, and `TooManyWatchedError`.
    """
    chain = _chain_of(given.chain)
    owner_lock(owner_id)
    own = TransactionWatch.objects.filter(owner_id=owner_id, by_hand=True)
    if own.filter(transaction__chain=chain, transaction__hash=given.canonical_hash).exists():
        raise WatchedAlreadyError("This transaction")
    if own.count() >= (most := settings.TRANSACTIONS_WATCHED_PER_USER):
        raise TooManyWatchedError(most, "transactions watched by hand")
    locked = ChainTransaction.objects.select_for_update(no_key=True)  # another may be about to watch it no longer
    row, _ = locked.get_or_create(
        chain=chain,
        hash=given.canonical_hash,
        defaults={"required": confirmations_required(chain, 0), "seen_at": now, "changed_at": now},
    )
    TransactionWatch.objects.update_or_create(
        owner_id=owner_id,
        transaction=row,
        defaults={"by_hand": True},
        create_defaults={"by_hand": True, "created_at": now},
    )
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))
    return row


@transaction.atomic
def transaction_unwatch(*, owner_id: int, given: TransactionName) -> ChainTransaction:
    """Watch a transaction no longer for a user; return it as it is. Raise `TransactionNotFoundError`."""
    owner_lock(owner_id)
    found = TransactionWatch.objects.filter(
        owner_id=owner_id, transaction__chain_id=given.chain, transaction__hash=given.canonical_hash
    )
    watch = found.select_related("transaction__chain").select_for_update(of=("transaction",)).first()
    if watch is None:
        raise TransactionNotFoundError
    row = watch.transaction
    watch.delete()
    ChainTransaction.objects.filter(pk=row.pk, watches__isnull=True).delete()
    return row


def _chain_of(name: str) -> Chain:
    """Return the chain; raise `WrongParametersError`, which says which there are."""
    chains = {chain.pk: chain for chain in Chain.objects.filter(is_enabled=True)}
    if name not in chains:
        there_are = f"one of {' '.join(chains)}" if chains else "a chain that is followed, and none is"
        raise WrongParametersError({"chain": f"chain must be {there_are}"})
    return chains[name]
