"""Round trips, their mean and jitter, and the quality made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.connections.quality import WINDOW, ConnectionQuality, Quality, QualitySummary


def quality_of(*round_trips: float) -> ConnectionQuality:
    """Return the quality of a connection with such round trips, in seconds."""
    quality = ConnectionQuality()
    for seconds in round_trips:
        quality.measured(seconds)
    return quality


def test_it_knows_nothing_before_the_first_measurement() -> None:
    quality = ConnectionQuality()
    quality.pinged(1.0)
    quality.missed_one()
    assert quality.summary() == QualitySummary(latency_ms=None, mean_ms=None, jitter_ms=None, missed=None, quality=None)


def test_it_tells_last_mean_and_jitter_in_milliseconds() -> None:
    summary = quality_of(0.010, 0.030, 0.020).summary()
    assert summary == QualitySummary(latency_ms=20.0, mean_ms=20.0, jitter_ms=15.0, missed=0, quality=Quality.EXCELLENT)


def test_it_rounds_to_a_tenth() -> None:
    summary = quality_of(0.012_34, 0.098_78).summary()
    assert (summary.latency_ms, summary.mean_ms, summary.jitter_ms) == (98.8, 55.6, 86.4)


def test_it_has_no_jitter_after_one_round_trip() -> None:
    assert quality_of(0.5).summary().jitter_ms == 0.0


def test_it_measures_from_a_ping_to_its_answer() -> None:
    quality = ConnectionQuality()
    quality.pinged(100.0)
    quality.answered(100.25)
    assert quality.summary().latency_ms == 250.0


def test_it_ignores_answers_that_nobody_asked_for() -> None:
    quality = ConnectionQuality()
    quality.answered(5.0)
    assert quality.summary().latency_ms is None
    quality.pinged(100.0)
    quality.answered(100.1)
    quality.answered(109.0)
    assert quality.summary().latency_ms == 100.0


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (0.0, "excellent"),
        (99.9, "excellent"),
        (100.0, "good"),
        (299.9, "good"),
        (300.0, "fair"),
        (999.9, "fair"),
        (1000.0, "poor"),
        (60_000.0, "poor"),
    ],
)
def test_it_judges_by_the_last_round_trip(milliseconds: float, expected: str) -> None:
    assert quality_of(5.0, milliseconds / 1000).summary().quality == expected


def test_it_is_one_lower_for_each_missed_answer_but_never_below_poor() -> None:
    quality = quality_of(0.05)
    seen = []
    for _ in range(5):
        quality.missed_one()
        seen.append(quality.summary().quality)
    assert seen == ["good", "fair", "poor", "poor", "poor"]


def test_it_recovers_with_the_next_answer_and_still_counts_what_was_missed() -> None:
    quality = quality_of(0.05)
    quality.missed_one()
    quality.measured(0.05)
    summary = quality.summary()
    assert (summary.quality, summary.missed) == (Quality.EXCELLENT, 1)


def test_it_forgets_round_trips_beyond_its_window() -> None:
    quality = quality_of(9.0, *[0.05] * WINDOW)
    summary = quality.summary()
    assert (summary.mean_ms, summary.jitter_ms) == (50.0, 0.0)


@given(st.lists(st.floats(-1, 1e6), min_size=1, max_size=60))
def test_it_tells_a_mean_within_what_was_measured(round_trips: list[float]) -> None:
    summary = quality_of(*round_trips).summary()
    window = [max(0.0, seconds) * 1000 for seconds in round_trips[-WINDOW:]]
    assert summary.mean_ms is not None
    assert min(window) - 0.1 <= summary.mean_ms <= max(window) + 0.1
    assert summary.jitter_ms is not None
    assert 0 <= summary.jitter_ms <= max(window) - min(window) + 0.1
