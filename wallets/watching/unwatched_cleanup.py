"""What goes with a wallet or a token that is watched no longer: its transactions, and rows that nobody follows."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from streaming.database.conditions import Among
from wallets.chain import NATIVE
from wallets.events.token_audience import movements_told
from wallets.models import Balance, Chain, ChainTransaction, Movement, Token, TokenWatch, TransactionWatch, Wallet


def owner_lock(owner_id: int) -> None:
    """Let one change of what a user watches come after another: so quotas hold."""
    User.objects.select_for_update(no_key=True).get(pk=owner_id)


def chain_lock(chain_id: str) -> None:
    """Let the follower store nothing of a chain meanwhile: it changes the same rows, and in another order.

    Whoever locks an owner, too, locks the chain after the owner.
    """
    Chain.objects.select_for_update(no_key=True).get(pk=chain_id)


def touching(chain_id: str, addresses: Collection[str], moved: QuerySet[Movement]) -> Q:
    """Return which transactions of a chain are of these addresses: their own, or those of these movements."""
    of_address = Q(sender__in=addresses) | Q(recipient__in=addresses) | Q(hash__in=moved.values("transaction_hash"))
    return Q(chain_id=chain_id) & of_address


def told_of(owner_id: int, chain_id: str, addresses: Collection[str]) -> Q:
    """Return which transactions of a chain are told to a user because of these addresses."""
    moved = movements_told(owner_id=owner_id, chain_id=chain_id, addresses=addresses)
    return touching(chain_id, addresses, moved)


def transactions_unwatch(owner_id: int, chain_id: str, gone: Q, *, moved: QuerySet[Movement], kept: Q) -> None:
    """Watch no longer for a user what is `gone` of a chain, but the `kept` and those by hand; forget what nobody does.

    What nobody watches is looked for among what the user has watched, and what `moved`: the follower waits, and the
    tables hold all users' transactions, which have no index by address. The rows are locked before it is looked who
    watches them: nobody begins to, or ends, meanwhile.
    """
    own = TransactionWatch.objects.filter(owner_id=owner_id, by_hand=False).order_by()
    touched = _among(own.values_list("transaction_id", flat=True), gone)
    leaving = touched - _among(touched, kept)
    rows = ChainTransaction.objects.filter(Among("id", leaving | _watched_by_nobody(chain_id, moved)))
    locked = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    own.filter(Among("transaction_id", locked)).delete()
    ChainTransaction.objects.filter(Among("id", locked), watches__isnull=True).delete()


def _among(ids: Iterable[int], condition: Q) -> set[int]:
    """Return for which of these transactions a condition holds."""
    found = ChainTransaction.objects.filter(Among("id", ids)).filter(condition)
    return set(found.order_by().values_list("pk", flat=True))


def _watched_by_nobody(chain_id: str, moved: QuerySet[Movement]) -> set[int]:
    """Return the transactions of a chain's movements that nobody watches, by their ids."""
    hashes = set(moved.order_by().values_list("transaction_hash", flat=True))
    rows = ChainTransaction.objects.filter(Among("hash", hashes), chain_id=chain_id).order_by()
    found = set(rows.values_list("pk", flat=True))
    watches = TransactionWatch.objects.filter(Among("transaction_id", found)).order_by()
    return found - set(watches.values_list("transaction_id", flat=True))


def unfollowed_forget(wallet: Wallet) -> None:
    """Forget what a wallet's address held and got of assets that are followed there for nobody any more."""
    same = Wallet.objects.filter(chain_id=wallet.chain_id, address=wallet.address)
    named = TokenWatch.objects.filter(wallet__in=same, contract=OuterRef("asset"))
    listed = Token.objects.filter(chain_id=wallet.chain_id, address=OuterRef("asset"), is_listed=True)
    followed = Q(asset=NATIVE) | Exists(listed) | Exists(named) if same.exists() else Q(pk__in=())
    Balance.objects.filter(~followed, chain_id=wallet.chain_id, address=wallet.address).delete()
    Movement.objects.filter(~followed, chain_id=wallet.chain_id, address=wallet.address).delete()
    named_by_nobody = ~Exists(TokenWatch.objects.filter(wallet__chain=OuterRef("chain"), contract=OuterRef("address")))
    never_listed = Token.objects.filter(chain_id=wallet.chain_id, is_listed=False, listed_at=None)
    never_listed.filter(named_by_nobody).delete()
