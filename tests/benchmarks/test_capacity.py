"""The model of capacity, by cases that are worked out by hand."""

import pytest

from benchmarks.capacity import Costs, Workload, clients_of_a_gateway, money, needs

COSTS = Costs(
    frame_us=3.0,
    lone_frame_us=10.0,
    connect_us=500.0,
    connection_kib=32.0,
    gateway_mib=128.0,
    redis_event_us=60.0,
    redis_gateway_us=4.0,
)
BUSY = Workload(name="busy", frames=200, frame_bytes=176, events=1000)


@pytest.mark.parametrize(
    ("frames", "clients", "limit"),
    [
        (200, 1000, "processor"),  # 600,000 microseconds of a second, 600 for each client
        (20, 3000, "processor"),  # 200 for each, as its frames come alone
        (0.1, 30_000, "sockets"),
    ],
)
def test_what_a_gateway_takes_is_limited_by_what_is_used_up_first(frames: float, clients: int, limit: str) -> None:
    workload = Workload(name="a load", frames=frames, frame_bytes=200, events=1)
    assert clients_of_a_gateway(COSTS, workload) == (clients, limit)


def test_memory_limits_a_gateway_whose_clients_take_much() -> None:
    heavy = Costs(connection_kib=1024.0, gateway_mib=96.0)
    seldom = Workload(name="seldom", frames=0.01, frame_bytes=200, events=1)
    assert clients_of_a_gateway(heavy, seldom) == (4000, "memory")  # of 4 GiB, at a MiB each


def test_it_adds_up_what_a_size_needs() -> None:
    need = needs(10_000, BUSY, COSTS)
    assert (need.gateways, need.machines) == (10, 2)
    assert need.redis_hosts == 1  # 1,000 events of 60 and 10 times 4 microseconds: a tenth of a core
    assert need.gigabits == 4.0  # 2,000,000 frames a second of 250 bytes
    assert need.terabytes_a_month == 1296.0
    assert need.memory_gib == 1.6
    assert need.seconds_to_return == 0.5
    assert money(need, machine=100, redis_host=10, terabyte=1) == 2 * 100 + 10 + 1296


def test_redis_is_spread_where_events_times_gateways_are_many() -> None:
    crowd = needs(100_000, BUSY, COSTS)
    assert crowd.gateways == 100
    assert crowd.redis_hosts == 1  # 1,000 of 460 microseconds, below six tenths of a core
    assert needs(200_000, BUSY, COSTS).redis_hosts == 2  # 1,000 of 860 microseconds


def test_the_smallest_deployment_has_two_of_what_may_be_away() -> None:
    need = needs(1, BUSY, COSTS)
    assert (need.gateways, need.machines) == (2, 2)
