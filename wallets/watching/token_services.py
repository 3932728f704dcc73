"""What changes which tokens are followed, for a user's wallet or for everybody: one function a use case."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from streaming.workers.wake_ups import wake_soon
from wallets.addresses import address_of
from wallets.declared_workers import WALLETS_WORKER
from wallets.models import Balance, Movement, Token, TokenWatch, Wallet
from wallets.models.token_state import TokenState
from wallets.watching.parameters import WalletToken
from wallets.watching.refusals import TokenNotFoundError, TooManyWatchedError, WatchedAlreadyError
from wallets.watching.unwatched_cleanup import chain_lock, owner_lock, told_of, transactions_unwatch, unfollowed_forget


@transaction.atomic
def token_name(*, wallet: Wallet, given: WalletToken, now: datetime) -> TokenWatch:
    """Follow a token for a wallet's owner, once its contract has said that it is one; a listed one is followed already.

    Raise `WatchedAlreadyError` and `TooManyWatchedError`.
    """
    contract = address_of(given.token)
    owner_lock(wallet.owner_id)
    chain_lock(wallet.chain_id)
    own = TokenWatch.objects.filter(wallet__owner_id=wallet.owner_id)
    if own.filter(wallet=wallet, contract=contract).exists():
        raise WatchedAlreadyError("This token")
    if own.count() >= (most := settings.TOKENS_NAMED_PER_USER):
        raise TooManyWatchedError(most, "tokens named by their contracts")
    unfollowed_forget(wallet)  # what is left of it from before is old
    is_listed = Token.objects.filter(chain_id=wallet.chain_id, address=contract, is_listed=True).exists()
    state = TokenState.FOLLOWED if is_listed else TokenState.CHECKING
    watch = TokenWatch(wallet=wallet, contract=contract, state=state.value, created_at=now)
    watch.full_clean()
    watch.save(force_insert=True)
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))
    return watch


@transaction.atomic
def token_remove(*, wallet: Wallet, given: WalletToken) -> None:
    """Follow a named token no longer for a wallet's owner, nor the transactions that were watched because of it alone.

    One that staff list stays, as everybody's. Raise `TokenNotFoundError`.
    """
    contract = address_of(given.token)
    owner_lock(wallet.owner_id)
    chain_lock(wallet.chain_id)
    removed, _ = TokenWatch.objects.filter(wallet=wallet, contract=contract).delete()
    if not removed:
        raise TokenNotFoundError
    moved = Movement.objects.filter(chain_id=wallet.chain_id, address=wallet.address, asset=contract)
    gone = Q(chain_id=wallet.chain_id, hash__in=moved.values("transaction_hash"))
    own = Wallet.objects.filter(owner_id=wallet.owner_id, chain_id=wallet.chain_id)
    kept = told_of(wallet.owner_id, wallet.chain_id, list(own.values_list("address", flat=True)))
    transactions_unwatch(wallet.owner_id, wallet.chain_id, gone, moved=moved, kept=kept)
    unfollowed_forget(wallet)


@transaction.atomic
def token_list(*, token: Token, is_listed: bool, now: datetime) -> None:
    """Follow a token for everybody, or only for those who have named it; what is held of it for nobody is forgotten.

    A token that isn't stored yet is; of another nothing else is saved.
    """
    chain_lock(token.chain_id)
    token.is_listed = is_listed
    if is_listed:
        token.listed_at = now
        _named(token).update(state=TokenState.FOLLOWED.value, reason="")
    token.save(update_fields=None if token._state.adding else ["is_listed", "listed_at"])  # noqa: SLF001 - Django's
    _forget_unnamed(token)
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))


@transaction.atomic
def token_delete(*, token: Token) -> None:
    """Forget what staff have said of a token; the contract is asked anew for those who have named it."""
    chain_lock(token.chain_id)
    _named(token).update(state=TokenState.CHECKING.value)
    _forget_unnamed(token)
    token.delete()
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))


def _named(token: Token) -> QuerySet[TokenWatch]:
    return TokenWatch.objects.filter(wallet__chain_id=token.chain_id, contract=token.address)


def _forget_unnamed(token: Token) -> None:
    """Forget what is held of it where nobody has named it: nobody follows that, or it is read anew."""
    named = _named(token).filter(wallet__address=OuterRef("address"))
    Balance.objects.filter(~Exists(named), chain_id=token.chain_id, asset=token.address).delete()
