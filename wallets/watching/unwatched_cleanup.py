"""What goes with a wallet or a token that is watched no longer: its transactions, and rows that nobody follows."""

from collections.abc import Collection

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


def transactions_unwatch(owner_id: int, gone: Q, *, kept: Q) -> None:
    """Watch no longer for a user what is `gone`, but the `kept` and those by hand; forget what nobody watches.

    The rows are locked before it is looked who watches them: nobody begins to, or ends, meanwhile.
    """
    unwatched = TransactionWatch.objects.filter(owner_id=owner_id, by_hand=False).exclude(
        transaction__in=ChainTransaction.objects.filter(kept)
    )
    by_nobody = ~Exists(TransactionWatch.objects.filter(transaction=OuterRef("pk")))
    rows = ChainTransaction.objects.filter(gone).filter(Q(pk__in=unwatched.values("transaction")) | by_nobody)
    locked = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    unwatched.filter(Among("transaction_id", locked)).delete()
    ChainTransaction.objects.filter(Among("id", locked), watches__isnull=True).delete()


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
