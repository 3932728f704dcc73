"""What the demo allows itself, and a deployment doesn't: as far as the environment doesn't say otherwise."""

import os
from pathlib import Path
from typing import Any

from alerts.deliveries.channels.web_push.vapid import new_private_key
from streaming.loopback import is_loopback_host
from trading.learning.kinds import ModelKind, learning_is_installed

_LOOPBACK = ("127.0.0.0/8", "::1/128")
_FALLBACK_SECONDS = 5.0
_VAPID_FILE = "vapid_private_key"
_MODEL = {
    "LEARNING_SYMBOLS": ["BTCUSDT"],
    "LEARNING_ALGORITHMS": [ModelKind.BOOSTING.value],
    "LEARNING_DAYS": 2,
    "LEARNING_HOUR": 0,
}


def demo_settings(*, host: str, var_dir: Path) -> dict[str, Any]:
    """Return the settings of a demo that listens on `host`.

    Rules fire and accounts trade on the simulator's prices, which stand in where Binance goes away; web push has a key,
    kept in `var_dir`; and where nobody but this machine reaches the demo, its webhooks may reach this machine.
    """
    chosen: dict[str, Any] = {
        "ALERTS_ON_SIMULATED_DATA": True,
        "PAPER_ACCOUNTS_DEMO": True,
        "FALLBACK_SIMULATOR": _FALLBACK_SECONDS,
    }
    if is_loopback_host(host):
        chosen["DELIVERIES_ALLOWED_NETWORKS"] = list(_LOOPBACK)
    if "VAPID_PRIVATE_KEY" not in os.environ:
        chosen["VAPID_PRIVATE_KEY"] = _kept_key(var_dir / _VAPID_FILE)
    return {"DEMO": True, **{name: value for name, value in chosen.items() if name not in os.environ}}


def demo_model_settings() -> dict[str, Any]:
    """Return the settings by which the demo has a model to show: one on few candles, trained as soon as it runs.

    None where the extra `learning` isn't installed, or the environment says which models there are (empty: none).
    """
    if not learning_is_installed() or "LEARNING_SYMBOLS" in os.environ:
        return {}
    return {name: value for name, value in _MODEL.items() if name not in os.environ}


def _kept_key(path: Path) -> str:
    """Return the key in the file, which is made where it is missing: browsers subscribe under one key."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new_private_key(), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
