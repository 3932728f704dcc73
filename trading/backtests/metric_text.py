"""Metrics as people read them, in the terminal and the admin. Pure."""

from decimal import Decimal
from typing import Any

from trading.engine.backtests.results.metrics import FRACTION, MILLISECONDS, MetricDeclaration

_DAY_MS = 86_400_000
_ABSENT = "-"


def metric_text(value: Any, metric: MetricDeclaration, quote: str) -> str:
    """Return a metric as text: a fraction in per cent, a time in days; a dash where it is undefined."""
    if value is None:
        return _ABSENT
    if metric.unit == FRACTION:
        return f"{value:.2%}"
    if metric.unit == MILLISECONDS:
        return f"{value / _DAY_MS:,.1f} days"
    if isinstance(value, Decimal):
        return f"{value:,.2f} {quote}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
