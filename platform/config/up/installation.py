"""The processes of a deployment on this machine: started from the exchange to the gateways, and stopped backwards."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx2
import msgspec

from config.up.merged_log import MergedLog
from config.up.procfile import Program
from config.up.supervision import Supervised, Supervision
from streaming.events import Source

COPIES = 2
GROUP_STOP_SECONDS = 12.0
"""For the gateways, then for the workers: as much as production gives a process, which is to end within 10 s."""
STOP_SECONDS = 25.0
"""For all of them; the simulated exchange, which is stopped last, needs next to nothing."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS = 0.5
_SIMULATOR_HOST = "127.0.0.1"
_SIMULATE = f"python manage.py simulate_exchange --control --host {_SIMULATOR_HOST} --port $PORT --seed $SEED"
_FURTHER_SOURCES = (Source.KRAKEN, Source.COINBASE)
"""Which exchanges are simulated beside the first one, where prices are combined."""


def needed_ports(port: int, *, combines: bool) -> range:
    """Return the gateways' ports, the first of which is given, and those of the simulated exchanges after them."""
    return range(port, port + COPIES + 1 + (len(_FURTHER_SOURCES) if combines else 0))


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """What runs, in which folder and on which ports: two of each program, and the simulator where it has a seed.

    Where it `combines` prices, the simulator runs further exchanges, each of which two further bridges read.
    """

    programs: Sequence[Program]
    folder: Path
    host: str
    port: int
    simulator_seed: int | None
    combines: bool

    @property
    def gateways(self) -> list[str]:
        """The gateways' addresses."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return [f"http://{host}:{self.port + copy}" for copy in range(COPIES)]

    @property
    def exchange(self) -> str:
        """Where the simulated exchange is; its port follows the gateways'."""
        return f"http://{_SIMULATOR_HOST}:{self.port + COPIES}"

    def exchange_settings(self) -> dict[str, str]:
        """Return the variables by which the processes find the simulated exchange; none where it is the real one."""
        if self.simulator_seed is None:
            return {}
        found = {"EXCHANGE_SOURCE": Source.SIMULATOR.value, **_addresses("", self.port + COPIES)}
        if further := self._further_ports():
            found["EXCHANGE_FURTHER_SOURCES"] = ",".join(further)
        for source, port in further.items():
            found |= _addresses(f"{source.upper()}_", port)
        return found

    async def run(self, environment: Mapping[str, str], log: MergedLog, stop: asyncio.Event) -> None:
        """Run all with these variables until `stop` is set, or a signal comes; then stop them within `STOP_SECONDS`."""
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        supervision = Supervision()
        bringing_up = self._bring_up(supervision, {**environment, **self.exchange_settings()}, log)
        ends = [asyncio.create_task(each) for each in (stop.wait(), supervision.failure(), bringing_up)]
        try:
            ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            log.say("info", "stopping")
            await supervision.stop(GROUP_STOP_SECONDS, STOP_SECONDS)
            log.say("info", "all have stopped")

    async def _bring_up(self, supervision: Supervision, environment: Mapping[str, str], log: MergedLog) -> None:
        """Start everything, say when all is ready, and watch over it for ever."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            if self.simulator_seed is not None:
                supervision.start(
                    [self._supervised(self._simulator(), "exchange", self.port + COPIES, environment, log)]
                )
                await _until_it_answers(client, f"{self.exchange}/api/v3/ping")
            programs = [*self.programs, *self._further_bridges()]
            for listens in (False, True):
                supervision.start(
                    self._copies([each for each in programs if each.listens is listens], environment, log)
                )
            for url in self.gateways:
                await _until_it_answers(client, f"{url}/ready")
        log.say("info", f"all is ready: {' and '.join(f'{url}/' for url in self.gateways)}")
        await supervision.failure()

    def _further_ports(self) -> dict[str, int]:
        """Return the simulated exchanges that are read beside the first, and their ports."""
        if self.simulator_seed is None or not self.combines:
            return {}
        return {source.value: self.port + COPIES + 1 + at for at, source in enumerate(_FURTHER_SOURCES)}

    def _simulator(self) -> Program:
        options = (f" --{source}-port {port}" for source, port in self._further_ports().items())
        return Program("exchange", _SIMULATE + "".join(options))

    def _further_bridges(self) -> list[Program]:
        return [Program(source, f"python manage.py run_bridge --source {source}") for source in self._further_ports()]

    def _copies(self, programs: Sequence[Program], environment: Mapping[str, str], log: MergedLog) -> list[Supervised]:
        copies = [(program, copy) for program in programs for copy in range(COPIES)]
        return [
            self._supervised(
                program,
                f"{program.name}.{copy + 1}",
                self.port + copy,
                with_metrics_port(environment, place),
                log,
            )
            for place, (program, copy) in enumerate(copies)
        ]

    def _supervised(
        self, program: Program, name: str, port: int, environment: Mapping[str, str], log: MergedLog
    ) -> Supervised:
        variables = {"HOST": self.host, "PORT": str(port), "SEED": str(self.simulator_seed)}
        return Supervised(name, program.arguments(variables), self.folder, environment, log)


def with_metrics_port(environment: Mapping[str, str], place: int) -> Mapping[str, str]:
    """Return the variables of the worker at a `place` in the order of the Procfile, from 0.

    METRICS_PORT is the first one's port, and each next worker has the next one: two can't listen on the same.
    """
    first = environment.get("METRICS_PORT", "")
    if not first.isdecimal() or int(first) == 0:
        return environment
    return {**environment, "METRICS_PORT": str(int(first) + place)}


def _addresses(prefix: str, port: int) -> dict[str, str]:
    """Return the variables by which an exchange on that port of this machine is found."""
    place = f"{_SIMULATOR_HOST}:{port}"
    return {f"{prefix}EXCHANGE_REST_URL": f"http://{place}", f"{prefix}EXCHANGE_STREAM_URLS": f"ws://{place}"}


async def _until_it_answers(client: httpx2.AsyncClient, url: str) -> None:
    while not await _is_well(client, url):  # noqa: ASYNC110 - another process
        await asyncio.sleep(_LOOK_SECONDS)


async def _is_well(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx2.HTTPError:
        return False
