"""What Kraken's addresses and rules are, for settings that the environment doesn't give. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DOLLAR_MARKET = "{base}/USD"
"""What it calls the market of a base asset against US dollars."""

SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "EXCHANGE_STREAM_URLS": ["wss://ws.kraken.com"],
        "EXCHANGE_REST_URL": "https://api.kraken.com",
        "EXCHANGE_REST_FALLBACK_URLS": [],
        "BRIDGE_CONNECT_ATTEMPTS": 30,  # it bans who tries some 150 times in ten minutes
        "BRIDGE_CONNECT_WINDOW_SECONDS": 600.0,
        "BRIDGE_CANARY_STREAM": "BTC/USD@ticker",
        "BRIDGE_LIQUID_SYMBOLS": ["BTC/USD", "ETH/USD"],
        "BRIDGE_FRAME_SILENCE_SECONDS": 5.0,  # it sends a heartbeat every second
    }
)
