"""The names that the trading dialect has for itself: by the kind of an event, what `/ws` calls its field.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from collections.abc import Mapping

TRADING_NAMES: Mapping[str, Mapping[str, str]] = {
    "ticker": {"priceChange": "change", "priceChangePercent": "changePercent"},
    "kline": {"startTime": "time", "closed": "isFinal"},
    "trade": {"time": "timestamp"},
    "depth": {"time": "timestamp"},
}
