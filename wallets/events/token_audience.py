"""Which tokens are told to whom: those that staff list to everybody, a named one to those who have named it.

Whatever tells something of a wallet (events, notifications, first values, answers) asks here.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from wallets.chain import NATIVE
from wallets.events.event_rows import Assets, assets_of
from wallets.events.history import since_added
from wallets.models import Chain, Movement, Token, TokenWatch, Wallet
from wallets.models.token_state import TokenState

_NAMED = CompiledQuery(
    TokenWatch,
    lambda: (
        TokenWatch.objects.filter(Among("wallet_id", Given("wallets")), state=TokenState.FOLLOWED.value)
        .order_by()
        .values_list("wallet_id", "contract")
    ),
)
_TOKEN_COLUMNS = ("address", "symbol", "decimals", "is_listed")
_TOKENS = CompiledQuery(
    Token,
    lambda: (
        Token.objects.filter(
            Q(is_listed=True) | Q(Among("address", Given("named"))),
            Among("address", Given("among")),
            chain=Given("chain"),
        )
        .order_by()
        .values_list(*_TOKEN_COLUMNS)
    ),
)


def assets_told(
    chain: Chain, wallets: Collection[Wallet], *, among: Collection[str] | None = None
) -> Mapping[str, Assets]:
    """Return by each wallet's id which assets are told of it; the wallets are of that chain.

    `among`: only of these tokens, by their contracts' addresses, it is to be known.
    """
    named = _named(wallets) if among is None or among else {}
    tokens = _tokens(chain, frozenset[str]().union(*named.values()), among)
    assets = assets_of(chain, tokens)
    everybodys = {asset: one for asset, one in assets.items() if asset == NATIVE or tokens[asset].is_listed}
    own = {
        wallet_id: everybodys | {contract: assets[contract] for contract in contracts if contract in assets}
        for wallet_id, contracts in named.items()
    }
    return {wallet.pk: own.get(wallet.pk, everybodys) for wallet in wallets}


def _tokens(chain: Chain, named: Collection[str], among: Collection[str] | None) -> Mapping[str, Token]:
    """Return a chain's tokens that are listed or among those that are named, by their contracts' addresses."""
    if among is None:
        wanted = Q(is_listed=True) | Q(address__in=named)
        return {token.address: token for token in Token.objects.filter(wanted, chain=chain).order_by()}
    if not among:
        return {}
    found = _TOKENS.rows(chain=chain.pk, named=named, among=among)
    return {row[0]: Token(chain_id=chain.pk, **dict(zip(_TOKEN_COLUMNS, row, strict=True))) for row in found}


def movements_told(*, owner_id: int, chain_id: str, addresses: Collection[str]) -> QuerySet[Movement]:
    """Return what moved at a user's addresses of the assets that are told to that user."""
    named = TokenWatch.objects.filter(
        wallet__owner_id=owner_id,
        wallet__chain_id=chain_id,
        wallet__address=OuterRef("address"),
        contract=OuterRef("asset"),
        state=TokenState.FOLLOWED.value,
    )
    everybodys = Q(asset=NATIVE) | Exists(_listed(chain_id))
    return Movement.objects.filter(everybodys | Exists(named), chain_id=chain_id, address__in=addresses)


def history_told(wallet: Wallet) -> QuerySet[Movement]:
    """Return what moved at a wallet's address since it is watched, of a token since that is told to its owner.

    What is stored of before would tell that somebody else watches the address, or has named the token.
    """
    listed = _listed(wallet.chain_id).filter(Q(listed_at=None) | Q(listed_at__lte=OuterRef("time")))
    named = TokenWatch.objects.filter(
        wallet=wallet, contract=OuterRef("asset"), state=TokenState.FOLLOWED.value, created_at__lte=OuterRef("time")
    )
    told = Q(asset=NATIVE) | Exists(listed) | Exists(named)
    return Movement.objects.filter(told, since_added(wallet), chain_id=wallet.chain_id, address=wallet.address)


def _named(wallets: Collection[Wallet]) -> Mapping[str, Collection[str]]:
    """Return the tokens that are followed as they were named, by each wallet's id."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for wallet_id, contract in _NAMED.rows(wallets=[wallet.pk for wallet in wallets]):
        named[wallet_id].add(contract)
    return named


def _listed(chain_id: str) -> QuerySet[Token]:
    return Token.objects.filter(chain_id=chain_id, address=OuterRef("asset"), is_listed=True)
