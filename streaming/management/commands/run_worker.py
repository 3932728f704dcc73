"""Run a worker that an app declares."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from streaming.installed import installed_workers
from streaming.management.worker_process import run_worker


class Command(BaseCommand):
    """`manage.py run_worker`."""

    help = (
        "Run the worker of this name in a process of its own. "
        "Of those that may work only once, one holds the lease and the others stand by. "
        "Ends cleanly on Ctrl-C and SIGTERM."
    )

    requires_system_checks: list[str] = []  # as `WorkerCommand`

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the worker's name."""
        parser.add_argument("name", choices=sorted(installed_workers()))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        run_worker(installed_workers()[options["name"]])
