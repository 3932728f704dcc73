"""What Prometheus reads of trading besides the worker's figures: what happened to orders, and how backtests ended.

Every process loads this, a bridge too: it imports nothing that brings NumPy.
"""

from streaming.metrics.counting import Counter, Meter
from streaming.metrics.declared import GATEWAY, Label
from trading.declared_workers import TRADING_WORKER
from trading.engine.matching.events import OrderEventKind
from trading.events import BacktestState

_ENDS = (BacktestState.COMPLETED, BacktestState.CANCELLED, BacktestState.ERROR)

ORDER_EVENTS = Counter(
    "tidewire_trading_order_events_total",
    "What has happened to orders, once it was stored, by whose they are: a user's own, a grid's or a strategy's. "
    "What users order is counted where they ask, by gateways; what the market does to it, by the worker.",
    labels=(Label("event", tuple(OrderEventKind)), Label("placed_by", ("user", "grid", "strategy"))),
    processes=(GATEWAY, TRADING_WORKER.name),
)
BACKTESTS_ENDED = Counter(
    "tidewire_trading_backtests_ended_total",
    "Backtests and sweeps that have ended, by how.",
    labels=(Label("state", tuple(state.value for state in _ENDS)),),
    processes=(TRADING_WORKER.name,),
)
METRICS: tuple[Meter, ...] = (ORDER_EVENTS, BACKTESTS_ENDED)
