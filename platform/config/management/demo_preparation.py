"""What `demo` and `up` have in common: what they are asked for, a database with the demo's users, and a quiet end."""

import os
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.demo import demo_users_ensure
from alerts.deliveries.channels.email.folder import mail_folder, mails_go_to_the_folder
from config.single_process.workers import Say
from streaming.management.running import port_number


def add_demo_arguments(parser: ArgumentParser, *, port_help: str) -> None:
    """Take the address, and which exchange."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port",
        type=port_number,
        default=os.environ.get("PORT") or "8000",
        help=f"{port_help} (default: the variable PORT, else 8000)",
    )
    parser.add_argument("--simulator", action="store_true", help="use the simulated exchange without trying Binance")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulated market (default: %(default)s)")


def prepare_demo_database(say: Say) -> None:
    """Bring the tables up to date and make the demo's users; say so, and where mails go."""
    say("database", f"bringing {settings.DATABASES['default']['NAME']} up to date")
    call_command("migrate", verbosity=0, interactive=False)
    demo_users_ensure()
    say("users", "demo/demo, and admin/admin for the admin panel")
    if mails_go_to_the_folder():
        say("mails", f"{mail_folder()}")


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Leave the `with` on SIGINT and SIGTERM, whatever is done in it; an event loop may take them over meanwhile."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: Any) -> None:
    """Do as on SIGINT, for which asyncio has a way to end its tasks first."""
    signal.raise_signal(signal.SIGINT)
