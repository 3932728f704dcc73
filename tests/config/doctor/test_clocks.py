"""When clocks count as apart: by more than the way there and back may hide."""

import pytest

from config.doctor.clocks import clock_finding
from config.doctor.findings import State

NOON = 1_795_003_200_000.0


@pytest.mark.parametrize(
    ("theirs", "way", "accuracy", "state"),
    [
        (NOON, 0, 0, State.OK),
        (NOON + 249, 0, 0, State.OK),
        (NOON - 250, 0, 0, State.WARNING),
        (NOON + 999, 0, 0, State.WARNING),
        (NOON - 1000, 0, 0, State.FAILED),
        (NOON + 1000, 1600, 0, State.OK),  # it may have answered at the end of those 1.6 s
        (NOON - 1200, 0, 1000, State.OK),  # it tells whole seconds
        (NOON - 2000, 0, 1000, State.FAILED),
    ],
)
def test_it_judges_a_difference_by_what_it_is_at_least(
    theirs: float, way: float, accuracy: float, state: State
) -> None:
    finding = clock_finding(
        "theirs", asked_at=NOON - way / 2, theirs=theirs, answered_at=NOON + way / 2, accuracy=accuracy
    )
    assert finding.state is state
    assert bool(finding.to_do) is (state is not State.OK)


def test_it_says_which_way_it_differs() -> None:
    found = [clock_finding("it", asked_at=NOON, theirs=NOON + by, answered_at=NOON) for by in (-1500, 1500)]
    assert [finding.text for finding in found] == [
        "it is 1,500 ms behind this machine",
        "it is 1,500 ms ahead of this machine",
    ]
