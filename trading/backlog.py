"""What the trading worker has not got to yet: backtests that wait, and what is stored of orders and not yet told."""

from collections.abc import Mapping
from datetime import datetime

from streaming.stored_events.figures import outbox_figures
from streaming.workers.declared_figures import FigureValue
from streaming.workers.worker import Backlog
from trading.live.events.outbox import OUTBOX
from trading.running.queue import backtest_backlog


def trading_backlog(now: datetime) -> Backlog:
    """Return what waits, of both; it grows where no worker runs."""
    backtests, untold = backtest_backlog(now), OUTBOX.backlog()
    since = [one.oldest for one in (backtests, untold) if one.oldest is not None]
    return Backlog(due=backtests.due + untold.due, oldest=min(since, default=None))


def backlog_figures(now: datetime) -> Mapping[str, FigureValue]:
    """Return how much waits to be told, and how long the oldest of it has waited; and how many backtests wait."""
    return {**outbox_figures(OUTBOX.backlog(), now), "backtests_waiting": FigureValue(backtest_backlog(now).due)}
