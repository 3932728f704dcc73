"""What resuming costs: fan-out with numbers beside that without, by turns at one gateway; and a resume itself."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from itertools import product
from typing import Any

import msgspec
from websockets.asyncio.client import connect

from benchmarks.load.load_process import LoadProcess
from benchmarks.load.publishing import CHANNEL, PublishingProcess, Target, Way, add_trades, history_of
from benchmarks.measurements.fan_out import RATES, SIZES, Bench, FanOut
from benchmarks.options import Options
from benchmarks.processor_time import seconds_used
from benchmarks.servers.our_servers import SERVE, our_servers
from benchmarks.servers.servers import OUR_SPEECH, Running, Server, place

_MISSED = 1000
_PLAIN, _NUMBERED = "without numbers", "with numbers"
_NUMBERED_SPEECH = msgspec.structs.replace(
    OUR_SPEECH, subscribe=(json.dumps({"type": "subscribe", "channels": [CHANNEL], "since": {}}),)
)


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """One client that missed 1,000 trades: from its message until the last of them; what the gateway used for it."""

    milliseconds: float
    cpu_ms: float


class _Spoken(Running):
    """One gateway, spoken to in one of the two ways."""

    def __init__(self, running: Running, server: Server, way: Way) -> None:
        self.server = server
        self._running = running
        self._way = way

    @property
    def process_id(self) -> int:
        """The number of its first process."""
        return self._running.process_id

    @property
    def address(self) -> str:
        """Where it listens."""
        return self._running.address

    @property
    def target(self) -> Target:
        """Where to publish what it is to tell."""
        return msgspec.structs.replace(self._running.target, way=self._way)

    def restart(self) -> None:
        """Start it anew."""
        self._running.restart()


def resuming(options: Options) -> dict[str, list[Any]]:
    """Measure `options.rounds` times."""
    found: dict[str, list[Any]] = {}
    (serve,) = (server for server in our_servers() if server.name == SERVE)
    with place() as where, LoadProcess() as load, PublishingProcess() as publishing, Running(serve, where) as running:
        plain = _Spoken(running, msgspec.structs.replace(serve, name=_PLAIN), Way.HUB)
        numbered_server = msgspec.structs.replace(serve, name=_NUMBERED, speech=_NUMBERED_SPEECH)
        ways = [plain, _Spoken(running, numbered_server, Way.HUB_NUMBERED)]
        bench = Bench(load, publishing, options.seconds)
        for way in ways:
            bench.warm_up(way, min(options.clients_or(*SIZES)))
        for turn, (clients, rate) in product(range(options.rounds), product(options.clients_or(*SIZES), RATES)):
            for way in ways if turn % 2 else reversed(ways):
                print(f"round {turn + 1}: {rate}, {clients} clients, {way.server.name}", file=sys.stderr, flush=True)
                case = f"{rate}, {clients} clients: {way.server.name}"
                found.setdefault(case, []).append(bench.measure(way, clients, rate))
        found["1,000 trades missed"] = [asyncio.run(_resume(running)) for _ in range(options.rounds * 4)]
    return found


async def _resume(running: Running) -> Resume:
    history = history_of(running.target)
    try:
        since = await add_trades(history, _MISSED)
    finally:
        await history.close()
    stands = {CHANNEL: {"epoch": since.epoch, "seq": since.seq}}
    url = f"{running.address.replace('http', 'ws', 1)}/ws"
    async with connect(url, compression=None, max_queue=None, proxy=None) as connection:
        await connection.recv()
        cpu, begin = seconds_used(running.process_id), time.perf_counter()
        await connection.send(json.dumps({"type": "subscribe", "channels": [CHANNEL], "since": stands}))
        answer, *missed = [json.loads(await connection.recv()) for _ in range(_MISSED + 1)]
        taken = time.perf_counter() - begin
        used = seconds_used(running.process_id) - cpu
    assert answer["recovered"], answer
    assert [frame["seq"] for frame in missed] == list(range(since.seq + 1, since.seq + _MISSED + 1))
    return Resume(milliseconds=round(1000 * taken, 1), cpu_ms=round(1000 * used, 1))


def resuming_tables(rows: dict[str, list[Any]]) -> str:
    """Return Markdown: microseconds a frame in both ways, with the ratio of each round, and how long a resume takes."""
    lines = ["|  | without numbers | with numbers | with ÷ without |", "| --- | --- | --- | --- |"]
    for case, plain in rows.items():
        name, _, way = case.partition(": ")
        if way == _PLAIN:
            lines.append(_line(name, plain, rows[f"{name}: {_NUMBERED}"]))
    resumes: list[Resume] = rows["1,000 trades missed"]
    taken, used = ([getattr(one, figure) for one in resumes] for figure in ("milliseconds", "cpu_ms"))
    lines += ["", f"1,000 trades missed: {_spread(taken)} ms, of which the gateway used {_spread(used)} ms"]
    return "\n".join(lines)


def _line(name: str, plain: Sequence[FanOut], numbered: Sequence[FanOut]) -> str:
    pairs = [
        (one.cpu_us_per_frame, other.cpu_us_per_frame)
        for one, other in zip(plain, numbered, strict=True)
        if one.cpu_us_per_frame and other.cpu_us_per_frame and not (one.saturated or other.saturated)
    ]
    if not pairs:
        return f"| {name} | - | - | saturated |"
    without, with_numbers = zip(*pairs, strict=True)
    ratios = [round(other / one, 3) for one, other in pairs]
    return f"| {name} | {_spread(without)} | {_spread(with_numbers)} | {_spread(ratios)} of {len(pairs)} |"


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):g} ({min(values):g} to {max(values):g})"
