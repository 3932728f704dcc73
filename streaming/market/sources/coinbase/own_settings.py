"""What Coinbase's addresses and rules are, for settings that the environment doesn't give. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DOLLAR_MARKET = "{base}-USD"
"""What it calls the market of a base asset against US dollars."""

SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "EXCHANGE_STREAM_URLS": ["wss://ws-feed.exchange.coinbase.com"],
        "EXCHANGE_REST_URL": "https://api.exchange.coinbase.com",
        "EXCHANGE_REST_FALLBACK_URLS": [],
        "EXCHANGE_RATE_LIMIT_WAIT_SECONDS": 5.0,  # it counts by the second
        "SYMBOLS_REFRESH_SECONDS": 60.0,  # nothing else tells that a product is halted
        "BRIDGE_CANARY_STREAM": "BTC-USD@heartbeat",
        "BRIDGE_LIQUID_SYMBOLS": ["BTC-USD", "ETH-USD"],
        "BRIDGE_FRAME_SILENCE_SECONDS": 5.0,  # each product has a heartbeat every second
        "BRIDGE_DATA_SILENCE_SECONDS": 5.0,
        "BRIDGE_STREAM_SILENCE_SECONDS": 5.0,
        "BRIDGE_STALE_AFTER_SECONDS": 3.0,
    }
)
