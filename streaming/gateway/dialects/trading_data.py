"""The names that `/ws/trading` has for itself in the data of market events; the others are those of market_data.py."""

from streaming.events import Candle, Depth, Ticker, Trade
from streaming.events.fields import named_fields
from streaming.gateway.dialects.market_data import Names

TRADING_NAMES: Names = {
    Candle: named_fields(
        Candle,
        *("symbol", "interval", "open", "high", "low", "close", "volume", "trades"),
        open_time="startTime",
        close_time="endTime",
        is_final="closed",
    ),
    Ticker: named_fields(
        Ticker,
        *("symbol", "price", "high", "low", "volume"),
        change="priceChange",
        change_percent="priceChangePercent",
        quote_volume="quoteVolume",
    ),
    Trade: named_fields(Trade, "price", "quantity", "side", trade_id="tradeId", time="time"),
    Depth: named_fields(Depth, "symbol", "bids", "asks", time="time"),
}
