"""Everything is replaced under load, one process after the other, as for a new version: who is without data meanwhile?

Two gateways, two bridges, a simulated exchange, Redis and PostgreSQL; clients that resume, with one channel of trades
and one of a ticker. Each process gets SIGTERM and is started anew; the next has its turn once that is ready.
"""

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.load.returning.returning_process import ReturningProcess, Seen
from benchmarks.measurements.resumption.gateways import LEASE_TAKEN, Bridge, Gateway
from benchmarks.options import Options
from tests.deployments import Deployment, several_processes

_CLIENTS = 5000
_CHANNELS = ("ticker:BTCUSDT", "trades:ADAUSDT")
"""A value each second, and some two trades."""
_SETTINGS = {"LOG_LEVEL": "WARNING"}
_OPEN_SECONDS, _BACK_SECONDS = 180.0, 60.0
_STEADY_SECONDS = 5.0


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One process that was replaced. Times in seconds, from just before SIGTERM until all was settled again."""

    clients: int
    longest_without_data: float
    clients_without_data: int
    """How many had none for over 3 s."""
    cut: int
    last_resumed: float
    """When the last that was cut off was back; 0 where nobody was."""
    lost: int
    doubled: int
    not_recovered: int
    otherwise_wrong: int
    """Epochs of which a client wasn't told, and numbers that stood for two trades."""
    refused_attempts: int
    stop_seconds: float
    start_seconds: float
    """From its start until it was ready."""
    load_lag_ms_max: float


def rolling_restart(options: Options) -> dict[str, list[Step]]:
    """Replace all processes of a deployment, `options.rounds` times; return what each step showed."""
    clients = options.clients_or(_CLIENTS)[0]
    found: dict[str, list[Step]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="rolling-") as name,
        several_processes(Path(name), _SETTINGS) as deployment,
        ReturningProcess() as load,
        ExitStack() as stack,
    ):
        members = _members(deployment, stack)
        gateways = [member.address for member in members.values() if isinstance(member, Gateway)]
        load.open(gateways, _CHANNELS, clients)
        load.wait_until_up_to_date(_OPEN_SECONDS)
        for turn in range(options.rounds):
            for what, member in members.items():
                print(f"round {turn + 1}: {clients} clients, {what}", file=sys.stderr, flush=True)
                found.setdefault(what, []).append(_replace(member, load))
    return found


def _members(deployment: Deployment, stack: ExitStack) -> dict[str, Gateway | Bridge]:
    """Return two gateways and two bridges in place of the deployment's own; the first bridge holds the lease."""
    environment, members = deployment.environment, dict[str, Gateway | Bridge]()
    for name in ("gateway 1", "gateway 2"):
        members[name] = gateway = Gateway(environment)
        stack.callback(gateway.stop)
        deployment.processes[name].stop()
    for name in ("bridge 1", "bridge 2"):
        members[name] = bridge = Bridge(environment)
        stack.callback(bridge.stop)
        bridge.wait_until_ready()
        deployment.processes["bridge"].stop()
        members["bridge 1"].process.wait_for(LEASE_TAKEN)
    for member in members.values():
        member.wait_until_ready()
    return members


def _replace(member: Gateway | Bridge, load: ReturningProcess) -> Step:
    time.sleep(_STEADY_SECONDS)
    before = load.look()
    load.mark()
    began = time.monotonic()
    member.end()
    ended = time.monotonic()
    member.begin_again()
    member.wait_until_ready()
    ready = time.monotonic()
    load.wait_until_up_to_date(_BACK_SECONDS)
    time.sleep(_STEADY_SECONDS)
    return _step(before, load.look(), stop_seconds=ended - began, start_seconds=ready - ended)


def _step(before: Seen, after: Seen, *, stop_seconds: float, start_seconds: float) -> Step:
    return Step(
        clients=after.clients,
        longest_without_data=after.longest_quiet,
        clients_without_data=after.quiet_clients,
        cut=sum(after.cut.values()),
        last_resumed=after.last,
        lost=after.lost - before.lost,
        doubled=after.doubled - before.doubled,
        not_recovered=after.counts.not_recovered - before.counts.not_recovered,
        otherwise_wrong=after.otherwise_wrong - before.otherwise_wrong,
        refused_attempts=sum(after.refused.values()),
        stop_seconds=round(stop_seconds, 2),
        start_seconds=round(start_seconds, 2),
        load_lag_ms_max=after.lag_maximum_ms,
    )
