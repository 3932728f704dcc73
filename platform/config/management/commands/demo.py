"""`manage.py demo`: everything in one process, on the real exchange where it can be reached, else on the simulator."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from config.management.console_output import ConsoleOutputCommand
from config.management.demo_lock import only_demo
from config.management.demo_preparation import add_demo_arguments, ended_by_signals, prepare_demo_database
from config.single_process.demo import run_demo
from config.single_process.demo_settings import demo_model_settings, demo_settings
from config.single_process.workers import ExchangeOptions
from streaming.gateway.server.serve import bind, url_of
from streaming.management.running import run_until_stopped
from streaming.program import make_target


class Command(ConsoleOutputCommand):
    """Bring the platform up for a look around."""

    help = (
        "Run the whole platform in one process: database, users demo/demo and admin/admin, exchange, gateway, "
        "and every worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and what the exchange is."""
        add_demo_arguments(parser, port_help="port to listen on, 0 for a free one")
        parser.add_argument(
            "--control",
            action="store_true",
            help="let the simulated exchange take requests for faults on its port (docs/simulator.md)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, say what is where, and run until SIGINT or SIGTERM; then exit with 0."""
        if settings.ENVIRONMENT == "production":
            raise CommandError("the demo does not run in production: its users have known passwords")
        chosen = demo_settings(host=options["host"], var_dir=settings.VAR_DIR) | demo_model_settings()
        for name, value in chosen.items():
            setattr(settings, name, value)
        with only_demo(settings.DATABASES["default"]):
            self._run(options)
        self.say("demo", "stopped")

    def _run(self, options: dict[str, Any]) -> None:
        listener = self._bind(options["host"], options["port"])
        if "PUBLIC_URL" not in os.environ:
            settings.PUBLIC_URL = url_of(listener)
        with ended_by_signals():
            prepare_demo_database(self.say)
            exchange = ExchangeOptions(**{name: options[name] for name in ("simulator", "seed", "control")})
            demo = run_demo(listener, exchange, self.say, lambda: self._announce(url_of(listener)))
            run_until_stopped(demo)

    def _bind(self, host: str, port: int) -> Any:
        try:
            return bind(host, port)
        except OSError as error:
            raise CommandError(
                f"can't listen on {host}:{port}: {error.strerror}. Another port: PORT=8001 {make_target('demo')}"
            ) from None

    def _announce(self, url: str) -> None:
        socket_url = url.replace("http", "ws", 1)
        self.say("page", self.style.SUCCESS(f"{url}/"))
        self.say("socket", f"{socket_url}/ws   try: npx wscat -c {socket_url}/ws")
        self.say("admin", f"{url}/admin/")
        self.say("stop", "Ctrl-C")
