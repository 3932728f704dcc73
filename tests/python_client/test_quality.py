"""How good a connection is; the gateway judges alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.connections.quality import ConnectionQuality
from tidewire_client import Quality, QualityReport
from tidewire_client.quality import RoundTrips


@pytest.mark.parametrize(
    ("latency", "quality"),
    [
        (0.0, "excellent"),
        (0.0999, "excellent"),
        (0.1, "good"),
        (0.2999, "good"),
        (0.3, "fair"),
        (0.9999, "fair"),
        (1.0, "poor"),
        (60.0, "poor"),
    ],
)
def test_a_round_trip_has_its_quality(latency: float, quality: str) -> None:
    trips = RoundTrips()
    trips.measured(latency)
    assert trips.report().quality is Quality(quality)


def test_each_pong_missed_since_the_last_lowers_it_by_one() -> None:
    trips = RoundTrips()
    trips.measured(0.01)
    qualities = []
    for _ in range(4):
        trips.missed_one()
        qualities.append(trips.report().quality)
    assert qualities == [Quality.GOOD, Quality.FAIR, Quality.POOR, Quality.POOR]
    trips.measured(0.01)
    assert trips.report().quality is Quality.EXCELLENT
    assert trips.report().missed == 4


def test_nothing_measured_is_nothing_known_though_pongs_are_missed() -> None:
    trips = RoundTrips()
    trips.missed_one()
    assert trips.report(3) == QualityReport(missed=1, disconnections=3)


def test_a_new_connection_forgets_the_round_trips_and_keeps_the_count() -> None:
    trips = RoundTrips()
    trips.measured(2.0)
    trips.missed_one()
    trips.opened()
    assert trips.report() == QualityReport(missed=1)
    trips.measured(0.01)
    assert (trips.report().quality, trips.report().mean) == (Quality.EXCELLENT, 0.01)


@given(st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=5)), min_size=1, max_size=60))
def test_it_judges_as_the_gateway_does(steps: list[float | None]) -> None:
    ours, theirs = RoundTrips(), ConnectionQuality()
    ours.measured(0.5)
    theirs.measured(0.5)
    for step in steps:
        if step is None:
            ours.missed_one()
            theirs.missed_one()
        else:
            ours.measured(step)
            theirs.measured(step)
    mine, other = ours.report(), theirs.summary()
    assert mine.latency is not None
    assert mine.mean is not None
    assert mine.jitter is not None
    assert round(mine.latency * 1000, 1) == other.latency_ms
    assert mine.mean * 1000 == pytest.approx(other.mean_ms, abs=0.06)
    assert mine.jitter * 1000 == pytest.approx(other.jitter_ms, abs=0.06)
    assert mine.missed == other.missed
