"""What reads accounts and their balances."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from streaming.commands.access import Reader
from trading.accounts.balances import initial_balances
from trading.accounts.errors import AccountNotFoundError
from trading.engine.amounts import exactly
from trading.models import OF_HAND, Balance, SubAccount, TradingAccount


class AssetBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has of an asset, over all of its sub-accounts: what is in grids and strategies is locked."""

    asset: str
    free: Decimal
    locked: Decimal


def account_reached(*, reader: Reader, account_id: str) -> TradingAccount:
    """Return the account; raise `AccountNotFoundError` where there is none for that reader."""
    rows = TradingAccount.objects.select_related("owner")
    row = (rows if reader.reaches_all else rows.filter(owner_id=reader.user_id)).filter(pk=account_id).first()
    if row is None:
        raise AccountNotFoundError
    return row


def accounts_of(owner_id: int) -> Sequence[TradingAccount]:
    """Return a user's accounts, the default one first."""
    return list(TradingAccount.objects.filter(owner_id=owner_id).order_by("-is_default", "created_at", "pk"))


def account_found(*, owner_id: int, account_id: str | None) -> TradingAccount | None:
    """Return a user's account, by default the default one; None where that isn't made yet.

    Raise `AccountNotFoundError` for another's.
    """
    accounts = TradingAccount.objects.filter(owner_id=owner_id)
    account = accounts.filter(is_default=True).first() if account_id is None else accounts.filter(pk=account_id).first()
    if account is None and account_id is not None:
        raise AccountNotFoundError
    return account


def free_by_hand(account: TradingAccount | None, quote: str) -> Decimal:
    """Return how much of a quote asset is free for orders and grids; of one not made yet, what it will begin with."""
    if account is None:
        return initial_balances().get(quote, Decimal(0))
    hand = SubAccount.objects.filter(OF_HAND, account=account, quote=quote)
    row = Balance.objects.filter(sub_account__in=hand, asset=quote).first()
    return Decimal(0) if row is None else row.free


@exactly
def balances_of(account: TradingAccount) -> Sequence[AssetBalance]:
    """Return what an account holds, by asset; assets of which nothing is held are left out."""
    free: defaultdict[str, Decimal] = defaultdict(Decimal)
    locked: defaultdict[str, Decimal] = defaultdict(Decimal)
    rows = Balance.objects.filter(sub_account__account=account)
    for row in rows.select_related("sub_account"):
        is_by_hand = row.sub_account.instance_id is None
        free[row.asset] += row.free if is_by_hand else 0
        locked[row.asset] += row.locked if is_by_hand else row.free + row.locked
    held = sorted(asset for asset in {*free, *locked} if free[asset] or locked[asset])
    return [AssetBalance(asset=asset, free=free[asset], locked=locked[asset]) for asset in held]
