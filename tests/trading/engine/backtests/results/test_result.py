"""A whole result: complete, small, read back as it was, and the same bytes wherever it is made."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from streaming.events import Interval
from tests.trading.engine.backtests.results.series import (
    STRATEGIES,
    HandMadeRun,
    hashes_of_results,
    made,
    plan_of,
    random_walk,
)
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.results.result_builder import result_of
from trading.engine.backtests.results.view import MOST_ROWS, view_of
from trading.engine.backtests.runner import run

_ROOT = Path(__file__).resolve().parents[5]
_PROGRAM = """
from tests.trading.engine.backtests.results.series import hashes_of_results
print(*hashes_of_results())
"""


def test_it_is_read_back_as_it_was() -> None:
    result = made()
    data = msgspec.msgpack.encode(result)
    assert msgspec.msgpack.decode(data, type=BacktestResult) == result


def test_it_has_the_same_bytes_in_a_process_that_hashes_differently() -> None:
    environment = {"PYTHONHASHSEED": "1", "PYTHONPATH": str(_ROOT)}
    there = subprocess.check_output(
        [sys.executable, "-c", _PROGRAM], cwd=_ROOT, env=environment, text=True, timeout=240
    )
    here = hashes_of_results()
    assert len(set(here)) == 3
    assert there.split() == here


def test_it_says_of_a_run_by_chance_that_it_is_no_better_the_more_were_tried() -> None:
    once, often = made(trials=1), made(trials=1000)
    assert once.deflated_sharpe is not None
    assert often.deflated_sharpe is not None
    assert 0 <= often.deflated_sharpe < once.deflated_sharpe <= 1
    assert once.metrics == often.metrics


def test_its_intervals_hold_what_came_of_it() -> None:
    result = made()
    assert result.intervals.total_return is not None
    assert result.intervals.total_return[0] < result.metrics.total_return < result.intervals.total_return[1]


def test_it_tells_of_a_run_that_was_stopped() -> None:
    run = HandMadeRun(random_walk(9, count=3000))
    run.buy(10, 1_000_000)
    result = result_of(
        run.plan, run.candles, run.outcome(candles_done=1000, is_partial=True), strategies=STRATEGIES, trials=1
    )
    assert (result.is_partial, result.candles) == (True, 1000)
    assert result.equity.times[-1] == run.candles.open_time[1000]


def test_it_is_made_of_a_range_without_candles() -> None:
    candles = random_walk(9, count=10)
    plan = replace(plan_of(candles, strategy="ma_cross"), start=int(candles.open_time[-1]) + 1)
    result = result_of(plan, candles, run(plan, candles), trials=1)
    assert (result.candles, result.metrics.final_equity, result.monthly) == (0, plan.initial_capital, ())
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=BacktestResult) == result


@pytest.mark.parametrize("done", [0, 1])
def test_it_is_made_of_a_run_that_was_stopped_at_once(done: int) -> None:
    run = HandMadeRun(random_walk(9, count=100))
    result = result_of(
        run.plan, run.candles, run.outcome(candles_done=done, is_partial=True), strategies=STRATEGIES, trials=1
    )
    assert result.metrics.total_return == 0
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=BacktestResult) == result


def test_it_shows_the_newest_rows_and_counts_all() -> None:
    result = made()
    view = view_of(result, most_rows=30)
    assert (len(view.trades), view.trade_count, len(view.fills), view.fill_count) == (30, 100, 30, 200)
    assert (view.trades[-1].number, view.fills[-1].number) == (100, 200)
    assert len(view_of(result).trades) == 100 <= MOST_ROWS
    assert view.hash == result.fingerprint.hash


def test_its_size_does_not_grow_with_its_candles() -> None:
    runs = [HandMadeRun(random_walk(9, count=count, interval=Interval.MINUTE_1)) for count in (4_000, 40_000)]
    for each in runs:
        each.buy(1, 1_000_000)
    sizes = [
        len(msgspec.msgpack.encode(result_of(each.plan, each.candles, each.outcome(), strategies=STRATEGIES, trials=1)))
        for each in runs
    ]
    assert max(sizes) < 100_000
