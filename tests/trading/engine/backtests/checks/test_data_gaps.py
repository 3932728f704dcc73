"""Data gaps, and the fills that depended on the path within a candle."""

from itertools import islice

import numpy as np
import pytest
from msgspec.structs import replace

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_times
from tests.trading.engine.backtests.results.series import START, HandMadeRun, plan_of, random_walk
from tests.trading.engine.instruments import BTC
from trading.engine.backtests.checks.data_gaps import data_gaps
from trading.engine.backtests.checks.path_dependence import path_dependence
from trading.engine.backtests.checks.report import MOST_GAPS, DataGapsReport, Gap, Verdict
from trading.engine.backtests.series import COLUMNS, CandleSeries

_HOUR = 3_600_000


def _kept(candles: CandleSeries, keep: list[int]) -> CandleSeries:
    return CandleSeries(candles.instrument, candles.interval, *(getattr(candles, name)[keep] for name in COLUMNS))


def _gaps(keep: list[int], count: int = 100) -> DataGapsReport:
    candles = random_walk(1, count=count)
    return data_gaps(plan_of(candles), _kept(candles, keep))


def test_it_finds_none_where_all_candles_are_there() -> None:
    found = _gaps(list(range(100)))
    assert (found.verdict, found.candles, found.missing, found.share) == (Verdict.PASSED, 100, 0, 0.0)


def test_it_tells_of_gaps_at_the_start_between_and_at_the_end() -> None:
    found = _gaps([*range(2, 50), *range(53, 99)])
    assert found.gaps == (
        Gap(start=START, end=START + 2 * _HOUR, candles=2),
        Gap(start=START + 50 * _HOUR, end=START + 53 * _HOUR, candles=3),
        Gap(start=START + 99 * _HOUR, end=START + 100 * _HOUR, candles=1),
    )
    assert (found.verdict, found.missing, found.gap_count) == (Verdict.FAILED, 6, 3)
    assert found.share == pytest.approx(0.06)


def test_it_counts_all_gaps_and_tells_the_first() -> None:
    found = _gaps(list(range(0, 1000, 2)), count=1000)
    assert (found.gap_count, found.missing, len(found.gaps)) == (500, 500, MOST_GAPS)


def test_it_takes_a_range_without_candles_for_one_gap() -> None:
    found = _gaps([])
    assert (found.gap_count, found.missing) == (1, 100)


def test_it_counts_only_whole_candles_of_a_range_that_begins_within_one() -> None:
    candles = random_walk(1, count=10)
    plan = replace(plan_of(candles), start=START + 1, end=START + 9 * _HOUR + 1)
    assert data_gaps(plan, candles).missing == 0
    assert data_gaps(plan, candles).candles == 9


@pytest.mark.parametrize("months", [3, 14])
def test_it_counts_months_as_they_are_long(months: int) -> None:
    starts = np.arange(np.datetime64("2024-01"), np.datetime64("2024-01") + months).astype("datetime64[ms]")
    day = random_walk(1, count=months)
    candles = CandleSeries(
        day.instrument, Interval.MONTH_1, starts.astype(np.int64), *(getattr(day, name) for name in COLUMNS[1:])
    )
    assert data_gaps(plan_of(candles), candles).missing == 0
    assert data_gaps(plan_of(candles), _kept(candles, [0, *range(2, months)])).missing == 1


@pytest.mark.parametrize("interval", Interval)
def test_it_counts_each_of_the_missing_candles_of_any_length(interval: Interval) -> None:
    opens = list(islice(open_times(interval, START, START + 365 * 200 * 24 * _HOUR), 100))
    candles = CandleSeries.of_rows(BTC, interval, [(time, 100, 100, 100, 100, 1) for time in opens])
    plan = plan_of(candles)
    for gap in (1, 2, 7, 95):
        found = data_gaps(plan, _kept(candles, [0, 1, *range(2 + gap, 100)]))
        assert [each.candles for each in found.gaps] == [gap]
    whole = data_gaps(plan, _kept(candles, []))
    assert (whole.missing, whole.gap_count) == (100, 1)


@pytest.mark.parametrize("interval", Interval)
def test_candles_end_when_the_next_ones_open(interval: Interval) -> None:
    opens = list(islice(open_times(interval, START, START + 200 * 24 * _HOUR), 3))
    rows = [(time, 100, 100, 100, 100, 1) for time in opens]
    ends = CandleSeries.of_rows(BTC, interval, rows).next_open_times().tolist()
    assert ends == [*opens[1:], next_open_time(interval, opens[-1])]


@pytest.mark.parametrize(("dependent", "verdict"), [(0, Verdict.PASSED), (1, Verdict.PASSED), (2, Verdict.FAILED)])
def test_it_doubts_a_run_where_a_tenth_of_the_fills_depended_on_the_path(dependent: int, verdict: Verdict) -> None:
    run = HandMadeRun(random_walk(1, count=200)).trade_by_chance(1, trades=10)
    found = path_dependence(run.outcome(path_dependent_fills=dependent))
    assert (found.verdict, found.fills, found.share) == (verdict, 20, dependent / 20)


def test_it_checks_no_path_where_nothing_was_executed() -> None:
    assert path_dependence(HandMadeRun(random_walk(1, count=200)).outcome()).verdict is Verdict.NOT_CHECKED
