"""The metrics of a run between its column, where decimals are text, and JSON, where they are exact numbers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from streaming.numbers import exact_json
from trading.engine.backtests.results.metrics import Metrics


def exact_metrics(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored metrics as JSON has them."""
    metrics = msgspec.structs.asdict(msgspec.convert(stored, Metrics))
    return {name: exact_json(value) for name, value in metrics.items()}


def metrics_json(stored: Mapping[str, Any]) -> str:
    """Return stored metrics as the text of a JSON object."""
    return msgspec.json.encode(exact_metrics(stored)).decode()
