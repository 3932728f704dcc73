"""Run the worker that combines the prices of several exchanges."""

from streaming.management.worker_process import WorkerCommand
from streaming.market.declared_workers import COMBINED_WORKER


class Command(WorkerCommand):
    """`manage.py run_combined`."""

    help = (
        "Combine the prices of several exchanges to those of COMBINED_SYMBOLS, and publish them. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = COMBINED_WORKER.name
