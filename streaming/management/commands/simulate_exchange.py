"""`manage.py simulate_exchange`: run a Binance-compatible exchange of its own on this machine."""

import argparse
import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from streaming.management.running import port_number
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.control_endpoint import PREFIX
from streaming.simulator.faults.faults import AT_ONCE, FOLLOWING_ONLY, Fault, FaultKind
from streaming.simulator.faults.parameters import FaultParameterError, fault_from_flag
from streaming.simulator.following.exchange import FollowingExchange
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.market.instruments import INSTRUMENTS, STABLECOIN
from streaming.simulator.replay.exchange import PLAYBACK_INTERVAL, ReplayExchange
from streaming.simulator.replay.recording import RecordingError, load_recording
from streaming.simulator.server import ExchangeSettings, SimulatedExchange

_LATE_CANDLES = (0.0, 2.0)


class Command(BaseCommand):
    """Serve a simulated exchange until Ctrl-C or SIGTERM."""

    help = (
        "Runs a simulated exchange that speaks Binance's wire protocol: REST under /api/v3/, streams under /ws and "
        "/stream, all on one port; beside it, on ports of their own, others that follow its market. The same seed "
        "gives the same market. It needs no database and no network."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        _add_market_options(parser)
        _add_following_options(parser)
        _add_fault_options(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until a signal comes, then end with exit code 0."""
        faults: list[Fault] = options["fault"]
        kinds = [fault.kind for fault in faults]
        if twice := next((kind for kind in kinds if kinds.count(kind) > 1), None):
            raise CommandError(f"--fault {twice} was given twice; a fault replaces another one of its kind")
        settings = ExchangeSettings(
            instruments=(*INSTRUMENTS, STABLECOIN) if _following_ports(options) else INSTRUMENTS,
            speed=options["speed"],
            control=options["control"],
            weight_limit=options["weight_limit"],
            final_candle_delay=_LATE_CANDLES if options["late_candles"] else (0.0, 0.0),
        )
        exchange = _exchange(settings, options)
        asyncio.run(self._run(exchange, _following(exchange, options), faults))

    async def _run(self, exchange: SimulatedExchange, following: list[FollowingExchange], faults: list[Fault]) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        async with AsyncExitStack() as running:
            everyone: list[SimulatedExchange | FollowingExchange] = [exchange, *following]
            for one in everyone:
                await _start(one)
                running.push_async_callback(one.stop)
            for fault in faults:
                await exchange.inject(fault)
            self._announce(exchange)
            for follower in following:
                self._announce_following(follower)
            self.stdout.flush()
            await stopped.wait()
        self.stdout.write("Simulated exchange ended.")

    def _announce(self, exchange: SimulatedExchange) -> None:
        settings = exchange.settings
        self.stdout.write(f"{_title(exchange)}; Ctrl-C ends it.")
        self.stdout.write(f"  REST     {exchange.rest_url}/api/v3/")
        self.stdout.write(f"  streams  {exchange.stream_url}/ws and {exchange.stream_url}/stream")
        if settings.control:
            self.stdout.write(f"  control  {exchange.rest_url}{PREFIX}faults")
        for fault in exchange.active_faults:
            lasting = "until it is ended" if fault.seconds is None else f"for {fault.seconds:g} s"
            self.stdout.write(f"  fault    {fault.kind} {lasting}")

    def _announce_following(self, exchange: FollowingExchange) -> None:
        self.stdout.write(f"{exchange.name}, which follows it:")
        self.stdout.write(f"  REST     {exchange.rest_url}{exchange.rest_path}")
        self.stdout.write(f"  feed     {exchange.feed_url}")
        if exchange.settings.control:
            self.stdout.write(f"  control  {exchange.rest_url}{PREFIX}faults")


def _add_market_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=port_number, default=9876, help="port to listen on, 0 for a free one (default: %(default)s)"
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
    parser.add_argument(
        "--weight-limit",
        type=_weight_limit,
        default=6000,
        metavar="WEIGHT",
        help="REST request weight that may be used in a minute; who goes on after the 429 is banned (default: "
        "%(default)s)",
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="FILE",
        help="play a recorded session instead of a market, from the beginning for the first who subscribes to one "
        "of its streams; --speed is then the factor on its pace, and --seed and --late-candles mean nothing",
    )


def _add_following_options(parser: argparse.ArgumentParser) -> None:
    for exchange in (SimulatedCoinbase, SimulatedKraken):
        parser.add_argument(
            f"--{exchange.name.lower()}-port",
            type=port_number,
            metavar="PORT",
            help=f"also serve {exchange.name}'s wire on this port, 0 for a free one, over the same market, in which "
            "USDC then trades against USDT, too",
        )
    default = FollowingSettings()
    parser.add_argument(
        "--lag",
        type=int,
        default=default.lag,
        metavar="MS",
        help="by how many milliseconds those that follow are late (default: %(default)s)",
    )
    parser.add_argument(
        "--spread",
        type=int,
        default=default.spread,
        metavar="MILLIONTHS",
        help="by how much their bids and asks are further apart (default: %(default)s)",
    )


def _add_fault_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--late-candles",
        action="store_true",
        help=f"send the frames that close a candle {_LATE_CANDLES[0]:g} to {_LATE_CANDLES[1]:g} s late, as the "
        "exchange does at times",
    )
    parser.add_argument(
        "--control",
        action="store_true",
        help=f"answer {PREFIX}faults and more on the port, so that whoever reaches it can ask for faults "
        "(docs/simulator.md)",
    )
    lasting = ", ".join(kind for kind in FaultKind if kind not in AT_ONCE | FOLLOWING_ONLY)
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND[:KEY=VALUE,...]",
        help="a fault that is on from the start, e.g. freeze:seconds=15 or late-candles:delay=4; may be given "
        f"once for each kind: {lasting}",
    )


def _exchange(settings: ExchangeSettings, options: dict[str, Any]) -> SimulatedExchange:
    host, port = options["host"], options["port"]
    if options["replay"] is None:
        return SimulatedExchange(seed=options["seed"], host=host, port=port, settings=settings)
    try:
        recording = load_recording(options["replay"])
    except RecordingError as error:
        raise CommandError(str(error)) from None
    settings = msgspec.structs.replace(settings, tick_interval=PLAYBACK_INTERVAL)
    return ReplayExchange(recording, speed=options["speed"], host=host, port=port, settings=settings)


def _following(exchange: SimulatedExchange, options: dict[str, Any]) -> list[FollowingExchange]:
    ports = _following_ports(options)
    if ports and isinstance(exchange, ReplayExchange):
        raise CommandError(f"--{next(iter(ports))}-port needs a market to follow, and --replay has none")
    common = {"lag": options["lag"], "spread": options["spread"], "control": options["control"]}
    try:
        return [_FOLLOWING[name](exchange, options["host"], port, common) for name, port in ports.items()]
    except ValueError as error:
        raise CommandError(str(error)) from None


def _following_ports(options: dict[str, Any]) -> dict[str, int]:
    return {name: port for name in _FOLLOWING if (port := options[f"{name}_port"]) is not None}


def _coinbase(exchange: SimulatedExchange, host: str, port: int, common: dict[str, Any]) -> FollowingExchange:
    return SimulatedCoinbase(exchange, host=host, port=port, settings=CoinbaseSettings(**common))


def _kraken(exchange: SimulatedExchange, host: str, port: int, common: dict[str, Any]) -> FollowingExchange:
    return SimulatedKraken(exchange, host=host, port=port, settings=FollowingSettings(**common))


_FOLLOWING = {"coinbase": _coinbase, "kraken": _kraken}


async def _start(exchange: SimulatedExchange | FollowingExchange) -> None:
    try:
        await exchange.start()
    except OSError as error:
        raise CommandError(f"Can't listen on {exchange.address}: {error.strerror or error}") from error


def _title(exchange: SimulatedExchange) -> str:
    if isinstance(exchange, ReplayExchange):
        frames, streams = len(exchange.recording.frames), len(exchange.recording.streams)
        return f"Recorded session ({frames} frames of {streams} streams, speed {exchange.speed:g})"
    return f"Simulated exchange (seed {exchange.seed}, speed {exchange.settings.speed:g})"


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 1000:  # noqa: PLR2004 - as fast as one core can trade
        raise argparse.ArgumentTypeError(f"the speed is more than 0 and at most 1000, not {text}")
    return speed


def _weight_limit(text: str) -> int:
    limit = int(text)
    if limit < 1:
        raise argparse.ArgumentTypeError(f"the weight limit is at least 1, not {text}")
    return limit


def _fault(text: str) -> Fault:
    try:
        fault = fault_from_flag(text)
    except FaultParameterError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if fault.kind in FOLLOWING_ONLY:
        raise argparse.ArgumentTypeError(f"{fault.kind} is of those that follow: ask for it through --control")
    return fault
