"""Right parameters for each action that no app does yet."""

from collections.abc import Mapping
from typing import Any

_ONE = {"id": "a"}
_GRID = {"pair": "BTCUSDT", "upper_price": 100_000, "lower_price": "90000.5", "grid_count": 10}
_STRATEGY = {"strategy": "trend", "symbol": "BTCUSDT", "interval": "1h"}
_TRANSACTION = {"chain": "ethereum", "hash": "0x5c50"}

RIGHT: Mapping[str, Mapping[str, Any]] = {
    "grid.preview": _GRID,
    "grid.start": _GRID,
    "grid.stop": {**_ONE, "cancel_orders": True},
    "grid.update_params": {**_ONE, "params": {"grid_count": 12}},
    "grid.list": {},
    "grid.get": _ONE,
    "strategy.start": _STRATEGY,
    "strategy.stop": _ONE,
    "strategy.list": {},
    "strategy.get": _ONE,
    "account.get": {},
    "account.reset": {},
    "system.kill_switch": {"action": "activate", "reason": "a test"},
    "wallet.add": {"chain": "ethereum", "address": "0x00"},
    "wallet.remove": _ONE,
    "wallet.rename": {**_ONE, "label": "cold"},
    "wallet.list": {},
    "tx.watch": _TRANSACTION,
    "tx.unwatch": _TRANSACTION,
    "tx.status": _TRANSACTION,
}
