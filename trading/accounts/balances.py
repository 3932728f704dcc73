"""What a paper account begins with: by the setting PAPER_ACCOUNT_BALANCES, or as it is written for one of them."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings

from streaming.numbers import exact_decimal

_MOST = Decimal(10**12)
_ASSET = re.compile(r"[A-Z0-9]{1,20}")


def initial_balances() -> Mapping[str, Decimal]:
    """Return how much of each quote asset a new account holds."""
    return balances_read(settings.PAPER_ACCOUNT_BALANCES)


def balances_read(text: str) -> Mapping[str, Decimal]:
    """Return what is written as `USDT:1000,USDC:500`, by asset; raise `ValueError` for what isn't written so."""
    parts = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    return {_asset(asset): _amount(asset, amount) for asset, _, amount in parts}


def _asset(name: str) -> str:
    if not _ASSET.fullmatch(name):
        raise ValueError(f"{name[:20]!r} is no asset: write them as USDT:1000,USDC:500")
    return name


def _amount(asset: str, text: str) -> Decimal:
    try:
        amount = exact_decimal(text.strip())
    except ValueError:
        raise ValueError(f"{asset} needs an amount, such as {asset}:1000") from None
    if not 0 <= amount <= _MOST:
        raise ValueError(f"{asset} must be from 0 to {_MOST:f}")
    return amount
