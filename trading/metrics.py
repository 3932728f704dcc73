"""What Prometheus reads of trading besides the worker's figures: what happened to orders, and how backtests ended."""

from collections.abc import Iterable

from streaming.metrics.counting import Instrument, Total
from streaming.metrics.declared import GATEWAY, Label, counter
from trading.engine.matching.events import OrderEventKind
from trading.events import BacktestState
from trading.live.rows.loaded import StoredChanges

_WORKER = "trading"
_ENDS = (BacktestState.COMPLETED, BacktestState.CANCELLED, BacktestState.ERROR)

ORDER_EVENTS = Total(
    counter(
        "tidewire_trading_order_events_total",
        "What has happened to orders, once it was stored, by whose they are: a user's own, a grid's or a strategy's. "
        "What users order is counted where they ask, by gateways; what the market does to it, by the worker.",
        labels=(Label("event", tuple(OrderEventKind)), Label("placed_by", ("user", "grid", "strategy"))),
        processes=(GATEWAY, _WORKER),
    )
)
BACKTESTS_ENDED = Total(
    counter(
        "tidewire_trading_backtests_ended_total",
        "Backtests and sweeps that have ended, by how.",
        labels=(Label("state", tuple(state.value for state in _ENDS)),),
        processes=(_WORKER,),
    )
)
METRICS: tuple[Instrument, ...] = (ORDER_EVENTS, BACKTESTS_ENDED)


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
