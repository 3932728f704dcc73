"""What the exchange's own events are called in their data: the names of `/ws`, which the other dialects share.

Those that `/ws/trading` has for itself are in trading_data.py; event_data.py adds the source and the other marks.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from streaming.events import Candle, Depth, Overview, Price, Ticker, Trade
from streaming.events.fields import DataField, named_fields

Data = dict[str, Any]
Names = Mapping[type[msgspec.Struct], tuple[DataField, ...]]
"""The data of each kind of event, and of a trade, field by field."""

MARKET_NAMES: Names = {
    Price: named_fields(
        Price,
        "symbol",
        "price",
        change="change24h",
        change_percent="changePercent24h",
        high="high24h",
        low="low24h",
        volume="volume24h",
        change_1h="change1h",
        time="timestamp",
    ),
    Ticker: named_fields(
        Ticker,
        *("symbol", "price", "bid", "ask", "volume", "change", "high", "low", "open"),
        change_percent="changePercent",
        previous_close="previousClose",
        time="timestamp",
    ),
    Candle: named_fields(
        Candle,
        *("symbol", "interval", "open", "high", "low", "close", "volume"),
        open_time="time",
        is_final="isFinal",
        time="timestamp",
    ),
    Trade: named_fields(Trade, "price", "quantity", "side", trade_id="tradeId", time="timestamp"),
    Depth: named_fields(Depth, "symbol", "bids", "asks", time="timestamp"),
    Overview: named_fields(
        Overview, rows="symbols", gainers="gainers", losers="losers", volumes="volumes", time="timestamp"
    ),
}
