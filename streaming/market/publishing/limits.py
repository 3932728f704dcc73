"""How often a market topic is published, and how much of it may wait."""

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.market.publishing.publish_buffers import CandleBuffer, PublishBuffer, StateBuffer, TradeBuffer
from streaming.topics.topic import MarketKind, Topic


class PublishingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The least seconds between two events of one topic, and how much may wait while the layer is away."""

    price: float = setting("PUBLISH_PRICE_SECONDS")
    ticker: float = setting("PUBLISH_TICKER_SECONDS")
    candle: float = setting("PUBLISH_CANDLE_SECONDS")
    depth: float = setting("PUBLISH_DEPTH_SECONDS")
    trades: float = setting("PUBLISH_TRADES_SECONDS")
    trades_at_once: int = setting("PUBLISH_TRADES_AT_ONCE")
    overview: float = setting("PUBLISH_OVERVIEW_SECONDS")
    waiting_trades: int = setting("PUBLISH_WAITING_TRADES")
    waiting_candles: int = setting("PUBLISH_WAITING_CANDLES")
    retry: float = setting("PUBLISH_RETRY_SECONDS")
    settle: float = setting("PUBLISH_SETTLE_SECONDS")
    clock_anew: float = setting("BRIDGE_CLOCK_ANEW_SECONDS")


def new_buffer(topic: Topic, limits: PublishingLimits) -> PublishBuffer:
    """Return an empty buffer of the topic's kind."""
    match topic.kind:
        case MarketKind.TRADE:
            return TradeBuffer(limits.trades, limits.waiting_trades, burst=limits.trades_at_once)
        case MarketKind.CANDLE:
            return CandleBuffer(limits.candle, limits.waiting_candles, clock_anew=limits.clock_anew)
        case MarketKind.DEPTH:
            return StateBuffer(limits.depth)
        case MarketKind.OVERVIEW:
            return StateBuffer(limits.overview)
        case MarketKind.PRICE | MarketKind.COMBINED_PRICE:
            return StateBuffer(limits.price)
        case _:
            return StateBuffer(limits.ticker)
