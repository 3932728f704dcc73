"""Clients that all come back at once after a gateway's restart, to it and to others, and resume.

All stand at the first of several gateways, and each channel is told throughout. The first gets SIGTERM and is started
anew; its clients come back by the client library's own back-off, to any of the gateways. Each number that each client
is told is judged: all have to come, each once.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

import msgspec

from benchmarks.load.publishing import CHANNEL, TOPIC, PublishingProcess, Target, Way, history_of
from benchmarks.load.returning.returning_process import ReturningProcess, Seen
from benchmarks.measurements.resumption.gateways import Gateway
from benchmarks.options import Options
from benchmarks.servers.servers import place
from streaming.event_history.history import Position

_CLIENTS = 10_000
_GATEWAYS = 3
_RATE = 1.0
"""Trades a second: each is 10,000 frames, which cost the machine something by themselves."""
_OPEN_SECONDS, _RETURN_SECONDS, _LAST_SECONDS = 180.0, 120.0, 20.0
_STEADY_SECONDS = 2.0


class Returning(msgspec.Struct, frozen=True, kw_only=True):
    """One restart; times in seconds from SIGTERM."""

    clients: int
    first_resumed: float
    median_resumed: float
    last_resumed: float
    lost: int
    doubled: int
    not_recovered: int
    otherwise_wrong: int
    """Epochs of which a client wasn't told, and numbers that stood for two trades."""
    refused_attempts: int
    longest_without_data: float
    gateways_cpu_seconds: float
    """Of all gateways, from SIGTERM until the last had resumed, the start of the first anew included."""
    load_cpu_seconds: float
    load_lag_ms_max: float


def returning(options: Options) -> dict[str, list[Returning]]:
    """Measure `options.rounds` restarts."""
    clients = options.clients_or(_CLIENTS)[0]
    found = []
    with place() as where, ExitStack() as stack, ReturningProcess() as load, PublishingProcess() as publishing:
        gateways = [Gateway(where.environment) for _ in range(_GATEWAYS)]
        for gateway in gateways:
            stack.callback(gateway.stop)
        target = Target(way=Way.HUB_NUMBERED, url=where.redis_url, name=where.environment["REDIS_PREFIX"])
        restart = _Restart(gateways, load, publishing, target)
        for turn in range(options.rounds):
            print(f"round {turn + 1}: {clients} clients", file=sys.stderr, flush=True)
            found.append(restart.measure(clients))
    return {f"{clients:,} clients, {_GATEWAYS} gateways": found}


class _Restart:
    def __init__(
        self, gateways: Sequence[Gateway], load: ReturningProcess, publishing: PublishingProcess, target: Target
    ) -> None:
        self._gateways = gateways
        self._load = load
        self._publishing = publishing
        self._target = target

    def measure(self, clients: int) -> Returning:
        """Let clients come, restart their gateway, and judge what they were told until all are back."""
        self._publishing.begin(self._target, _RATE)
        self._load.open([gateway.address for gateway in self._gateways], [CHANNEL], clients, spread=False)
        self._load.wait_until_up_to_date(_OPEN_SECONDS)
        time.sleep(_STEADY_SECONDS)
        self._load.mark()
        cpu = self._cpu()
        self._gateways[0].end()
        self._gateways[0].begin_again()
        self._load.wait_for_returns(_RETURN_SECONDS)
        cpu = self._cpu() - cpu
        back = self._load.look()
        self._gateways[0].wait()
        time.sleep(_STEADY_SECONDS)
        self._publishing.end()
        seen = self._load.finish({CHANNEL: asyncio.run(_end_of(self._target))}, _LAST_SECONDS)
        self._load.close()
        return _returning(back, seen, cpu)

    def _cpu(self) -> float:
        return sum(gateway.cpu for gateway in self._gateways)


async def _end_of(target: Target) -> Position:
    history = history_of(target)
    try:
        kept = await history.read(TOPIC.key)
    finally:
        await history.close()
    assert kept is not None
    return kept.end


def _returning(back: Seen, seen: Seen, cpu: float) -> Returning:
    """Return what was seen once all were back, and of the numbers, at the very end."""
    return Returning(
        clients=seen.clients,
        first_resumed=back.first,
        median_resumed=back.median,
        last_resumed=back.last,
        lost=seen.lost,
        doubled=seen.doubled,
        not_recovered=seen.counts.not_recovered,
        otherwise_wrong=seen.otherwise_wrong,
        refused_attempts=sum(back.refused.values()),
        longest_without_data=back.longest_quiet,
        gateways_cpu_seconds=round(cpu, 2),
        load_cpu_seconds=round(back.cpu, 2),
        load_lag_ms_max=back.lag_maximum_ms,
    )
