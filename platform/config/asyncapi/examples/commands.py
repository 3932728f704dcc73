"""Parameters of commands that work as they stand in the demo, or would if there were what they name."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from config.asyncapi.examples.values import TRANSACTION, WALLET

_ORDER = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quote_quantity": 100}
_GRID = {"pair": "BTCUSDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 10, "investment": 1000}
_RULE = {
    "name": "Bitcoin below 60,000",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "below",
    "threshold": 60000,
    "trigger": "once",
}
_AVERAGE = {"source": "indicator", "indicator": "sma", "interval": "1m", "parameters": {"period": 20}}
_CONTRACT = "0xdac17f958d2ee523a2206206994597c13d831ec7"

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "market.symbols": {"query": "BTC", "limit": 10},
    "market.history": {"symbol": "BTCUSDT", "interval": "1h", "limit": 100},
    "watch_lists.create": {"name": "Majors", "symbols": ["BTCUSDT", "ETHUSDT"]},
    "watch_lists.update": {"id": 3, "add": ["SOLUSDT"]},
    "chart_layouts.save": {"name": "Evening", "layout": {"interval": "15m", "type": "candles"}},
    "alerts.create": _RULE,
    "alerts.update": {"id": 3, "threshold": 59000},
    "alerts.test": {
        **_AVERAGE,
        "symbol": "BTCUSDT",
        "operator": "crossing",
        "level_source": {**_AVERAGE, "parameters": {"period": 50}},
        "trigger": "every_time",
    },
    "notifications.broadcast": {"title": "Maintenance", "body": "At 22:00 UTC, for ten minutes", "severity": "info"},
    "ops.connections": {"filter": "zigquant-v2", "sort": "waiting_bytes", "descending": True, "limit": 20},
    "ops.disconnect": {"id": "ws_1701806400000_abc123def"},
    "notifications.send_test": {"channel": "email"},
    "notifications.results": {"channel": "email"},
    "preferences.set": {"quiet_hours": {"start": "22:00", "end": "07:00", "timezone": "Europe/Berlin"}},
    "strategy.start": {"strategy": "ma_cross", "symbol": "BTCUSDT", "interval": "1m", "investment": 1000},
    "backtest.run": {
        "strategy": "ma_cross",
        "symbol": "BTCUSDT",
        "interval": "1h",
        "start": "2024-11-01T00:00:00.000Z",
        "end": "2024-12-01T00:00:00.000Z",
    },
    "backtest.sweep": {
        "strategy": "ma_cross",
        "symbol": "BTCUSDT",
        "interval": "1h",
        "start": "2024-11-01T00:00:00.000Z",
        "end": "2024-12-01T00:00:00.000Z",
        "parameters": {"fast": [5, 10], "slow": [20, 40]},
    },
    "backtest.compare": {"ids": ["backtest_abc123", "backtest_def456"]},
    "order.place": _ORDER,
    "order.preview": {
        "symbol": "BTCUSDT",
        "side": "buy",
        "type": "limit",
        "price": Decimal("95000.50"),
        "quantity": Decimal("0.01"),
    },
    "order.cancel": {"id": "order_abc123"},
    "order.get": {"id": "order_abc123"},
    "order.cancel_all_after": {"seconds": 60},
    "grid.preview": _GRID,
    "grid.start": _GRID,
    "grid.update_params": {"id": "grid_abc123", "params": {"stop_loss": 85000}},
    "account.set_limits": {"order_size": 5000, "price_collar": Decimal("0.1")},
    "system.kill_switch": {"scope": "user", "action": "activate", "reason": "going away"},
    "wallet.add": {"chain": "ethereum", "address": WALLET, "label": "Savings"},
    "wallet.add_token": {"id": "abc123", "token": _CONTRACT},
    "wallet.remove_token": {"id": "abc123", "token": _CONTRACT},
    "tx.watch": {"chain": "ethereum", "hash": TRANSACTION},
}
"""By the action; what isn't here is made of what must be given."""
