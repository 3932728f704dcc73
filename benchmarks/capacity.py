"""From what was measured to what a deployment of a given size needs: `python -m benchmarks.capacity --help`. Pure.

Each gateway is one process, and uses one core. Redis uses one core for each of its hosts. Cores are planned to run at
`USED_SHARE`, so that what comes back at once, or a host that is away, finds room.
"""

import argparse
import math
from collections.abc import Mapping, Sequence

import msgspec

USED_SHARE = 0.6
SOCKETS_OF_A_GATEWAY = 30_000
"""Half of what LimitNOFILE and the image's ulimits leave, as clients of another gateway come when that ends."""
WIRE_OVERHEAD_BYTES = 74
"""A frame that travels alone: IPv4 and TCP with timestamps (52; RFC 9293, 7323), a record of TLS 1.3 (22; RFC 8446)."""
SECONDS_A_MONTH = 30 * 86_400
CORES_OF_A_MACHINE, GIB_OF_A_MACHINE = 8, 32
_CORE_US = 1e6
_SPARSE_BELOW = 100.0


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured (docs/performance.md): processor time in microseconds, memory in KiB and MiB."""

    frame_us: float = 2.6
    """A frame to one client, where several come together (`resume`, busy)."""
    lone_frame_us: float = 9.1
    """A frame that comes alone (`resume`, sparse)."""
    connect_us: float = 620.0
    """A client that comes (`connections`, 1,000 clients)."""
    connection_kib: float = 28.4
    """What a gateway holds for a client; the kernel's buffers aren't in it (`connections`, its last whole run: a single
    round since then had less, so this errs to the safe side)."""
    gateway_mib: float = 142.0
    """A gateway without clients (`connections`)."""
    redis_event_us: float = 80.0
    """An event: into its history, and out (`redis_events`)."""
    redis_gateway_us: float = 3.0
    """The same event for each gateway that reads its channel (`redis_events`)."""


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What clients do; events are those that the whole deployment reads, frames what one client is sent in a second."""

    name: str
    frames: float
    frame_bytes: int
    events: float
    share_of_gateways: float = 1.0
    """Of the gateways, how many read a channel on average: all where everybody looks at the same few."""

    @property
    def is_lone(self) -> bool:
        """True where frames come so seldom that each is written alone: the bench's loads are 20 and 200 a second."""
        return self.frames < _SPARSE_BELOW


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment needs. `limit` is what holds a gateway's clients down first."""

    clients: int
    gateways: int
    limit: str
    machines: int
    memory_gib: float
    redis_hosts: int
    gigabits: float
    terabytes_a_month: float
    seconds_to_return: float
    """How long the processors take until all clients are back that come at once, at every gateway."""


def clients_of_a_gateway(costs: Costs, workload: Workload) -> tuple[int, str]:
    """Return how many clients one gateway takes, and what limits that."""
    frame_us = costs.lone_frame_us if workload.is_lone else costs.frame_us
    by = {
        "processor": USED_SHARE * _CORE_US / (workload.frames * frame_us),
        "sockets": float(SOCKETS_OF_A_GATEWAY),
        "memory": (GIB_OF_A_MACHINE / CORES_OF_A_MACHINE * 1024 - costs.gateway_mib) * 1024 / costs.connection_kib,
    }
    limit = min(by, key=by.__getitem__)
    return max(1, int(by[limit])), limit


def needs(clients: int, workload: Workload, costs: Costs | None = None) -> Needs:
    """Return what so many clients need; at least two gateways, on two machines."""
    costs = costs or Costs()
    of_a_gateway, limit = clients_of_a_gateway(costs, workload)
    gateways = max(2, math.ceil(clients / of_a_gateway))
    readers = max(1.0, gateways * workload.share_of_gateways)
    redis_us = workload.events * (costs.redis_event_us + readers * costs.redis_gateway_us)
    bits = clients * workload.frames * (workload.frame_bytes + WIRE_OVERHEAD_BYTES) * 8
    return Needs(
        clients=clients,
        gateways=gateways,
        limit=limit,
        machines=max(2, math.ceil(gateways / (CORES_OF_A_MACHINE - 1))),  # a core is the kernel's
        memory_gib=round((gateways * costs.gateway_mib + clients * costs.connection_kib / 1024) / 1024, 1),
        redis_hosts=max(1, math.ceil(redis_us / (USED_SHARE * _CORE_US))),
        gigabits=round(bits / 1e9, 2),
        terabytes_a_month=round(bits / 8 * SECONDS_A_MONTH / 1e12, 1),
        seconds_to_return=round(clients * costs.connect_us / _CORE_US / gateways, 1),
    )


def money(need: Needs, *, machine: float, redis_host: float, terabyte: float) -> float:
    """Return what it costs a month, from what a machine, a host of Redis and a terabyte to clients cost."""
    return need.machines * machine + need.redis_hosts * redis_host + need.terabytes_a_month * terabyte


def rows(workloads: Sequence[Workload], sizes: Sequence[int], costs: Costs | None = None) -> Mapping[str, list[Needs]]:
    """Return what each size of each workload needs."""
    return {workload.name: [needs(size, workload, costs) for size in sizes] for workload in workloads}


def main() -> None:
    """Print what the deployment needs that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind, default in (
        ("clients", int, 10_000),
        ("frames", float, 10.0),
        ("frame-bytes", int, 200),
        ("events", float, 1000.0),
        ("share-of-gateways", float, 1.0),
        ("machine", float, 0.0),
        ("redis-host", float, 0.0),
        ("terabyte", float, 0.0),
    ):
        parser.add_argument(f"--{name}", type=kind, default=default)
    told = parser.parse_args()
    workload = Workload(
        name="asked for",
        frames=told.frames,
        frame_bytes=told.frame_bytes,
        events=told.events,
        share_of_gateways=told.share_of_gateways,
    )
    need = needs(told.clients, workload)
    for field in need.__struct_fields__:
        print(f"{field.replace('_', ' ')}: {getattr(need, field)}")
    cost = money(need, machine=told.machine, redis_host=told.redis_host, terabyte=told.terabyte)
    print(f"a month: {cost:,.0f}")


if __name__ == "__main__":
    main()
