"""Run the bridge between an exchange's streams and our topics."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from environs import EnvError

from streaming.events import Source
from streaming.installed import installed_workers
from streaming.management.worker_process import WorkerCommand, run_worker
from streaming.market.declared_workers import BRIDGE_WORKER, further_bridge
from streaming.market.sources.discovery import further_sources
from streaming.market.sources.further_settings import further_settings


class Command(WorkerCommand):
    """`manage.py run_bridge`."""

    help = (
        "Read the exchange's streams for what gateways and workers want, and publish it to them. "
        "Several may run: one holds the lease, the others stand by; with BRIDGE_SLOTS they share the symbols. "
        "Ends cleanly on Ctrl-C and SIGTERM."
    )
    worker = BRIDGE_WORKER.name

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the source whose market is read."""
        parser.add_argument(
            "--source",
            help="the exchange that is read: one of EXCHANGE_FURTHER_SOURCES, by a lease of its own (default: "
            "EXCHANGE_SOURCE)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        name = options["source"] or settings.EXCHANGE_SOURCE
        if name == settings.EXCHANGE_SOURCE:
            run_worker(installed_workers()[self.worker])
            return
        further = {source.value: source for source in further_sources()}
        if name not in further:
            known = ", ".join([settings.EXCHANGE_SOURCE, *further])
            raise CommandError(f"--source {name} is none of EXCHANGE_SOURCE and EXCHANGE_FURTHER_SOURCES: {known}")
        _run_further(further[name])


def _run_further(source: Source) -> None:
    """Run the bridge of a further market, whose settings are those of this whole process."""
    try:
        for name, value in further_settings(source.value).items():
            setattr(settings, name, value)
    except EnvError as error:
        raise CommandError(str(error)) from error
    run_worker(further_bridge(source))
