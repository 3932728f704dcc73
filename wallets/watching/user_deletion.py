"""What goes with a user who watches wallets: what nobody else watches. What is on a chain stays there, as it is."""

from collections.abc import Sequence

from streaming.identity.user_deletion import DeletedUser, UserDeletion
from streaming.topics.topic import Topic
from wallets.models import TransactionWatch, Wallet
from wallets.watching.parameters import TransactionName
from wallets.watching.services import transaction_unwatch, wallet_remove


def _channels(user_id: int) -> Sequence[str]:
    owner = str(user_id)
    addresses = Wallet.objects.filter(owner=user_id).values_list("address", flat=True)
    hashes = TransactionWatch.objects.filter(owner=user_id).values_list("transaction__hash", flat=True)
    topics = [Topic("wallet", owner=owner, name=address) for address in addresses]
    return [topic.key for topic in (*topics, *(Topic("tx", owner=owner, name=hash_) for hash_ in hashes))]


def _unwatch(deleted: DeletedUser) -> None:
    for wallet in Wallet.objects.filter(owner=deleted.user_id).order_by("chain", "pk"):
        wallet_remove(wallet=wallet)
    by_hand = TransactionWatch.objects.filter(owner=deleted.user_id)
    for watch in by_hand.select_related("transaction"):
        name = TransactionName(chain=str(watch.transaction.chain_id), hash=watch.transaction.hash)
        transaction_unwatch(owner_id=deleted.user_id, given=name)


USER_DELETION = UserDeletion(channels=_channels, before=_unwatch)
