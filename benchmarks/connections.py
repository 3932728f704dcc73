"""What a connection costs a server: its memory, and how many get in within a second.

Each server is started anew for each round, one after the other, so that the peers' figures are of the same run. Clients
come a hundred at a time; one has got in once its server has welcomed it (where a server says nothing by itself: once it
has answered the handshake). Then all of them subscribe, and nothing is published.
"""

from urllib.parse import urlsplit

import msgspec

from benchmarks.load_process import LoadProcess
from benchmarks.options import Options
from benchmarks.processor_time import connections_to, resident_bytes, seconds_used, wait_until_idle
from benchmarks.servers import Place, Running, place, servers

_CLIENTS = 1000
_FIRST_CLIENTS = 20
"""Whoever comes first lets a server load and make what it needs once."""
_KIB = 1024


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """One server with a thousand clients; its memory is what its processes hold (resident)."""

    clients: int
    """Those that got in and subscribed."""
    connects_per_second: float
    connect_cpu_us: float
    """What the server used for each: handshake and welcome."""
    subscribes_per_second: float
    memory_before_mib: float
    """Before they came."""
    memory_kib_each: float
    """By how much it had grown with all of them subscribed."""
    redis_connections: int


def connections(options: Options) -> dict[str, list[Connections]]:
    """Measure every server, `options.rounds` times."""
    found: dict[str, list[Connections]] = {}
    with place() as where, LoadProcess() as load:
        compared = servers(options.servers)
        for _ in range(options.rounds):
            for server in compared:
                with Running(server, where) as running:
                    found.setdefault(server.name, []).append(_measure(running, load, where))
    return found


def _measure(running: Running, load: LoadProcess, where: Place) -> Connections:
    _connect_first(running, load)
    held, used = resident_bytes(running.process_id), seconds_used(running.process_id)
    opened = load.open(running.address, running.server.speech, _CLIENTS)
    connected = seconds_used(running.process_id)
    subscribed = load.subscribe(opened.clients)
    wait_until_idle(running.process_id)
    grown = resident_bytes(running.process_id) - held
    redis_connections = connections_to(running.process_id, urlsplit(where.redis_url).port or 0)
    load.close()
    return Connections(
        clients=subscribed.clients,
        connects_per_second=round(opened.clients / opened.seconds),
        connect_cpu_us=round(1_000_000 * (connected - used) / _CLIENTS),
        subscribes_per_second=round(subscribed.clients / subscribed.seconds),
        memory_before_mib=round(held / _KIB**2, 1),
        memory_kib_each=round(grown / _KIB / _CLIENTS, 1),
        redis_connections=redis_connections,
    )


def _connect_first(running: Running, load: LoadProcess) -> None:
    load.open(running.address, running.server.speech, _FIRST_CLIENTS)
    load.subscribe(_FIRST_CLIENTS)
    load.close()
    wait_until_idle(running.process_id)
