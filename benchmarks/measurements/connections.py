"""What a connection costs a server: its memory, and how many get in within a second.

Each server is started anew for each round, one after the other, so that the peers' figures are of the same run. Clients
come a hundred at a time; one has got in once its server has welcomed it (where a server says nothing by itself: once it
has answered the handshake). Then all of them subscribe; their memory is taken before anything is published, and after
some frames have come, sparse and busy.
"""

import time
from urllib.parse import urlsplit

import msgspec

from benchmarks.load.load_process import LoadProcess
from benchmarks.load.publishing import PublishingProcess
from benchmarks.measurements.fan_out import RATES, SIZES
from benchmarks.options import Options
from benchmarks.processor_time import connections_to, resident_bytes, seconds_used, wait_until_idle
from benchmarks.servers.servers import Place, Running, place, servers

_FIRST_CLIENTS = 20
"""Whoever comes first lets a server load and make what it needs once."""
_PUBLISHED_SECONDS = 1.0
_IDLE_SECONDS = 2.0
_KIB = 1024


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """One server with many clients; its memory is what its processes hold (resident)."""

    clients: int
    """Those that got in and subscribed; all that is told of each is shared among them."""
    connects_per_second: float
    connect_cpu_us: float
    """What the server used for each: handshake and welcome."""
    idle_cpu_ms: float
    """What the server used in a second in which nothing was published, with all of them subscribed."""
    memory_before_mib: float
    """Before they came."""
    memory_kib_each: float
    """By how much it had grown with all of them subscribed."""
    memory_kib_each_sparse: float
    """As before, after some frames."""
    memory_kib_each_busy: float
    """As before, after many frames."""
    redis_connections: int


def connections(options: Options) -> dict[str, list[Connections]]:
    """Measure every server with each number of clients, `options.rounds` times."""
    found: dict[str, list[Connections]] = {}
    with place() as where, LoadProcess() as load, PublishingProcess() as publishing:
        compared = servers(options.servers)
        for _ in range(options.rounds):
            for server in compared:
                for clients in options.clients_or(*SIZES):
                    with Running(server, where) as running:
                        measuring = _Measuring(running, load, publishing, clients)
                        found.setdefault(f"{server.name}, {clients}", []).append(measuring.measure(where))
    return found


class _Measuring:
    """One server, started anew, with one number of clients."""

    def __init__(self, running: Running, load: LoadProcess, publishing: PublishingProcess, clients: int) -> None:
        self._running = running
        self._load = load
        self._publishing = publishing
        self._clients = clients

    def measure(self, where: Place) -> Connections:
        """Let the clients come, then frames."""
        self._connect_first()
        process_id = self._running.process_id
        held, used = resident_bytes(process_id), seconds_used(process_id)
        opened = self._load.open(self._running.address, self._running.server.speech, self._clients)
        connected = seconds_used(process_id)
        there = self._load.subscribe(opened.clients).clients
        assert there, f"{self._running.server.name} let nobody in: {opened.failed}"
        wait_until_idle(process_id)
        idle = self._idle_share()
        grown = [resident_bytes(process_id), *(self._with_frames(rate) for rate in RATES.values())]
        redis_connections = connections_to(process_id, urlsplit(where.redis_url).port or 0)
        self._load.close()
        silent, sparse, busy = (round((size - held) / _KIB / there, 1) for size in grown)
        return Connections(
            clients=there,
            connects_per_second=round(opened.clients / opened.seconds),
            connect_cpu_us=round(1_000_000 * (connected - used) / opened.clients),
            idle_cpu_ms=round(1000 * idle, 1),
            memory_before_mib=round(held / _KIB**2, 1),
            memory_kib_each=silent,
            memory_kib_each_sparse=sparse,
            memory_kib_each_busy=busy,
            redis_connections=redis_connections,
        )

    def _connect_first(self) -> None:
        self._load.open(self._running.address, self._running.server.speech, _FIRST_CLIENTS)
        self._load.subscribe(_FIRST_CLIENTS)
        self._load.close()
        wait_until_idle(self._running.process_id)

    def _idle_share(self) -> float:
        """Return the share of a core that it uses while nothing happens."""
        began, used = time.monotonic(), seconds_used(self._running.process_id)
        time.sleep(_IDLE_SECONDS)
        return (seconds_used(self._running.process_id) - used) / (time.monotonic() - began)

    def _with_frames(self, rate: float) -> int:
        """Return the memory after frames have come for a moment."""
        self._publishing.begin(self._running.target, rate)
        time.sleep(_PUBLISHED_SECONDS)
        self._publishing.end()
        wait_until_idle(self._running.process_id)
        return resident_bytes(self._running.process_id)
