"""Run the bridge between the exchange's streams and our topics."""

from streaming.management.worker_process import WorkerCommand


class Command(WorkerCommand):
    """`manage.py run_bridge`."""

    help = (
        "Read the exchange's streams for what gateways and workers want, and publish it to them. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = "bridge"
