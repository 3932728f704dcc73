"""What is still held after everybody has left."""

import msgspec
import pytest

from tests.soak.deployment.levels import MEGABYTE, Levels, Memory, differences, trend
from tests.soak.deployment.market_place import CANARY

BEFORE = Levels(
    clients=0,
    channels=(),
    tasks=20,
    bridge_tasks=9,
    gateways=2,
    workers=("bridge", "health"),
    groups={"__group__gateways": 1, "__group__p.host-#-#": 2},
    lasting=(),
    streams=(CANARY,),
    upstreams=1,
)


def test_nothing_differs_from_itself() -> None:
    assert differences(BEFORE, BEFORE) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"clients": 2}, "2 connections are counted"),
        ({"channels": ("price:BTCUSDT",)}, "still subscribed: price:BTCUSDT"),
        ({"tasks": 30}, "30 tasks at the busiest gateway instead of 20"),
        ({"bridge_tasks": 90}, "90 tasks of the bridge instead of 9"),
        ({"gateways": 3}, "3 gateways instead of 2"),
        ({"workers": ("health",)}, "nobody holds the lease of bridge"),
        ({"groups": {**BEFORE.groups, "__group__trades.BTCUSDT": 1}}, "__group__trades.BTCUSDT (1)"),
        ({"groups": {**BEFORE.groups, "__group__p.host-#-#": 3}}, "__group__p.host-#-# (1)"),
        ({"lasting": ("tidewire:x",)}, "keys without an end in Redis: tidewire:x"),
        ({"streams": (CANARY, "btcusdt@trade")}, "still asked of the exchange: btcusdt@ticker, btcusdt@trade"),
        ({"upstreams": 2}, "2 connections to the exchange instead of 1"),
    ],
)
def test_it_says_what_was_not_given_back(change: dict[str, object], said: str) -> None:
    [difference] = differences(BEFORE, msgspec.structs.replace(BEFORE, **change))
    assert said in difference


def test_less_than_before_is_no_difference() -> None:
    assert differences(BEFORE, msgspec.structs.replace(BEFORE, tasks=10, streams=(), upstreams=0, groups={})) == []


def sampled(*megabytes: int, name: str = "gateway 1") -> Memory:
    memory = Memory()
    for size in megabytes:
        memory.take({(name, 7): size * MEGABYTE})
    return memory


def test_a_process_may_hold_a_little_more_than_when_it_was_warm() -> None:
    memory = sampled(100, 110, 108)
    memory.is_warm()
    memory.take({("gateway 1", 7): 139 * MEGABYTE})
    assert memory.growth([("gateway 1", 7)]) == []


def test_a_process_that_holds_much_more_than_when_it_was_warm_has_grown() -> None:
    memory = sampled(100, 100, 100)
    memory.is_warm()
    for _ in range(3):
        memory.take({("gateway 1", 7): 141 * MEGABYTE})
    assert memory.growth([("gateway 1", 7)]) == ["gateway 1 holds 141 MB instead of 100 MB after warming up"]


def test_a_process_that_was_started_again_is_held_against_its_kind() -> None:
    memory = sampled(100, 100, 100)
    memory.is_warm()
    for _ in range(3):
        memory.take({("gateway 2", 9): 150 * MEGABYTE})
    assert memory.growth([("gateway 2", 9)]) == ["gateway 2 holds 150 MB instead of 100 MB after warming up"]


def test_a_login_s_peak_is_no_growth() -> None:
    memory = sampled(100, 100, 100)
    memory.is_warm()
    for size in (101, 400, 100):
        memory.take({("gateway 1", 7): size * MEGABYTE})
    assert memory.growth([("gateway 1", 7)]) == []


def test_what_rises_all_the_time_is_found_however_warm_it_began() -> None:
    rising = sampled(*range(100, 200))
    assert trend([size * MEGABYTE for size in range(100, 200)]) == 50 * MEGABYTE
    assert rising.growth([("gateway 1", 7)]) == [
        "gateway 1 grew by 50 MB between the second and the last quarter of the run"
    ]


def test_a_short_run_has_no_trend() -> None:
    assert trend([1, 2, 3]) == 0
