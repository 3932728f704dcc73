"""What sources say of a price, and what that is in US dollars. Pure, and exact: a conversion only multiplies."""

from collections.abc import Mapping
from decimal import Context, Decimal

import msgspec

from streaming.events import Source

DOLLAR = "USD"
STABLECOINS = frozenset({"USDT", "USDC", "DAI", "FDUSD", "PYUSD", "TUSD"})
"""Dollars of issuers: each counts for what it costs, never for one."""
_EXACT = Context(prec=200)


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The last price of a market, in its quote asset; `volume` is its recent one, in base units.

    `heard_at` is when it came, in ms by our own clock: what an exchange's clock says decides nothing.
    """

    source: Source
    quote_asset: str
    price: Decimal
    volume: Decimal
    heard_at: int


class DollarQuote(msgspec.Struct, frozen=True, kw_only=True):
    """A price in US dollars, its weight, and how old it is in ms: as old as the older of it and its rate."""

    source: Source
    price: Decimal
    weight: Decimal
    age_ms: int


def in_dollars(quote: Quote, rates: Mapping[str, DollarQuote], *, now_ms: int) -> DollarQuote | None:
    """Return a quote in US dollars; None where it is no price, or its quote asset has no rate.

    `rates` are the stablecoins' own prices in dollars. A clock of ours that went back makes nothing younger than new.
    """
    if not (quote.price.is_finite() and quote.price > 0):
        return None
    weight = quote.volume if quote.volume.is_finite() and quote.volume > 0 else Decimal(0)
    age = max(0, now_ms - quote.heard_at)
    if quote.quote_asset == DOLLAR:
        return DollarQuote(source=quote.source, price=quote.price, weight=weight, age_ms=age)
    rate = rates.get(quote.quote_asset) if quote.quote_asset in STABLECOINS else None
    if rate is None:
        return None
    price = _EXACT.multiply(quote.price, rate.price)
    return DollarQuote(source=quote.source, price=price, weight=weight, age_ms=max(age, rate.age_ms))
