"""Run the evaluator of the alert rules."""

from alerts.declared_workers import EVALUATOR
from streaming.management.worker_process import WorkerCommand


class Command(WorkerCommand):
    """`manage.py run_alerts`."""

    help = (
        "Evaluate the alert rules on the live streams, and store what fires. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = EVALUATOR.name
