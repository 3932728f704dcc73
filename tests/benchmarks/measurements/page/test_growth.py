"""The trend of what is sampled, by cases that are worked out by hand."""

import pytest

from benchmarks.measurements.page.growth import growth

MINUTES = [60.0 * minute for minute in range(20)]


def test_it_tells_the_line_that_the_samples_lie_on() -> None:
    found = growth(MINUTES, [1000 + minute for minute in range(20)], warm_up=0)
    assert (found.first, found.start, found.end) == (1000, 1000, 1019)
    assert found.an_hour == 60
    assert found.percent_an_hour == pytest.approx(100 * 60 / 1009.5, abs=0.001)
    assert found.error_percent == 0
    assert found.is_flat is False


def test_it_leaves_out_the_time_in_which_the_page_warms_up() -> None:
    found = growth(MINUTES, [10, 500, *[1000] * 18], warm_up=120)
    assert (found.first, found.start, found.end, found.an_hour) == (10, 1000, 1000, 0)
    assert found.is_flat


def test_two_samples_make_no_trend() -> None:
    with pytest.raises(ValueError, match="2 samples came after 1080 s; a trend needs 3"):
        growth(MINUTES, [1000] * 20, warm_up=1080)


@pytest.mark.parametrize(("swing", "is_flat"), [(1, True), (30, None)])
def test_what_swings_without_a_trend_is_flat_where_its_error_is_small_enough_to_tell(
    swing: float, is_flat: bool | None
) -> None:
    values = [10_000 + swing * (0, 3, 3, 0)[minute % 4] for minute in range(20)]
    found = growth(MINUTES, values, warm_up=0)
    assert abs(found.percent_an_hour) < found.error_percent
    assert found.is_flat is is_flat


def test_what_shrinks_is_flat() -> None:
    assert growth(MINUTES, [1000 - minute for minute in range(20)], warm_up=0).is_flat


def test_what_levels_off_does_not_grow_by_its_last_third() -> None:
    found = growth(MINUTES, [min(1000 + 10 * minute, 1130) for minute in range(20)], warm_up=0)
    assert (found.an_hour > 100, found.last_third_an_hour) == (True, 0)
