"""The deployment of a run, in real processes that are killed and started again while it runs."""

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tests.databases.prepared_databases import new_database, prepare_database
from tests.deployments import Deployment, status_of
from tests.processes import Process
from tests.services import POSTGRES_URL, REDIS_URL
from tests.soak.deployment.schedule import ProcessAct

FURTHER_SOURCES = ("kraken", "coinbase")
_READY_SECONDS = 60.0
_SERVE = (r"Serving on (http://\S+)", ("serve", "--port"))
_DEMO = (r"page\s+(http://\S+?)/?$", ("demo", "--port"))


class Installation:
    """The processes by name (`gateway 1`, `bridge 2`, or `demo`), and the addresses of the gateways.

    `retired` are those that were killed or stopped; what they printed is still there.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.processes: dict[str, Process] = {}
        self.retired: list[tuple[str, Process]] = []
        self._addresses: dict[str, str] = {}

    @property
    def gateways(self) -> list[str]:
        """The gateways' base addresses; they keep them when they are started again."""
        return list(self._addresses.values())

    @property
    def deployment(self) -> Deployment:
        """The same, for what other tests ask of a deployment."""
        return Deployment(self.gateways, "", self.processes, self.environment)

    async def start_gateway(self, name: str, announced: str, command: tuple[str, ...]) -> None:
        """Start a gateway, at the address that it had before."""
        port = self._addresses.get(name, ":0").rsplit(":", 1)[1]
        process = self._start(name, *command, port)
        self._addresses[name] = (await asyncio.to_thread(process.wait_for, announced))[1]

    def start_bridge(self, name: str) -> None:
        """Start a bridge: one of the deployment's own market, or `kraken bridge` of a further one."""
        source = name.removesuffix(" bridge")
        self._start(name, "run_bridge", *(("--source", source) if source in FURTHER_SOURCES else ()))

    async def end(self, name: str, how: signal.Signals) -> None:
        """End a process, and wait until it has gone."""
        process = self.processes.pop(name)
        self.retired.append((name, process))
        process.signal(how)
        await asyncio.to_thread(process.stop)

    async def stop(self) -> None:
        """End all of them."""
        for name in list(self.processes):
            await self.end(name, signal.SIGTERM)

    async def wait_until_ready(self, gateway: str) -> None:
        """Wait until a gateway has all that it needs."""
        async with asyncio.timeout(_READY_SECONDS):
            while await asyncio.to_thread(status_of, f"{gateway}/ready") != 200:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)

    async def get(self, path: str) -> Any:
        """Return the JSON at a path of the first gateway."""
        return await asyncio.to_thread(self.deployment.get, path)

    def _start(self, name: str, *arguments: str) -> Process:
        process = self.processes[name] = Process.command(*arguments, environment=self.environment)
        return process


class Processes:
    """What is done to the processes of an installation of several; drawn from `random`."""

    def __init__(self, installation: Installation, random: Random) -> None:
        self._installation = installation
        self._random = random

    async def begin(self, act: ProcessAct) -> str:
        """Do it, and return the name of the process to which it was done."""
        if act in {ProcessAct.GATEWAY_KILL, ProcessAct.GATEWAY_STOP}:
            name = "gateway 2"  # the first stays, and shows whether memory grows
            await self._installation.end(name, _SIGNALS[act])
            return name
        name = await self._serving_bridge()
        if act is ProcessAct.BRIDGE_STALL:
            self._installation.processes[name].signal(signal.SIGSTOP)
        else:
            await self._installation.end(name, _SIGNALS[act])
        return name

    async def finish(self, act: ProcessAct, name: str) -> None:
        """Put it back."""
        if act is ProcessAct.BRIDGE_STALL:
            self._installation.processes[name].signal(signal.SIGCONT)
        elif name.startswith("bridge"):
            self._installation.start_bridge(name)
        else:
            await self._installation.start_gateway(name, *_SERVE)

    async def kill_further(self) -> None:
        """Kill the bridges of the further markets, and start them again."""
        for source in FURTHER_SOURCES:
            await self._installation.end(f"{source} bridge", signal.SIGKILL)
            self._installation.start_bridge(f"{source} bridge")

    async def _serving_bridge(self) -> str:
        """Return the bridge that holds the lease; its holder's name has the number of its process in it."""
        bridges = {name: process for name, process in self._installation.processes.items() if name.startswith("bridge")}
        holder = await asyncio.to_thread(_lease_holder, self._installation.environment["DATABASE_URL"])
        for name, process in bridges.items():
            if str(process.id) in holder.split("-"):
                return name
        return self._random.choice(sorted(bridges))


_SIGNALS = {
    ProcessAct.BRIDGE_KILL: signal.SIGKILL,
    ProcessAct.BRIDGE_STOP: signal.SIGTERM,
    ProcessAct.GATEWAY_KILL: signal.SIGKILL,
    ProcessAct.GATEWAY_STOP: signal.SIGTERM,
}


def _lease_holder(database: str) -> str:
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT holder FROM streaming_lease WHERE name = 'bridge'").fetchone()
    return "" if row is None else str(row[0])


@asynccontextmanager
async def one_process(var_dir: Path, environment: Mapping[str, str]) -> AsyncIterator[Installation]:
    """Run everything but the exchange in one process, on SQLite and the memory layer."""
    installation = Installation({"VAR_DIR": str(var_dir), **environment})
    try:
        await installation.start_gateway("demo", *_DEMO)
        yield installation
    finally:
        await installation.stop()


@asynccontextmanager
async def several_processes(var_dir: Path, environment: Mapping[str, str]) -> AsyncIterator[Installation]:
    """Run two gateways, two bridges and one of each further market on PostgreSQL and Redis."""
    async with AsyncExitStack() as stack:
        database = stack.enter_context(new_database(POSTGRES_URL))
        prefix = f"tidewire-soak-{secrets.token_hex(4)}"
        shared = {"DATABASE_URL": database, "REDIS_URL": REDIS_URL, "REDIS_PREFIX": prefix}
        installation = Installation({"VAR_DIR": str(var_dir), **shared, **environment})
        stack.push_async_callback(installation.stop)
        await asyncio.to_thread(prepare_database, installation.environment)
        installation.start_bridge("bridge 1")
        installation.start_bridge("bridge 2")
        for source in FURTHER_SOURCES:
            installation.start_bridge(f"{source} bridge")
        for name in ("gateway 1", "gateway 2"):
            await installation.start_gateway(name, *_SERVE)
        yield installation
