"""`manage.py up`: what runs in production, each process twice, on the Redis and the PostgreSQL of this machine."""

import asyncio
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections

from config.data_folder import default_data_folder
from config.management.console_output import ConsoleOutputCommand
from config.management.demo_preparation import add_demo_arguments, ended_by_signals, prepare_demo_database
from config.redis_names import forget_names
from config.single_process.demo_settings import demo_settings
from config.single_process.further_markets import prices_are_combined
from config.single_process.workers import ExchangeOptions, real_exchange_answers, say_where_the_simulator_is
from config.up.errors import CannotStartError
from config.up.installation import STOP_SECONDS, Installation, needed_ports
from config.up.local import (
    as_environment,
    database_name,
    local_environment,
    redis_addresses,
    server_url,
    without_password,
)
from config.up.merged_log import MergedLog
from config.up.procfile import read_procfile
from config.up.services import ensure_database, require_ports, require_redis
from streaming.events import Source
from streaming.management.terminal import wants_colours
from streaming.market.candles.storage import candles_forget
from streaming.program import IS_CHECKOUT, ROOT


class Command(ConsoleOutputCommand):
    """Bring up a deployment of several processes for development."""

    help = (
        "Run on this machine what the Procfile says that production runs, two of each: gateways on two ports, bridges, "
        "evaluators, deliveries, with one log. It needs Redis (REDIS_URL, or REDIS_URLS) and PostgreSQL "
        "(DATABASE_URL), on which it makes a database of its own. A process that ends is started anew. "
        f"Ends all of them in order on Ctrl-C and SIGTERM, within {STOP_SECONDS:g} s."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and what the exchange is."""
        add_demo_arguments(
            parser, port_help="port of the first gateway; the second takes the next, simulated exchanges those after"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look whether all is there, prepare, and run until SIGINT or SIGTERM; then exit with 0."""
        if settings.ENVIRONMENT == "production":
            raise CommandError("`up` does not run in production: its users have known passwords")
        try:
            with ended_by_signals():
                self._prepare(options["host"], options["port"])
                self._run(options)
        except CannotStartError as error:
            raise CommandError(str(error)) from None

    def _prepare(self, host: str, port: int) -> None:
        own = local_environment(os.environ, port=port, var_dir=default_data_folder(os.environ))
        require_ports(host, needed_ports(port, combines=prices_are_combined()))
        for address in redis_addresses(own):
            require_redis(address)
        ensure_database(server_url(os.environ), database_name(port))
        if any(os.environ.get(name) != value for name, value in own.items()):
            # Settings are read before any command runs: begin anew, with those of the deployment.
            os.execve(sys.executable, sys.orig_argv, {**os.environ, **own})  # noqa: S606 - ourselves
        addresses = " ".join(map(without_password, redis_addresses(own)))
        self.say("redis", f"{addresses}, names begin with {own['REDIS_PREFIX']}")
        self.say("postgres", without_password(own["DATABASE_URL"]))

    def _run(self, options: dict[str, Any]) -> None:
        exchange = ExchangeOptions(simulator=options["simulator"], seed=options["seed"], control=True)
        is_real = asyncio.run(real_exchange_answers(exchange, self.say))
        installation = Installation(
            programs=read_procfile(settings.FILES_DIR / "Procfile"),
            folder=ROOT if IS_CHECKOUT else Path.cwd(),
            host=options["host"],
            port=options["port"],
            simulator_seed=None if is_real else exchange.seed,
            combines=prices_are_combined(),
        )
        prepare_demo_database(self.say)
        if not is_real:
            # What an earlier run kept is of another market than this one.
            candles_forget(source=Source.SIMULATOR)
            for address in settings.REDIS_URLS:
                forget_names(address, settings.REDIS_PREFIX)
            say_where_the_simulator_is(exchange, self.say, installation.exchange)
        connections.close_all()
        for url in installation.gateways:
            self.say(
                "gateway", f"{self.style.SUCCESS(f'{url}/')}   try: npx wscat -c {url.replace('http', 'ws', 1)}/ws"
            )
        self.say("stop", "Ctrl-C")
        asyncio.run(self._supervise(installation, options))

    async def _supervise(self, installation: Installation, options: dict[str, Any]) -> None:
        stop = asyncio.Event()
        log = MergedLog(sys.stdout, colours=wants_colours(sys.stdout, options), lost=stop.set)
        chosen = demo_settings(host=options["host"], var_dir=settings.VAR_DIR)
        environment = {
            "PUBLIC_URL": installation.gateways[0],
            **os.environ,
            **as_environment(chosen),
            "PYTHONUNBUFFERED": "1",
        }
        await installation.run(environment, log, stop)
