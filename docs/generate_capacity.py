"""The tables of docs/capacity.md: made from what was measured, by the model of benchmarks/capacity.py."""

from benchmarks.capacity import CORES_OF_A_MACHINE, Costs, Needs, Workload, clients_of_a_gateway, money, needs

BEGIN = "<!-- capacity: made by `make format` from benchmarks/capacity.py -->"
END = "<!-- end of capacity -->"

SIZES = (10_000, 100_000, 1_000_000)
_FRAME_BYTES = 200
WORKLOADS = (
    Workload(name="waits for alerts", frames=0.05, frame_bytes=_FRAME_BYTES, events=1000, share_of_gateways=0.3),
    Workload(name="watches a list", frames=5, frame_bytes=_FRAME_BYTES, events=1000),
    Workload(name="has a dashboard open", frames=20, frame_bytes=_FRAME_BYTES, events=3000),
)
_MACHINE, _REDIS_HOST, _TERABYTE = 150.0, 50.0, 5.0
"""Examples of prices a month, in whatever money: put your own (`python -m benchmarks.capacity --help`)."""


def capacity_section() -> str:
    """Return costs, what a gateway takes, and what each size needs, between their marks."""
    return "\n".join([BEGIN, *_costs(), "", *_gateways(), *(line for one in WORKLOADS for line in _sizes(one)), END])


def _costs() -> list[str]:
    costs = Costs()
    rows = (
        ("a frame to one client, where several come together", f"{costs.frame_us:g} microseconds", "`resume`"),
        ("a frame to one client that comes alone", f"{costs.lone_frame_us:g} microseconds", "`resume`"),
        ("a client that comes", f"{costs.connect_us:g} microseconds", "`connections`"),
        ("a client that is there", f"{costs.connection_kib:g} KiB", "`connections`"),
        ("a gateway", f"{costs.gateway_mib:g} MiB", "`connections`"),
        ("an event at Redis, and of it each gateway that reads it",
         f"{costs.redis_event_us:g} microseconds + {costs.redis_gateway_us:g} microseconds", "`redis_events`"),
    )  # fmt: skip
    return ["| what | costs | measured by `make bench PARTS=…` |", "|---|---|---|", *map(_row, rows)]


def _gateways() -> list[str]:
    lines = ["| who | frames a second | a gateway takes | as its limit is |", "|---|---|---|---|"]
    for one in WORKLOADS:
        clients, limit = clients_of_a_gateway(Costs(), one)
        lines.append(_row((one.name, f"{one.frames:g}", f"{clients:,}", limit)))
    return lines


def _sizes(workload: Workload) -> list[str]:
    head = ("clients", "gateways", f"machines of {CORES_OF_A_MACHINE} cores", "their memory, GiB", "hosts of Redis")
    head += ("Gbit/s out", "TB out a month", "all back after, s", "a month, by the example's prices")
    lines = ["", f"Everybody {workload.name}; {workload.events:,g} events a second are read in all:", ""]
    lines += [_row(head), f"|{'---|' * len(head)}"]
    return [*lines, *(_row(_cells(needs(size, workload))) for size in SIZES)]


def _cells(need: Needs) -> tuple[str, ...]:
    price = money(need, machine=_MACHINE, redis_host=_REDIS_HOST, terabyte=_TERABYTE)
    counts = (f"{number:,}" for number in (need.clients, need.gateways, need.machines))
    rest = (need.memory_gib, need.redis_hosts, need.gigabits, need.terabytes_a_month, need.seconds_to_return)
    return (*counts, *(f"{number:,g}" for number in rest), f"{price:,.0f}")


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
