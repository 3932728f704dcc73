"""Run a worker that delivers notifications."""

from alerts.declared_workers import DELIVERIES
from streaming.management.worker_process import WorkerCommand


class Command(WorkerCommand):
    """`manage.py run_deliveries`."""

    help = (
        "Carry notifications to their users, by WebSocket, email, web push, webhook and services such as Slack, and "
        "delete old ones. Any number may run side by side. Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = DELIVERIES.name
