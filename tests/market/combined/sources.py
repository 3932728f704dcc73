"""The sources of a worker that combines `BTC-USD`, and what their bridges tell."""

from streaming import events
from streaming.events import Envelope, Source
from streaming.fan_out.hub import Hub
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.symbols import SourceMarket, combined_markets
from streaming.market.publishing.limits import PublishingLimits
from streaming.topics.topic import MarketKind, Topic
from tests.market.combined.tickers import ticker
from tests.waiting import until

OWN = SourceMarket(Source.BINANCE, "BTCUSDT", "USDT")
KRAKEN = SourceMarket(Source.KRAKEN, "BTC/USD", "USD")
RATE = SourceMarket(Source.KRAKEN, "USDT/USD", "USD")
QUICK = CombiningSettings(
    markets=combined_markets(["BTC-USD"], ["USDT-USD=USDT/USD@kraken"], sources=(Source.BINANCE, Source.KRAKEN)),
    own_source=Source.BINANCE,
    publishing=PublishingLimits(price=0.02, candle=0.0, retry=0.05, settle=0.05),
    lease=0.5,
    lease_renewal=0.1,
    look=0.05,
)
"""Intervals that a test needn't wait for."""


def source_topic(market: SourceMarket) -> Topic:
    """Return the topic on which the market's bridge tells its ticker."""
    return Topic(MarketKind.TICKER, market.symbol, source=None if market is OWN else market.source)


async def tell(hub: Hub, market: SourceMarket, price: str, sequence: int = 1) -> None:
    """Publish a ticker, as the market's bridge does."""
    envelope = Envelope(epoch=1, sequence=sequence, event=ticker(market, price))
    await hub.publish_encoded(source_topic(market).key, events.encode(envelope))


async def its_sources_are_read(hub: Hub) -> None:
    """Wait until the worker hears its sources."""
    await until(lambda: {source_topic(one) for one in (OWN, KRAKEN, RATE)} <= hub.topics)
