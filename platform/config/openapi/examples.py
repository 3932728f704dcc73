"""Examples of requests that work as they stand in the demo: bodies, and what a query has to say.

What has none is filled in by the page that shows the document, from the shapes.
"""

from collections.abc import Mapping
from typing import Any

BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("/api/v1/auth/register/", "POST"): {
        "username": "ada",
        "email": "ada@example.org",
        "password": "correct horse battery staple",
    },
    ("/api/v1/auth/token/", "POST"): {"username": "demo", "password": "demo"},
    ("/api/v1/auth/keys/", "POST"): {"name": "price bot", "scopes": ["read"], "password": "demo"},
    ("/api/v1/alerts/rules/", "POST"): {
        "name": "Bitcoin below 60,000",
        "symbol": "BTCUSDT",
        "source": "price",
        "operator": "below",
        "threshold": 60000,
        "trigger": "once",
    },
    ("/api/v1/watch-lists/", "POST"): {"name": "Majors", "symbols": ["BTCUSDT", "ETHUSDT"]},
    ("/api/v1/trading/orders/", "POST"): {
        "symbol": "BTCUSDT",
        "side": "buy",
        "type": "market",
        "quote_quantity": 100,
    },
    ("/api/v1/trading/orders/preview/", "POST"): {
        "symbol": "BTCUSDT",
        "side": "buy",
        "type": "market",
        "quote_quantity": 100,
    },
}
QUERIES: Mapping[str, Any] = {"symbol": "BTCUSDT", "interval": "1h"}
"""By the parameter's name, where it has to be given."""
