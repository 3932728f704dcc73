"""Run the wallets worker."""

from streaming.management.worker_process import WorkerCommand
from wallets.declared_workers import WALLETS_WORKER


class Command(WorkerCommand):
    """`manage.py run_wallets`."""

    help = (
        "Follow the enabled chains by their nodes: blocks, balances and transactions of watched wallets. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = WALLETS_WORKER.name
