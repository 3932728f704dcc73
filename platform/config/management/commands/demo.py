"""`manage.py demo`: everything in one process, on the real exchange where it can be reached, else on the simulator."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.demo import demo_users_ensure
from alerts.deliveries.channels.email.folder import mail_folder, mails_go_to_the_folder
from config.demo import run_demo
from config.demo_settings import demo_settings
from config.management.saying import SayingCommand
from config.workers import ExchangeOptions
from streaming.gateway.server.serve import bind, url_of
from streaming.management.running import port_number, run_until_stopped


class Command(SayingCommand):
    """Bring the platform up for a look around."""

    help = (
        "Run the whole platform in one process: database, users demo/demo and admin/admin, exchange, gateway, "
        "and every worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and what the exchange is."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument(
            "--port",
            type=port_number,
            default=os.environ.get("PORT") or "8000",
            help="port to listen on, 0 for a free one (default: the variable PORT, else 8000)",
        )
        parser.add_argument(
            "--simulator", action="store_true", help="use the simulated exchange without trying Binance"
        )
        parser.add_argument("--seed", type=int, default=1, help="seed of the simulated market (default: %(default)s)")
        parser.add_argument(
            "--control",
            action="store_true",
            help="let the simulated exchange take requests for faults on its port (docs/simulator.md)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, say what is where, and run until SIGINT or SIGTERM; then exit with 0."""
        if settings.ENVIRONMENT == "production":
            raise CommandError("the demo does not run in production: its users have known passwords")
        for name, value in demo_settings(host=options["host"], var_dir=settings.VAR_DIR).items():
            setattr(settings, name, value)
        listener = self._bind(options["host"], options["port"])
        self.say("database", f"bringing {settings.DATABASES['default']['NAME']} up to date")
        call_command("migrate", verbosity=0, interactive=False)
        demo_users_ensure()
        self.say("users", "demo/demo, and admin/admin for the admin panel")
        if mails_go_to_the_folder():
            self.say("mails", f"{mail_folder()}")
        exchange = ExchangeOptions(**{name: options[name] for name in ("simulator", "seed", "control")})
        demo = run_demo(listener, exchange, self.say, lambda: self._announce(url_of(listener)))
        run_until_stopped(demo)
        self.say("demo", "stopped")

    def _bind(self, host: str, port: int) -> Any:
        try:
            return bind(host, port)
        except OSError as error:
            raise CommandError(
                f"can't listen on {host}:{port}: {error.strerror}. Another port: PORT=8001 make demo"
            ) from None

    def _announce(self, url: str) -> None:
        socket_url = url.replace("http", "ws", 1)
        self.say("page", self.style.SUCCESS(f"{url}/"))
        self.say("socket", f"{socket_url}/ws   try: npx wscat -c {socket_url}/ws")
        self.say("admin", f"{url}/admin/")
        self.say("stop", "Ctrl-C")
