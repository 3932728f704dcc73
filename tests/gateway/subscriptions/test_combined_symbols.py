"""Combined symbols, as a client reads them."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from streaming.events import Candle, CombinedPrice, Interval, LeftOut, PriceSource, Source, Ticker
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
_ONE = Decimal(1)
TICKER = Ticker(
    symbol="BTC-USD",
    source=Source.COMBINED,
    time=7,
    price=_ONE,
    bid=_ONE,
    ask=_ONE,
    open=_ONE,
    high=_ONE,
    low=_ONE,
    previous_close=None,
    change=_ONE,
    change_percent=_ONE,
    volume=_ONE,
    quote_volume=None,
)
CANDLE = Candle(
    symbol="BTC-USD",
    source=Source.COMBINED,
    time=7,
    interval=Interval.MINUTE_1,
    open_time=0,
    close_time=59_999,
    open=_ONE,
    high=_ONE,
    low=_ONE,
    close=_ONE,
    volume=_ONE,
    quote_volume=_ONE,
    trades=0,
    is_final=True,
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


@row("TP-19")
async def test_its_ticker_and_its_candles_of_a_minute_come_as_those_of_any_symbol(settings: Settings) -> None:
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    channels = ("ticker:BTC-USD", "klines:BTC-USD:1m")
    async with site() as here:
        client = here.client(USER)
        await client.subscribe(*channels, "klines:BTC-USD:5m")
        answers = await client.took(3)
        assert {frame["channel"] for frame in answers if frame["type"] == "subscribed"} == set(channels)
        [refused] = [{**frame, **frame["data"]} for frame in answers if frame["type"] == "error"]
        assert (refused["code"], refused["channel"]) == ("unknown_channel", "klines:BTC-USD:5m")
        for event in (TICKER, CANDLE):
            await here.hub.publish(event)
        frames = await client.took(2)
    assert [(frame["channel"], frame["data"]["source"]) for frame in frames] == [
        (name, "combined") for name in channels
    ]
