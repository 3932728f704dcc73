"""What the table of `fan_out` makes of what was measured."""

from typing import Any

import pytest

from benchmarks.measurements.fan_out import FanOut
from benchmarks.measurements.fan_out_table import tables

OURS, THEIRS = "tidewire", "Node ws"
RATIO, LATER, NOTES = 2, 5, -1


def measured(server: str, **different: Any) -> FanOut:
    """Return what was measured of a server that kept up, but for what is `different`."""
    seen = {
        "server": server, "load": "busy", "clients": 200, "connected": 200, "published_per_second": 200.0,
        "delivered_per_second": 40_000, "delivered_share": 1.0, "cpu_us_per_frame": 4.0, "median_ms": 10.0,
        "p99_ms": 20.0, "maximum_ms": 30.0, "missing": 0, "disordered": 0, "has_last": True, "cut": {},
        "saturated": False, "is_publisher_behind": False, "server_cpu_share": 0.2, "publisher_cpu_share": 0.1,
        "load_cpu_share": 0.3, "load_wait_share": 0.05, "load_lag_p99_ms": 2.0,
    }  # fmt: skip
    return FanOut(**{**seen, **different})


def line(server: str, ours: list[FanOut], theirs: list[FanOut]) -> list[str]:
    """Return the cells of a server's line."""
    told = tables({"ours": ours, "theirs": theirs})
    [found] = [row for row in told.splitlines() if row.startswith(f"| {server} |")]
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_it_compares_what_was_measured_in_the_same_round() -> None:
    ours = [
        measured(OURS, cpu_us_per_frame=cost, p99_ms=late) for cost, late in ((2.0, 21.0), (4.0, 30.0), (9.0, 25.0))
    ]
    theirs = [measured(THEIRS, cpu_us_per_frame=cost, p99_ms=5.0) for cost in (8.0, 8.0, 10.0)]
    cells = line(THEIRS, ours, theirs)
    assert (cells[1], cells[RATIO], cells[LATER], cells[NOTES]) == ("8 (8 to 10)", "0.50", "+20.0", "")
    assert (line(OURS, ours, theirs)[1], line(OURS, ours, theirs)[RATIO]) == ("4 (2 to 9)", "")


def test_a_round_in_which_one_did_not_keep_up_compares_nothing() -> None:
    ours = [measured(OURS), measured(OURS, cpu_us_per_frame=8.0)]
    theirs = [measured(THEIRS, saturated=True, cpu_us_per_frame=100.0), measured(THEIRS, cpu_us_per_frame=16.0)]
    cells = line(THEIRS, ours, theirs)
    assert (cells[RATIO], cells[NOTES]) == ("0.50", "saturated (1 of 2)")
    cells = line(THEIRS, ours[:1], theirs[:1])
    assert (cells[RATIO], cells[LATER]) == ("-", "-")


def test_a_round_in_which_the_load_generator_was_at_its_limit_compares_nothing() -> None:
    limited = {"load_cpu_share": 0.7, "load_wait_share": 0.25}
    for ours, theirs in ((measured(OURS, **limited), measured(THEIRS)), (measured(OURS), measured(THEIRS, **limited))):
        cells = line(THEIRS, [ours], [theirs])
        assert (cells[RATIO], cells[LATER]) == ("-", "-")


def test_what_got_nothing_out_costs_nothing_that_could_be_compared() -> None:
    theirs = [measured(THEIRS, cpu_us_per_frame=None, delivered_share=0.0, saturated=True)]
    cells = line(THEIRS, [measured(OURS)], theirs)
    assert (cells[1], cells[RATIO], cells[NOTES]) == ("-", "-", "saturated (1 of 1)")


@pytest.mark.parametrize(
    ("different", "note"),
    [
        ({"missing": 3}, "frames lost"),
        ({"disordered": 1}, "out of order"),
        ({"is_publisher_behind": True}, "publisher behind"),
        ({"connected": 199}, "fewer than 200 clients"),
        ({"cut": {"closed with 4408 Slow consumer": 2}}, "clients cut off"),
        ({"load_cpu_share": 0.7, "load_wait_share": 0.25}, "load generator at its limit"),
    ],
)
def test_it_tells_what_makes_a_figure_other_than_it_seems(different: dict[str, Any], note: str) -> None:
    theirs = [measured(THEIRS), measured(THEIRS, **different)]
    assert line(THEIRS, [measured(OURS)] * 2, theirs)[NOTES] == f"{note} (1 of 2)"


def test_it_tells_how_busy_the_load_generator_was_at_most() -> None:
    theirs = [measured(THEIRS, load_cpu_share=0.5, load_wait_share=0.2)]
    told = tables({"ours": [measured(OURS, delivered_per_second=40_100)], "theirs": theirs})
    assert told.endswith(
        "The load generator drained at most 40100 frames a second (tidewire). It was busiest with Node ws (busy, 200 "
        "clients): 50% of its core, and for 20% of the time it waited for one. Its limit is 90%."
    )
