"""Combined symbols, as a client reads them."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from streaming.events import CombinedPrice, LeftOut, PriceSource, Source
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from tests.conformance.rows import row
from tests.gateway.subscribing import USER, site

PRICE = CombinedPrice(
    symbol="BTC-USD",
    time=7,
    source=Source.COMBINED,
    price=Decimal("97510.25"),
    is_single=True,
    sources=(
        PriceSource(name="kraken", price=Decimal("97510.25"), age_ms=340, used=True),
        PriceSource(name="binance", price=None, age_ms=120, used=False, reason=LeftOut.NO_RATE),
    ),
)
NOT_TOLD = dict.fromkeys(("change24h", "changePercent24h", "high24h", "low24h", "volume24h", "change1h"))
DATA = {
    **NOT_TOLD,
    "symbol": "BTC-USD",
    "price": 97510.25,
    "timestamp": 7,
    "singleSource": True,
    "sources": [
        {"name": "kraken", "price": 97510.25, "age_ms": 340, "used": True},
        {"name": "binance", "price": None, "age_ms": 120, "used": False, "reason": "no_rate"},
    ],
    "source": "combined",
}


@row("TP-09")
@pytest.mark.parametrize("dialect", [MarketDialect, TradingDialect, ControlDialect])
async def test_its_price_names_its_sources_in_every_dialect_and_spelling(
    settings: Settings, dialect: type[MarketDialect | TradingDialect | ControlDialect]
) -> None:
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    async with site() as here:
        client = here.client(USER, dialect(here.clock))
        for channel in ("price:BTC-USD", "quotes:BTC-USD"):
            await client.subscribe(channel)
        await client.took(2)
        await here.hub.publish(PRICE)
        for frame, channel in zip(await client.took(2), ("price:BTC-USD", "quotes:BTC-USD"), strict=True):
            data = frame["data"]
            assert frame["channel"] == channel
            assert (data["data"] if dialect is TradingDialect else data) == DATA
