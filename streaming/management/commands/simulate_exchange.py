"""`manage.py simulate_exchange`: run a Binance-compatible exchange of its own on this machine."""

import argparse
import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streaming.simulator.server import ExchangeSettings, SimulatedExchange

_LARGEST_PORT = 65_535


class Command(BaseCommand):
    """Serve a simulated exchange until Ctrl-C or SIGTERM."""

    help = (
        "Runs a simulated exchange that speaks Binance's wire protocol: REST under /api/v3/, streams under /ws and "
        "/stream, all on one port. The same seed gives the same market. It needs no database and no network."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument(
            "--port", type=_port, default=9876, help="port to listen on, 0 for a free one (default: %(default)s)"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="what the market is made of; a whole number (default: %(default)s)"
        )
        parser.add_argument(
            "--speed",
            type=_speed,
            default=1.0,
            help="how many times as much is traded, and prices move accordingly; time stays as it is "
            "(default: %(default)s)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until a signal comes, then end with exit code 0."""
        exchange_options = {key: options[key] for key in ("host", "port", "seed", "speed")}
        try:
            asyncio.run(self._run(**exchange_options))
        except OSError as error:
            raise CommandError(
                f"Can't listen on {options['host']}:{options['port']}: {error.strerror or error}"
            ) from error

    async def _run(self, *, host: str, port: int, seed: int, speed: float) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        exchange = SimulatedExchange(seed=seed, host=host, port=port, settings=ExchangeSettings(speed=speed))
        await exchange.start()
        self.stdout.write(f"Simulated exchange (seed {seed}, speed {speed:g}); Ctrl-C ends it.")
        self.stdout.write(f"  REST     {exchange.rest_url}/api/v3/")
        self.stdout.write(f"  streams  {exchange.stream_url}/ws and {exchange.stream_url}/stream")
        self.stdout.flush()
        try:
            await stopped.wait()
        finally:
            await exchange.stop()
        self.stdout.write("Simulated exchange ended.")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"a port is between 0 and {_LARGEST_PORT}, not {port}")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 1000:  # noqa: PLR2004 - as fast as one core can trade
        raise argparse.ArgumentTypeError(f"the speed is more than 0 and at most 1000, not {text}")
    return speed
