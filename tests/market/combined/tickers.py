"""Tickers as sources tell them."""

from decimal import Decimal

from streaming.events import Ticker
from streaming.market.combined.symbols import SourceMarket


def ticker(
    market: SourceMarket, price: str | Decimal, *, volume: str = "1", stale: bool = False, repaired: bool = False
) -> Ticker:
    """Return one whose prices are all the same."""
    value = Decimal(price)
    return Ticker(
        symbol=market.symbol,
        source=market.source,
        time=1,  # whatever the exchange says of the time
        price=value,
        bid=value,
        ask=value,
        open=value,
        high=value,
        low=value,
        previous_close=None,
        change=Decimal(0),
        change_percent=Decimal(0),
        volume=Decimal(volume),
        quote_volume=None,
        stale=stale,
        repaired=repaired,
    )
