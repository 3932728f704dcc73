"""Run a worker that delivers notifications."""

from typing import Any

from django.core.management.base import BaseCommand

from alerts.deliveries.carrying import carry_seen
from streaming.management.worker_process import run_worker


class Command(BaseCommand):
    """`manage.py run_deliveries`."""

    help = (
        "Carry notifications to their users, by WebSocket, email, web push and webhook, and delete old ones. "
        "Any number may run side by side. Ends cleanly on Ctrl-C and SIGTERM."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        run_worker("run_deliveries", carry_seen)
