"""Clients that come, subscribe and go, ten thousand of them: whether anything of them stays.

Fifty are there at a time. The first two thousand let the server make what it needs once, until Python's garbage
collector has come round: what an ended connection held lies in cycles, which wait for it.
"""

import time

import msgspec

from benchmarks.load.load_process import LoadProcess
from benchmarks.options import Options
from benchmarks.processor_time import resident_bytes, wait_until_idle
from benchmarks.servers.our_servers import our_servers, statistics
from benchmarks.servers.servers import Running, place
from tests.waiting import until_now

_AT_ONCE = 50
_MEGABYTE = 1_000_000


class Churn(msgspec.Struct, frozen=True, kw_only=True):
    """One server; its memory is what its process holds (resident), in MB."""

    cycles: int
    """How often a client connected, subscribed and went."""
    cycles_per_second: float
    warm_mb: float
    grown_mb: float
    """From after the first two thousand until all had gone."""
    connections_left: int
    channels_left: int


def churn(options: Options, *, cycles: int = 10_000, warm_up: int = 2_000) -> dict[str, list[Churn]]:
    """Measure both servers, `options.rounds` times, each time started anew."""
    found: dict[str, list[Churn]] = {}
    with place() as where, LoadProcess() as load:
        for _ in range(options.rounds):
            for server in our_servers():
                with Running(server, where) as running:
                    found.setdefault(server.name, []).append(_measure(running, load, cycles, warm_up))
    return found


def _measure(running: Running, load: LoadProcess, cycles: int, warm_up: int) -> Churn:
    _come_and_go(running, load, warm_up)
    warm = _held(running)
    begin = time.monotonic()
    _come_and_go(running, load, cycles)
    seconds = time.monotonic() - begin
    held = _held(running)
    connections, channels = statistics(running)
    return Churn(
        cycles=cycles,
        cycles_per_second=round(cycles / seconds),
        warm_mb=round(warm / _MEGABYTE, 1),
        grown_mb=round((held - warm) / _MEGABYTE, 1),
        connections_left=connections,
        channels_left=channels,
    )


def _come_and_go(running: Running, load: LoadProcess, cycles: int) -> None:
    for _ in range(cycles // _AT_ONCE):
        load.open(running.address, running.server.speech, _AT_ONCE)
        subscribed = load.subscribe(_AT_ONCE)
        assert subscribed.clients == _AT_ONCE, subscribed
        load.close()


def _held(running: Running) -> int:
    """Return the memory once nobody is there and the server rests."""
    until_now(lambda: statistics(running)[0] == 0)
    wait_until_idle(running.process_id)
    return resident_bytes(running.process_id)
