"""Counting for Prometheus what has happened to orders, by whose they are."""

from collections.abc import Iterable

from trading.live.rows.loaded import StoredChanges
from trading.metrics import ORDER_EVENTS


def order_events_count(changes: Iterable[StoredChanges]) -> None:
    """Count what has happened to orders; call it once that is committed."""
    for stored in changes:
        placed_by = _placed_by(stored)
        for event in stored.changes.events:
            ORDER_EVENTS.add(event.kind.value, placed_by)


def _placed_by(stored: StoredChanges) -> str:
    if stored.loaded.grid is not None:
        return "grid"
    return "user" if stored.loaded.strategy is None else "strategy"
