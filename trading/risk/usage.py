"""What an account uses of its limits now, counted as the gate counts it before an order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from trading.engine.accounts.account import value_of
from trading.engine.amounts import amount_of, decimal_of
from trading.live.portfolios.holdings import symbols_of_pairs
from trading.models import SubAccount
from trading.risk.account_exposure import AccountExposure, ExposureReader


class AssetAtStake(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of an asset, an amount of it, and being bought, an amount of quote; `symbol` prices the former."""

    asset: str
    symbol: str
    held: int
    buying: int


class AccountAtStake(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has at stake: `sent` are its orders of the last second, `loss_today` is below zero for a gain."""

    open_orders: int
    sent: int
    loss_today: Decimal
    assets: Sequence[AssetAtStake]


class AssetPosition(msgspec.Struct, frozen=True, kw_only=True):
    """What is held and being bought of an asset is worth, of quote; None where no price of it is known."""

    asset: str
    value: Decimal | None


def account_at_stake(account_id: str, *, now: datetime) -> AccountAtStake:
    """Return what an account has at stake, over its hands and grids."""
    exposure = ExposureReader().read([account_id], now=now)[account_id]
    total = exposure.together()
    return AccountAtStake(
        open_orders=total.open_orders,
        sent=sum(map(len, exposure.sent.values())),
        loss_today=decimal_of(-total.realised_today),
        assets=_assets(account_id, exposure),
    )


def positions_of(at_stake: AccountAtStake, prices: Mapping[str, Decimal]) -> Sequence[AssetPosition]:
    """Return what each asset at stake is worth at these prices by symbol, the largest first."""
    positions = [AssetPosition(asset=one.asset, value=_value(one, prices.get(one.symbol))) for one in at_stake.assets]
    return sorted(positions, key=lambda one: (one.value is None, -(one.value or 0), one.asset))


def _assets(account_id: str, exposure: AccountExposure) -> Sequence[AssetAtStake]:
    quotes = dict(SubAccount.objects.filter(account_id=account_id).values_list("pk", "quote"))
    quote_of: dict[str, str] = {}
    for sub_account_id, one in sorted(exposure.sub_accounts.items()):
        quote = quotes.get(sub_account_id, "")
        for asset in {*one.held, *one.buying}:
            quote_of.setdefault(asset, quote)
    total = exposure.together()
    symbols = symbols_of_pairs(set(quote_of.items()))
    found = []
    for pair in sorted(quote_of.items()):
        asset, (buying, bought) = pair[0], total.buying[pair[0]]
        found.append(AssetAtStake(asset=asset, symbol=symbols[pair], held=total.held[asset] + bought, buying=buying))
    return [one for one in found if one.held or one.buying]


def _value(one: AssetAtStake, price: Decimal | None) -> Decimal | None:
    if price is None and one.held:
        return None
    return decimal_of(one.buying + (value_of(one.held, amount_of(price)) if price is not None else 0))
