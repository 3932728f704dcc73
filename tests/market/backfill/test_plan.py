"""What is fetched from where."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval
from streaming.events.intervals import open_times
from streaming.market.backfill.archive_files import ArchiveFile, Period
from streaming.market.backfill.plan import ArchiveStep, CandleOrigin, RestStep, Step, plan_of
from streaming.market.candle_ranges import CandleRange, candles_between, merged_ranges


def ms(text: str) -> int:
    """Return a time of UTC in ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = ms("2024-06-20T12:00")


def between(interval: Interval, start: str, end: str) -> CandleRange:
    """Return the candles that open from `start` to before `end`."""
    found = candles_between(interval, ms(start), ms(end) - 1)
    assert found is not None
    return found


def plan(interval: Interval, *missing: CandleRange, origin: CandleOrigin = CandleOrigin.AUTO) -> list[Step]:
    """Return the plan at `NOW`."""
    return plan_of(missing, symbol="BTCUSDT", interval=interval, origin=origin, now_ms=NOW)


def files(steps: list[Step]) -> list[str]:
    """Return the names of the files, `REST` for what comes by REST."""
    return [step.file.name if isinstance(step, ArchiveStep) else "REST" for step in steps]


class TestFiles:
    """Where a file of the archive is, and since when."""

    def test_its_path_is_the_archives(self) -> None:
        day = ArchiveFile("BTCUSDT", Interval.MINUTE_1, Period.DAY, ms("2024-02-29"))
        assert day.path == "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02-29.zip"
        month = ArchiveFile("币安USDT", Interval.MONTH_1, Period.MONTH, ms("2024-02-01"))
        assert month.path == (
            "/data/spot/monthly/klines/%E5%B8%81%E5%AE%89USDT/1mo/%E5%B8%81%E5%AE%89USDT-1mo-2024-02.zip"
        )

    @pytest.mark.parametrize(
        ("period", "start", "published"),
        [
            (Period.DAY, "2024-06-17", "2024-06-20"),
            (Period.MONTH, "2024-05-01", "2024-06-05"),  # 3 June 2024 was a Monday
            (Period.MONTH, "2024-06-01", "2024-07-03"),  # the 1st was one
            (Period.MONTH, "2024-09-01", "2024-10-09"),  # the 1st was a Tuesday
        ],
    )
    def test_it_is_trusted_two_days_after_it_should_be_there(self, period: Period, start: str, published: str) -> None:
        file = ArchiveFile("BTCUSDT", Interval.MINUTE_1, period, ms(start))
        assert file.is_published(ms(published))
        assert not file.is_published(ms(published) - 1)


class TestPlan:
    """Which source each part comes from."""

    def test_whole_months_come_by_month_others_by_day_and_the_newest_by_rest(self) -> None:
        steps = plan(Interval.MINUTE_1, between(Interval.MINUTE_1, "2024-03-30", "2024-06-20T11:00"))
        assert files(steps) == [
            "BTCUSDT-1m-2024-03-30", "BTCUSDT-1m-2024-03-31", "BTCUSDT-1m-2024-04", "BTCUSDT-1m-2024-05",
            *(f"BTCUSDT-1m-2024-06-{day:02}" for day in range(1, 18)), "REST",
        ]  # fmt: skip
        assert steps[-1] == RestStep((between(Interval.MINUTE_1, "2024-06-18", "2024-06-20T11:00"),))

    def test_seconds_come_by_day_only(self) -> None:
        steps = plan(Interval.SECOND_1, between(Interval.SECOND_1, "2024-02-01", "2024-03-01"))
        assert files(steps) == [f"BTCUSDT-1s-2024-02-{day:02}" for day in range(1, 30)]

    def test_what_one_page_holds_comes_by_rest(self) -> None:
        hole = between(Interval.MINUTE_1, "2024-01-10T03:00", "2024-01-10T19:00")
        assert plan(Interval.MINUTE_1, hole) == [RestStep((hole,))]
        year = between(Interval.HOUR_1, "2023-01-01", "2024-01-01")
        assert plan(Interval.HOUR_1, year) == [RestStep((year,))]

    def test_one_file_serves_all_holes_of_its_day(self) -> None:
        holes = [
            between(Interval.MINUTE_1, "2024-01-10T03:00", "2024-01-10T04:00"),
            between(Interval.MINUTE_1, "2024-01-10T08:00", "2024-01-10T09:00"),
        ]
        (step,) = plan(Interval.MINUTE_1, *holes)
        assert isinstance(step, ArchiveStep)
        assert (step.file.name, step.ranges) == ("BTCUSDT-1m-2024-01-10", tuple(holes))

    def test_a_month_that_is_not_published_comes_by_day(self) -> None:
        steps = plan_of(
            [between(Interval.MINUTE_1, "2024-05-01", "2024-06-01")],
            symbol="X", interval=Interval.MINUTE_1, origin=CandleOrigin.AUTO, now_ms=ms("2024-06-04"),
        )  # fmt: skip
        assert files(steps) == [f"X-1m-2024-05-{day:02}" for day in range(1, 32)]

    def test_longer_candles_than_a_day_have_monthly_files_alone(self) -> None:
        weeks = between(Interval.WEEK_1, "2024-01-10", "2024-03-01")
        steps = plan(Interval.WEEK_1, weeks, origin=CandleOrigin.ARCHIVE)
        assert files(steps) == ["BTCUSDT-1w-2024-01", "BTCUSDT-1w-2024-02"]

    def test_with_rest_alone_no_file_is_fetched_and_with_the_archive_alone_nothing_by_rest(self) -> None:
        candles = between(Interval.MINUTE_1, "2024-05-01", "2024-06-20T11:00")
        assert plan(Interval.MINUTE_1, candles, origin=CandleOrigin.REST) == [RestStep((candles,))]
        assert "REST" not in files(plan(Interval.MINUTE_1, candles, origin=CandleOrigin.ARCHIVE))


INTERVALS = st.sampled_from(list(Interval))
LENGTHS = {Interval.SECOND_1: 90_000, Interval.MINUTE_1: 70_000}


@st.composite
def gaps(draw: st.DrawFn) -> tuple[Interval, list[CandleRange]]:
    """Return an interval and some stretches of it that don't touch."""
    interval = draw(INTERVALS)
    first = draw(st.integers(ms("2023-10-25"), NOW - 86_400_000))
    last = draw(st.integers(first, min(NOW, first + LENGTHS.get(interval, 200_000) * 1000)))
    if interval not in LENGTHS:
        last = NOW
    times = list(open_times(interval, first, last))[:100_000]
    cuts = sorted(draw(st.sets(st.integers(0, max(0, len(times) - 1)), max_size=12)))
    return interval, [
        CandleRange(times[begin], times[end - 1])
        for number, (begin, end) in enumerate(pairwise(cuts))
        if number % 2 == 0 and begin < end
    ]


@given(gaps(), st.sampled_from(CandleOrigin))
def test_it_fetches_exactly_what_is_missing_each_candle_once(
    missing: tuple[Interval, list[CandleRange]], origin: CandleOrigin
) -> None:
    interval, ranges = missing
    steps = plan(interval, *ranges, origin=origin)
    fetched = sorted(candles for step in steps for candles in step.ranges)
    assert all(one.end < other.start for one, other in pairwise(fetched))
    if origin is CandleOrigin.ARCHIVE:
        assert all(any(gap.start <= one.start and one.end <= gap.end for gap in ranges) for one in fetched)
    else:
        assert merged_ranges(interval, fetched) == merged_ranges(interval, ranges)
    for step in steps:
        if isinstance(step, ArchiveStep):
            assert step.file.start <= step.ranges[0].start
            assert step.ranges[-1].end < step.file.end
            assert step.file.is_published(NOW)
