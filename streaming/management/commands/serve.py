"""`manage.py serve`: one gateway process on uvicorn and uvloop."""

from argparse import ArgumentParser
from socket import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streaming.gateway.server.serve import LayerUnreachableError, bind, serve, url_of
from streaming.management.running import check_start, port_number, run_until_stopped
from streaming.management.stopping import LEAVE_SECONDS, StopDeadline
from streaming.management.worker_process import leave_a_hanging_database


class Command(BaseCommand):
    """Serve HTTP and WebSockets; any number of these run side by side behind a proxy."""

    help = "Serve the platform's pages, REST and WebSockets. The exchange's data comes from run_bridge."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address to listen on."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument(
            "--port", type=port_number, default=8000, help="port to listen on, 0 for a free one (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGINT or SIGTERM; then exit with 0 within 10 s, whatever doesn't answer."""
        check_start()
        try:
            listener = bind(options["host"], options["port"])
        except OSError as error:
            raise CommandError(f"can't listen on {options['host']}:{options['port']}: {error.strerror}") from None
        self.stdout.write(f"Serving on {url_of(listener)}")
        self.stdout.flush()
        deadline = StopDeadline()
        try:
            run_until_stopped(_serve(listener, deadline), deadline.begin)
        except LayerUnreachableError as error:
            raise CommandError(f"the channel layer can't be reached: {error}") from None
        leave_a_hanging_database()


async def _serve(listener: socket, deadline: StopDeadline) -> None:
    """Serve; once all was closed in order, what still hangs is not waited for much longer."""
    await serve(listener, deadline.begin)
    deadline.begin(LEAVE_SECONDS)
