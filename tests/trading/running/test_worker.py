"""The worker from a row that waits to its result: what it tells, ends, takes up again and leaves behind."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.times import moment
from tests.conformance.rows import row
from tests.manual_clock import ManualClock
from tests.trading.market import MINUTE, START, gap_known, minutes_stored
from tests.trading.running.conftest import Desk
from tests.trading.running.obstacle import NAME, Obstacle, installed, is_alive
from tests.waiting import until
from trading.backtests.services import backtest_cancel, backtest_check, backtest_delete
from trading.engine.strategies.registry import installed_strategies
from trading.events import BacktestPhase
from trading.models import Backtest, BacktestResult
from trading.running.packing import unpacked, unpacked_sweep

HELD_UP: dict[str, Any] = {"strategy": NAME, "params": {}}


@pytest.fixture
def obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Obstacle]:
    """A strategy that waits at its start until the test lets it go on."""
    found = installed(tmp_path, monkeypatch)
    found.put()
    yield found
    installed_strategies.cache_clear()


async def cancel(backtest: Backtest) -> None:
    """Cancel a backtest as its user does."""
    await sync_to_async(backtest_cancel)(backtest=backtest, now=moment(SystemClock().now_ms()))


@row("CM-50")
async def test_it_runs_what_waits_and_stores_and_tells_what_came_of_it(desk: Desk) -> None:
    backtest = await desk.queue(minutes=300)
    await desk.work()
    await until(lambda: desk.states(backtest) == ["started", "completed"])
    row = await desk.row(backtest)
    assert (row.state, row.progress, row.reason) == ("completed", 1.0, "")
    result = unpacked(bytes((await BacktestResult.objects.aget(pk=backtest.pk)).data))
    assert (result.candles, result.is_partial, result.trials) == (300, False, 1)
    assert (result.equity.times[0], result.equity.times[-1]) == (START, START + 300 * MINUTE)
    assert result.metrics.trades >= 5
    assert row.metrics is not None
    assert row.metrics["trades"] == result.metrics.trades
    last = desk.progress(backtest)[-1]
    assert (last.phase, last.progress) == (BacktestPhase.RUN, Decimal(1))
    assert (last.current_date, last.owner) == ("2023-11-15", str(desk.user.pk))


async def test_two_runs_of_the_same_give_the_same_but_for_how_many_there_were(desk: Desk) -> None:
    backtests = [await desk.queue(), await desk.queue()]
    await desk.work()
    await until(lambda: all(desk.states(each)[-1:] == ["completed"] for each in backtests))
    hashes = [(await BacktestResult.objects.aget(pk=each.pk)).hash for each in backtests]
    assert hashes[0] == hashes[1] != ""


@row("CM-53")
async def test_it_ends_a_run_that_is_cancelled_and_keeps_what_it_has(desk: Desk, obstacle: Obstacle) -> None:
    obstacle.clear()
    await sync_to_async(minutes_stored)(400, 1800)
    backtest = await desk.queue(minutes=2000, strategy=NAME, params={"sleep_ms": 1})
    await desk.work()
    await until(lambda: any(told.phase is BacktestPhase.RUN for told in desk.progress(backtest)))
    await cancel(backtest)
    await until(lambda: desk.states(backtest) == ["started", "cancelled"])
    result = unpacked(bytes((await BacktestResult.objects.aget(pk=backtest.pk)).data))
    assert result.is_partial
    assert 0 < result.candles < 2000


async def test_it_ends_a_run_that_does_not_heed_it_and_one_that_has_not_begun(
    desk: Desk, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_CANCEL_SECONDS = 0.2
    settings.BACKTESTS_PROCESSES = 1
    deaf, waiting = await desk.queue(**HELD_UP), await desk.queue()
    await desk.work()
    pid = await obstacle.reached()
    await cancel(waiting)
    await until(lambda: desk.states(waiting) == ["cancelled"])
    await cancel(deaf)
    await until(lambda: desk.states(deaf) == ["started", "cancelled"])
    assert not is_alive(pid)
    assert not await BacktestResult.objects.aexists()


async def test_it_takes_up_a_run_whose_process_was_killed_and_says_when_that_was_too_often(
    desk: Desk, obstacle: Obstacle
) -> None:
    backtest = await desk.queue(**HELD_UP)
    await desk.work()
    await obstacle.kill()
    await obstacle.kill()
    await until(lambda: desk.states(backtest) == ["started", "started", "error"])
    assert (await desk.row(backtest)).reason == "The process that ran it was killed by SIGKILL, in 2 attempts"


async def test_it_tells_what_a_strategy_failed_by(desk: Desk, obstacle: Obstacle) -> None:
    obstacle.clear()
    backtest = await desk.queue(strategy=NAME, params={"fails": True})
    await desk.work()
    await until(lambda: desk.states(backtest) == ["started", "error"])
    assert (await desk.row(backtest)).reason == "obstacle: failed by ZeroDivisionError: by a hundred"


async def test_it_leaves_no_process_of_a_backtest_that_was_deleted(desk: Desk, obstacle: Obstacle) -> None:
    backtest = await desk.queue(**HELD_UP)
    await desk.work()
    pid = await obstacle.reached()
    await sync_to_async(backtest_delete)(backtest=backtest)
    await until(lambda: not is_alive(pid))
    assert not await Backtest.objects.aexists()


async def test_one_that_ends_gives_its_runs_back_and_the_next_holder_of_the_lease_runs_them(
    desk: Desk, obstacle: Obstacle, settings: Settings
) -> None:
    settings.TRADING_LEASE_RENEWAL_SECONDS = 0.05
    backtest = await desk.queue(**HELD_UP)
    first = await desk.work(epoch=None)
    pid = await obstacle.reached()
    await desk.work(epoch=None, holder="two")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert not is_alive(pid)
    obstacle.clear()
    await until(lambda: desk.states(backtest) == ["started", "started", "completed"])
    assert (await desk.row(backtest)).attempts == 1


async def test_what_a_killed_worker_left_running_is_run_anew_or_told_as_failed(desk: Desk) -> None:
    again, given_up = await desk.queue(), await desk.queue()
    left = {"state": "running", "claim": 7}
    await Backtest.objects.filter(pk=again.pk).aupdate(**left, attempts=1)
    await Backtest.objects.filter(pk=given_up.pk).aupdate(**left, attempts=2)
    await desk.work(epoch=8)
    await until(lambda: desk.states(again) == ["started", "completed"])
    await until(lambda: desk.states(given_up) == ["error"])
    assert (await desk.row(given_up)).reason == "The worker ended while it ran, 2 times"


async def test_it_serves_the_user_first_who_has_the_fewest_running(
    desk: Desk, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 2
    other = await get_user_model().objects.acreate(username="other", email="other@example.com")
    first, second, third = [await desk.queue(**HELD_UP) for _ in range(3)]
    late = await desk.queue(user=other, **HELD_UP)
    await desk.work()
    await until(lambda: desk.states(first) == ["started"] and desk.states(late) == ["started"])
    assert desk.states(second) == desk.states(third) == []
    obstacle.clear()
    await until(lambda: all(desk.states(each)[-1:] == ["completed"] for each in (first, second, third, late)))


async def test_it_makes_the_checks_of_a_run_in_full_when_asked(desk: Desk) -> None:
    backtest = await desk.queue()
    await desk.work()
    await until(lambda: desk.states(backtest) == ["started", "completed"])
    before = await BacktestResult.objects.aget(pk=backtest.pk)
    assert not unpacked(bytes(before.data)).checks.is_full
    await sync_to_async(backtest_check)(backtest=backtest)
    await desk.checked(backtest)
    after = await BacktestResult.objects.aget(pk=backtest.pk)
    result = unpacked(bytes(after.data))
    assert (result.checks.is_full, result.checks.failed) == (True, ())
    assert msgspec.structs.replace(result, checks=unpacked(bytes(before.data)).checks) == unpacked(bytes(before.data))


SWEEP = {"parameters": {"fast": [3, 5, 20], "slow": [10, 15]}, "params": {"kind": "ema"}}


async def test_it_runs_a_sweep_in_several_processes(desk: Desk, settings: Settings) -> None:
    settings.BACKTESTS_PROCESSES = 1  # one after another: two batches, and what both come to
    sweep = await desk.queue(sweep=SWEEP)
    assert sweep.runs == 4  # two of the six have no fast average that is faster
    await desk.work()
    await until(lambda: desk.states(sweep) == ["started", "completed"])
    result = unpacked_sweep(bytes((await BacktestResult.objects.aget(pk=sweep.pk)).data))
    assert ([cell.number for cell in result.cells], result.left_out, result.trials) == ([0, 1, 2, 3], 2, 4)
    assert not result.is_partial
    assert {told.phase for told in desk.progress(sweep)} >= {BacktestPhase.RUN}
    row = await desk.row(sweep)
    assert row.metrics is not None


async def test_a_sweep_that_is_cancelled_keeps_the_runs_that_are_done(
    desk: Desk, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 1
    obstacle.clear()
    sweep = await desk.queue(strategy=NAME, params={}, minutes=100, sweep={"parameters": {"sleep_ms": [1, 2, 3, 4, 5]}})
    await desk.work()
    await until(lambda: any(told.phase is BacktestPhase.RUN for told in desk.progress(sweep)))
    await cancel(sweep)
    await until(lambda: desk.states(sweep) == ["started", "cancelled"])
    result = unpacked_sweep(bytes((await BacktestResult.objects.aget(pk=sweep.pk)).data))
    assert result.is_partial
    assert 1 <= len(result.cells) < 5


async def test_a_range_without_candles_is_told(desk: Desk) -> None:
    backtest = await desk.queue()
    await Backtest.objects.filter(pk=backtest.pk).aupdate(start=0, end=2 * MINUTE)
    await sync_to_async(gap_known)(0, MINUTE)
    await desk.work()
    await until(lambda: desk.states(backtest)[-1:] == ["error"])
    said = "The exchange has no candles of BTCUSDT 1m in this range."
    assert (await desk.row(backtest)).reason == said


async def test_what_has_not_closed_yet_is_no_gap(desk: Desk) -> None:
    backtest = await desk.queue(minutes=300)
    await desk.work(clock=ManualClock(START + 100 * MINUTE + 30_000))
    await until(lambda: desk.states(backtest)[-1:] == ["completed"])
    result = unpacked(bytes((await BacktestResult.objects.aget(pk=backtest.pk)).data))
    assert (result.candles, result.checks.data_gaps.missing) == (100, 0)


async def test_one_that_waits_for_a_process_of_a_sweep_can_be_cancelled(
    desk: Desk, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 1
    sweep = await desk.queue(strategy=NAME, params={}, sweep={"parameters": {"sleep_ms": [1, 2]}})
    await desk.work()
    await obstacle.reached()
    waiting = await desk.queue()
    await until(lambda: desk.states(waiting) == ["started"])
    await cancel(waiting)
    await until(lambda: desk.states(waiting) == ["started", "cancelled"])
    assert desk.states(sweep) == ["started"]


async def test_a_run_has_its_turn_between_two_batches_of_a_sweep(
    desk: Desk, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 1
    other = await get_user_model().objects.acreate(username="other", email="other@example.com")
    sweep = await desk.queue(strategy=NAME, params={}, minutes=50, sweep={"parameters": {"sleep_ms": [8, 1, 9, 2]}})
    await desk.work()
    await obstacle.reached()  # it holds the only process
    run = await desk.queue(user=other)
    await until(lambda: desk.states(run) == ["started"])
    obstacle.clear()
    await until(lambda: desk.states(run) == ["started", "completed"])
    assert desk.progress(sweep)[-1].progress < 1
    await until(lambda: desk.states(sweep) == ["started", "completed"])
