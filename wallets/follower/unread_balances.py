"""Which balances are to be read though no block has changed them: new, outdated, read afresh, of tokens by turns."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import QuerySet

from wallets.chain import NATIVE
from wallets.follower.address_reading import Owned
from wallets.follower.followed_chain import BalanceLook, BalancesReread
from wallets.follower.named_tokens import named_never_read, named_tokens
from wallets.models import Balance, Chain, Wallet

_MOST_UNREAD = 500
"""So many balances of new wallets, of tokens that are new to wallets, and so many outdated ones are read in a turn."""
TOKENS_REREAD = 200
"""So many stored balances of tokens are read again in a turn, every ten minutes: 400 calls with their owners' coins."""


def unread_balances(name: str, listed: Collection[str], look: BalanceLook) -> tuple[frozenset[Owned], int]:
    """Return some of the balances that were never read or are outdated, and after which row the outdated ones go on."""
    outdated, after = _outdated(name, look.outdated_after)
    return frozenset({*_never_read(name, listed, look), *named_never_read(name, listed), *outdated}), after


def _never_read(name: str, tokens: Collection[str], look: BalanceLook) -> Iterator[Owned]:
    """Yield the balances of new wallets, though others watch them, and of tokens that were listed after these.

    Each asset has its share, so that one that is no token, and never is read, keeps none of the others from it.
    """
    share = max(_MOST_UNREAD // (len(tokens) + 1), 1)
    new = Wallet.objects.filter(chain=name, is_being_read=True).order_by("created_at")
    without_coins = () if NATIVE in look.compared else _without_balance(name, NATIVE, share)
    for address in {*without_coins, *new.values_list("address", flat=True)[:share]}:
        yield address, None
        yield from ((address, token) for token in tokens)
    for token in sorted(frozenset(tokens) - look.compared):
        yield from ((address, token) for address in _without_balance(name, token, share))


def _without_balance(name: str, asset: str, most: int) -> Iterable[str]:
    """Return `most` of the watched addresses for which no balance of an asset is stored.

    As the difference of two sets: a database without statistics of its tables would look for each by itself.
    """
    watched = Wallet.objects.filter(chain=name).order_by().values_list("address", flat=True)
    read = Balance.objects.filter(chain=name, asset=asset).order_by().values_list("address", flat=True)
    return watched.difference(read)[:most]


def _outdated(name: str, after: int) -> tuple[frozenset[Owned], int]:
    """Return outdated balances above a row, and the row of the last; 0 where there are no more.

    So those that can't be read any more keep none of the others from it.
    """
    found = _above(after, Balance.objects.filter(chain=name, is_outdated=True), _MOST_UNREAD)
    return found.owned, found.last or 0


def tokens_reread(name: str, listed: Collection[str], after: int) -> BalancesReread:
    """Return some of the stored balances of followed tokens whose turn it is: contracts change them without a log, too.

    Where nothing is held, nothing grows by itself.
    """
    found = _above(after, Balance.objects.filter(chain=name).exclude(asset=NATIVE).exclude(amount=0), TOKENS_REREAD)
    named = named_tokens(name, {address for address, _ in found.owned}, listed)
    followed = frozenset(owned for owned in found.owned if owned[1] in listed or owned in named)
    return BalancesReread(followed, found.last)


def balances_reread(name: str) -> BalancesReread | None:
    """Return some of the balances that are still to be read afresh since staff have started over."""
    after = Chain.objects.values_list("reread_balance_id", flat=True).get(pk=name)
    if after is None:
        return None
    return _above(after, Balance.objects.filter(chain=name), _MOST_UNREAD)


def _above(after: int, balances: QuerySet[Balance], most: int) -> BalancesReread:
    """Return the first of these balances above a row."""
    found = list(balances.filter(pk__gt=after).order_by("pk").values_list("pk", "address", "asset")[:most])
    last = found[-1][0] if len(found) == most else None
    return BalancesReread(frozenset(owned_of((address, asset)) for _, address, asset in found), last)


def owned_of(columns: tuple[str, str]) -> Owned:
    """Return whose balance of what it is, from the columns of address and asset."""
    address, asset = columns
    return address, None if asset == NATIVE else asset
