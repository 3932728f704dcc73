"""`manage.py runserver`: Daphne with autoreload, and with the workers in the same process."""

import os
import sys
from functools import partial
from typing import Any

from daphne.management.commands.runserver import Command as DaphneCommand  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management.base import CommandParser

from config.management.console_output import ConsoleOutputCommand
from config.single_process.development import DevelopmentServer, end_soon
from config.single_process.workers import ExchangeOptions, Workers
from streaming.database.schema import unapplied_migrations
from streaming.program import management_command


class Command(ConsoleOutputCommand, DaphneCommand):  # type: ignore[misc]  # Daphne has no types
    """Serve the checkout while one works on it; production has `serve` and `run_bridge`."""

    help = (
        "Run the platform for development on Daphne, with the exchange's data from Binance or from the simulator; "
        "it starts anew when a file changes."
    )
    _server: DevelopmentServer | None = None

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's and Daphne's options, and which workers there are."""
        super().add_arguments(parser)
        parser.add_argument(
            "--no-workers", action="store_false", dest="workers", help="serve only; run_bridge runs elsewhere"
        )
        parser.add_argument(
            "--simulator", action="store_true", help="use the simulated exchange without trying Binance"
        )
        parser.set_defaults(
            websocket_max_message_size=settings.WS_MAXIMUM_MESSAGE_BYTES,
            use_static_handler=False,  # our middleware serves them, whether DEBUG is on or off
        )

    def run(self, **options: Any) -> None:
        """Serve until told to stop; before a reload the old server stops in order."""
        try:
            super().run(**options)
        finally:
            if self._server is not None:
                self._server.stop_and_wait()
                end_soon(_exit_code(sys.exception()))

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Serve, in the main thread or beside the reloader, which is the main thread then."""
        settings.PAGE_BUNDLES = False  # whoever works on a page sees what they change
        self.server_cls = partial(self._new_server, with_workers=options["workers"], simulator=options["simulator"])
        super().inner_run(*args, **options)
        if self._server is not None and self._server.failure is not None:
            self.stderr.write(self.style.ERROR(f"Error: {self._server.failure}"))
            os._exit(1)  # as Django's own: a thread can't end the process otherwise

    def _new_server(self, *, with_workers: bool, simulator: bool, **options: Any) -> DevelopmentServer:
        workers = None
        if with_workers and unapplied_migrations():
            self.say("workers", f"none: tables are missing or out of date. Run `{management_command('migrate')}` first")
        elif with_workers:
            workers = Workers(ExchangeOptions(simulator=simulator), self.say)
        self._server = DevelopmentServer(workers=workers, **options)
        return self._server


def _exit_code(end: BaseException | None) -> int:
    """Return the code with which the process is about to end; the reloader's tells its parent to start it anew."""
    if isinstance(end, SystemExit):
        return end.code if isinstance(end.code, int) else 0
    return 0 if end is None else 1
