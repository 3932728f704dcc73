"""Run the evaluator of the alert rules."""

from typing import Any

from django.core.management.base import BaseCommand

from alerts.firing.worker import AlertsWorker
from streaming.management.worker_process import run_worker


class Command(BaseCommand):
    """`manage.py run_alerts`."""

    help = (
        "Evaluate the alert rules on the live streams, and store what fires. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        run_worker("run_alerts", lambda hub: AlertsWorker(hub, has_own_process=True).run())
