"""What the rows say of wallets and transactions since a time: for rules whose evaluator was away when it was told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from streaming.batches import batched
from streaming.events import WalletEvent
from streaming.rule_sources.wallet_source import StoredMoment, WatchedName
from streaming.times import milliseconds, moment
from wallets.events import TransactionState
from wallets.events.event_rows import balance_event, movement_event
from wallets.events.token_audience import assets_told, history_told
from wallets.events.touched_wallets import own_transactions
from wallets.models import Balance, Movement, TransactionWatch, Wallet

MOST_OF_A_WALLET = 200
"""The newest movements, and the newest transactions, of a wallet: fewer than rules remember to have counted."""
MOST_WALLETS = 1000
"""So many of the wallets in which something moved are read, those first that were added first."""
MOST_TRANSACTIONS = 10_000
"""The newest of all together."""
_BATCH = 2000
_Names = Mapping[tuple[int, str, str], WatchedName]


def stored_since(asked: Collection[WatchedName], since: int) -> Sequence[StoredMoment]:
    """Return what the rows say of these since a time (ms since the epoch), the oldest first, within the bounds above.

    Nothing of it is from before the wallet was added.
    """
    names = {(one.owner_id, one.chain, one.name.lower()): one for one in asked}
    told = [*_moved(names, moment(since)), *_changed(names, moment(since))] if names else []
    return sorted(told, key=lambda one: one.event.time)


def _moved(names: _Names, since: datetime) -> Iterator[StoredMoment]:
    """Yield what came to and went from wallets, and what they hold where that has changed."""
    for wallet in _wallets_changed(names, since)[:MOST_WALLETS]:
        for event in _of_wallet(wallet, since):
            yield StoredMoment(watched=names[_key(wallet)], event=event)


def _wallets_changed(names: _Names, since: datetime) -> Sequence[Wallet]:
    addresses = sorted({name for (_, _, name), one in names.items() if not one.is_transaction})
    found: list[Wallet] = []
    for batch in batched(addresses, _BATCH):
        moved = Movement.objects.filter(address__in=batch, time__gte=since).order_by()
        held = Balance.objects.filter(address__in=batch, changed_at__gte=since).order_by()
        places = {*moved.values_list("chain_id", "address"), *held.values_list("chain_id", "address")}
        wallets = Wallet.objects.filter(address__in={address for _, address in places}).select_related("chain")
        found += [each for each in wallets if _key(each) in names and (each.chain_id, each.address) in places]
    return sorted(found, key=lambda wallet: wallet.created_at)


def _of_wallet(wallet: Wallet, since: datetime) -> Iterator[WalletEvent]:
    assets = assets_told(wallet.chain, [wallet])[wallet.pk]
    moved = history_told(wallet).filter(is_retracted=False, time__gte=since).order_by("-id")[:MOST_OF_A_WALLET]
    for row in reversed(moved):
        yield movement_event(row, wallet, assets[row.asset], time=milliseconds(row.time))
    held = Balance.objects.filter(chain=wallet.chain, address=wallet.address, changed_at__gte=since)
    for balance in () if wallet.is_being_read else held:
        if asset := assets.get(balance.asset):
            yield balance_event(balance, wallet, asset)


def _changed(names: _Names, since: datetime) -> Sequence[StoredMoment]:
    """Return transactions as they are, each for its own name and for the wallets that it touches, the oldest first.

    Newest are those that were stored last: what has just become final was first heard of long ago, and is forgotten.
    """
    of_names: Counter[WatchedName] = Counter()
    told: list[StoredMoment] = []
    for owner_id, state in _newest_states({owner_id for owner_id, _, _ in names}, since):
        for name in (state.hash, *state.wallets):
            one = names.get((owner_id, state.chain, name.lower()))
            if one is not None and of_names[one] < MOST_OF_A_WALLET:
                of_names[one] += 1
                told.append(StoredMoment(watched=one, event=state))
    return told[::-1]


def _newest_states(owners: Collection[int], since: datetime) -> Iterator[tuple[int, TransactionState]]:
    """Yield what users watch and has changed, with the user's id; of each user on each chain the newest first."""
    watches = TransactionWatch.objects.filter(owner_id__in=owners, transaction__changed_at__gte=since)
    newest = watches.select_related("transaction__chain").order_by("-transaction_id")[:MOST_TRANSACTIONS]
    of_users: defaultdict[tuple[int, str], list[TransactionWatch]] = defaultdict(list)
    for watch in newest:
        of_users[watch.owner_id, watch.transaction.chain_id].append(watch)
    for (owner_id, _), some in of_users.items():
        for state in own_transactions(owner_id, some[0].transaction.chain, some):
            yield owner_id, state


def _key(wallet: Wallet) -> tuple[int, str, str]:
    return wallet.owner_id, wallet.chain_id, wallet.address
