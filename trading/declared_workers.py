"""The workers that the app declares, with the figures of its work that `system.health` and the operators see."""

from streaming.events import FigureUnit
from streaming.stored_events.figures import OUTBOX_FIGURES
from streaming.workers.declared_figures import Figure
from streaming.workers.worker import Worker

TRADING_FIGURES = (
    Figure(name="grids_running", title="Grids running"),
    Figure(name="grids_paused", title="Grids paused"),
    Figure(name="strategies_running", title="Strategies running"),
    Figure(name="open_orders", title="Open orders"),
    Figure(name="symbols_followed", title="Symbols followed"),
    Figure(name="symbols_paused", title="Symbols paused"),
    *OUTBOX_FIGURES,
    Figure(name="last_turn", title="Last turn took", unit=FigureUnit.MILLISECONDS),
    Figure(name="backtests_running", title="Backtests running"),
    Figure(name="backtests_waiting", title="Backtests waiting"),
)
TRADING_WORKER = Worker(
    name="trading",
    title="the trading worker",
    work="trading.worker.trade",
    backlog="trading.backlog.trading_backlog",
    figures=TRADING_FIGURES,
)
"""Whoever names the worker (lease, wake, metric, command) takes `.name` of this."""
WORKERS = (TRADING_WORKER,)
