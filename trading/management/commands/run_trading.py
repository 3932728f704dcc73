"""Run the trading worker."""

from streaming.management.worker_process import WorkerCommand
from trading.declared_workers import TRADING_WORKER


class Command(WorkerCommand):
    """`manage.py run_trading`."""

    help = (
        "Run the backtests that wait, each in a process of its own. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = TRADING_WORKER.name
