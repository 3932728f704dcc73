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
from streaming.layer.groups import worker_group
from streaming.market.models import Symbol
from streaming.times import moment
from streaming.tracing.correlation import correlated
from streaming.tracing.origin import origin_now
from streaming.tracing.spans import span
from streaming.workers.declared_figures import FigureSource, FigureValue
from streaming.workers.wake_ups import WAKE_MESSAGE
from tests.conformance.rows import row
from tests.manual_clock import ManualClock
from tests.metric_values import counted
from tests.streaming.tracing.recorded_spans import recorded_spans
from tests.trading.market import MINUTE, START, gap_known, minutes_stored
from tests.trading.running.conftest import BacktestRig
from tests.trading.running.obstacle import NAME, Obstacle, installed, is_alive
from tests.waiting import until, until_asked
from trading.backtests.services import backtest_cancel, backtest_check, backtest_delete
from trading.declared_workers import TRADING_FIGURES, TRADING_WORKER
from trading.engine.strategies.registry import installed_strategies
from trading.events import BacktestPhase
from trading.metrics import BACKTESTS_ENDED
from trading.models import Backtest, BacktestResult
from trading.running.packing import unpacked, unpacked_sweep
from trading.running.queue import backtests_take_over

HELD_UP: dict[str, Any] = {"strategy": NAME, "params": {}}


@pytest.fixture
def obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Obstacle]:
    """A strategy that waits at its start until the test lets it go on."""
    found = installed(tmp_path, monkeypatch)
    found.put()
    yield found
    installed_strategies.cache_clear()


async def test_a_backtest_is_run_on_behalf_of_whoever_has_asked_for_it(rig: BacktestRig) -> None:
    with correlated("shop-7"):
        backtest = await rig.queue(minutes=30)
    with recorded_spans() as spans:
        await rig.work()
        await until(lambda: spans.named("backtest"))
    assert spans.only("backtest").attributes == {
        "tidewire.correlation_id": "shop-7",
        "tidewire.backtest": backtest.pk,
    }


async def cancel(backtest: Backtest) -> None:
    """Cancel a backtest as its user does."""
    await sync_to_async(backtest_cancel)(backtest=backtest, now=moment(SystemClock().now_ms()))


@row("CM-50")
async def test_it_runs_what_waits_and_stores_and_tells_what_came_of_it(rig: BacktestRig) -> None:
    backtest, completed = await rig.queue(minutes=300), counted(BACKTESTS_ENDED, "completed")
    await rig.work()
    await until(lambda: rig.states(backtest) == ["started", "completed"])
    assert counted(BACKTESTS_ENDED, "completed") == completed + 1
    row = await rig.row(backtest)
    assert (row.state, row.progress, row.reason) == ("completed", 1.0, "")
    result = unpacked(bytes((await BacktestResult.objects.aget(pk=backtest.pk)).data))
    assert (result.candles, result.is_partial, result.trials) == (300, False, 1)
    assert (result.equity.times[0], result.equity.times[-1]) == (START, START + 300 * MINUTE)
    assert result.metrics.trades >= 5
    assert row.metrics is not None
    assert row.metrics["trades"] == result.metrics.trades
    last = rig.progress(backtest)[-1]
    assert (last.phase, last.progress) == (BacktestPhase.RUN, Decimal(1))
    assert (last.current_date, last.owner) == ("2023-11-15", str(rig.user.pk))


async def test_two_runs_of_the_same_give_the_same_but_for_how_many_there_were(rig: BacktestRig) -> None:
    backtests = [await rig.queue(), await rig.queue()]
    await rig.work()
    await until(lambda: all(rig.states(each)[-1:] == ["completed"] for each in backtests))
    hashes = [(await BacktestResult.objects.aget(pk=each.pk)).hash for each in backtests]
    assert hashes[0] == hashes[1] != ""


class FaultyClock(SystemClock):
    """Has no memory left for the time of day, as long as it `fails`; `failures` counts how often."""

    fails, failures = False, 0

    def now_ms(self) -> int:
        """Return the time."""
        if self.fails:
            self.failures += 1
            raise MemoryError
        return super().now_ms()


async def test_a_fault_of_another_s_making_ends_neither_the_worker_nor_its_loops(rig: BacktestRig) -> None:
    clock = FaultyClock()
    worker = await rig.work(clock=clock)
    first = await rig.queue()
    await until(lambda: rig.states(first)[-1:] == ["completed"])
    clock.fails = True
    await until(lambda: clock.failures > 2)
    clock.fails = False
    second = await rig.queue()
    await until(lambda: rig.states(second)[-1:] == ["completed"])
    assert not worker.done()


async def test_what_is_claimed_and_run_by_nobody_is_queued_anew(rig: BacktestRig) -> None:
    backtest = await rig.queue()
    await Backtest.objects.aupdate(state="running", claim=1, attempts=1)
    now, take_over = moment(SystemClock().now_ms()), sync_to_async(backtests_take_over)
    assert await take_over(claim=1, held=[backtest.pk], now=now) == 0
    assert await take_over(claim=1, now=now) == 1
    assert (await rig.row(backtest)).state == "created"


@row("CM-53")
async def test_it_ends_a_run_that_is_cancelled_and_keeps_what_it_has(rig: BacktestRig, obstacle: Obstacle) -> None:
    obstacle.clear()
    await sync_to_async(minutes_stored)(400, 1800)
    backtest = await rig.queue(minutes=2000, strategy=NAME, params={"sleep_ms": 1})
    await rig.work()
    await until(lambda: any(told.phase is BacktestPhase.RUN for told in rig.progress(backtest)))
    await cancel(backtest)
    await until(lambda: rig.states(backtest) == ["started", "cancelled"])
    result = unpacked(bytes((await BacktestResult.objects.aget(pk=backtest.pk)).data))
    assert result.is_partial
    assert 0 < result.candles < 2000


async def test_it_ends_a_run_that_does_not_heed_it_and_one_that_has_not_begun(
    rig: BacktestRig, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_CANCEL_SECONDS = 0.2
    settings.BACKTESTS_PROCESSES = 1
    deaf, waiting = await rig.queue(**HELD_UP), await rig.queue()
    await rig.work()
    pid = await obstacle.reached()
    await cancel(waiting)
    await until(lambda: rig.states(waiting) == ["cancelled"])
    await cancel(deaf)
    await until(lambda: rig.states(deaf) == ["started", "cancelled"])
    assert not is_alive(pid)
    assert not await BacktestResult.objects.aexists()


async def test_it_takes_up_a_run_whose_process_was_killed_and_says_when_that_was_too_often(
    rig: BacktestRig, obstacle: Obstacle
) -> None:
    backtest = await rig.queue(**HELD_UP)
    await rig.work()
    await obstacle.kill()
    await obstacle.kill()
    await until(lambda: rig.states(backtest) == ["started", "started", "error"])
    assert (await rig.row(backtest)).reason == "The process that ran it was killed by SIGKILL, in 2 attempts"


async def test_it_tells_what_a_strategy_failed_by(rig: BacktestRig, obstacle: Obstacle) -> None:
    obstacle.clear()
    backtest = await rig.queue(strategy=NAME, params={"fails": True})
    await rig.work()
    await until(lambda: rig.states(backtest) == ["started", "error"])
    assert (await rig.row(backtest)).reason == "obstacle: failed by ZeroDivisionError: by a hundred"


async def test_it_leaves_no_process_of_a_backtest_that_was_deleted(rig: BacktestRig, obstacle: Obstacle) -> None:
    backtest = await rig.queue(**HELD_UP)
    await rig.work()
    pid = await obstacle.reached()
    await sync_to_async(backtest_delete)(backtest=backtest)
    await until(lambda: not is_alive(pid))
    assert not await Backtest.objects.aexists()


async def test_one_that_ends_gives_its_runs_back_and_the_next_holder_of_the_lease_runs_them(
    rig: BacktestRig, obstacle: Obstacle, settings: Settings
) -> None:
    settings.TRADING_LEASE_RENEWAL_SECONDS = 0.05
    backtest = await rig.queue(**HELD_UP)
    first = await rig.work(epoch=None)
    pid = await obstacle.reached()
    await rig.work(epoch=None, holder="two")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert not is_alive(pid)
    obstacle.clear()
    await until(lambda: rig.states(backtest) == ["started", "started", "completed"])
    assert (await rig.row(backtest)).attempts == 1


async def test_what_a_killed_worker_left_running_is_run_anew_or_told_as_failed(rig: BacktestRig) -> None:
    again, given_up = await rig.queue(), await rig.queue()
    left = {"state": "running", "claim": 7}
    await Backtest.objects.filter(pk=again.pk).aupdate(**left, attempts=1)
    await Backtest.objects.filter(pk=given_up.pk).aupdate(**left, attempts=2)
    await rig.work(epoch=8)
    await until(lambda: rig.states(again) == ["started", "completed"])
    await until(lambda: rig.states(given_up) == ["error"])
    assert (await rig.row(given_up)).reason == "The worker ended while it ran, 2 times"


async def test_it_serves_the_user_first_who_has_the_fewest_running(
    rig: BacktestRig, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 2
    other = await get_user_model().objects.acreate(username="other", email="other@example.com")
    first, second, third = [await rig.queue(**HELD_UP) for _ in range(3)]
    late = await rig.queue(user=other, **HELD_UP)
    await rig.work()
    await until(lambda: rig.states(first) == ["started"] and rig.states(late) == ["started"])
    assert rig.states(second) == rig.states(third) == []
    obstacle.clear()
    await until(lambda: all(rig.states(each)[-1:] == ["completed"] for each in (first, second, third, late)))


async def test_it_makes_the_checks_of_a_run_in_full_when_asked(rig: BacktestRig) -> None:
    backtest = await rig.queue()
    await rig.work()
    await until(lambda: rig.states(backtest) == ["started", "completed"])
    before = await BacktestResult.objects.aget(pk=backtest.pk)
    assert not unpacked(bytes(before.data)).checks.is_full
    await sync_to_async(backtest_check)(backtest=backtest)
    await rig.checked(backtest)
    after = await BacktestResult.objects.aget(pk=backtest.pk)
    result = unpacked(bytes(after.data))
    assert (result.checks.is_full, result.checks.failed) == (True, ())
    assert msgspec.structs.replace(result, checks=unpacked(bytes(before.data)).checks) == unpacked(bytes(before.data))


SWEEP = {"parameters": {"fast": [3, 5, 20], "slow": [10, 15]}, "params": {"kind": "ema"}}


async def test_it_runs_a_sweep_in_several_processes(rig: BacktestRig, settings: Settings) -> None:
    settings.BACKTESTS_PROCESSES = 1  # one after another: two batches, and what both come to
    sweep = await rig.queue(sweep=SWEEP)
    assert sweep.runs == 4  # two of the six have no fast average that is faster
    await rig.work()
    await until(lambda: rig.states(sweep) == ["started", "completed"])
    result = unpacked_sweep(bytes((await BacktestResult.objects.aget(pk=sweep.pk)).data))
    assert ([cell.number for cell in result.cells], result.left_out, result.trials) == ([0, 1, 2, 3], 2, 4)
    assert not result.is_partial
    assert {told.phase for told in rig.progress(sweep)} >= {BacktestPhase.RUN}
    row = await rig.row(sweep)
    assert row.metrics is not None


async def test_a_sweep_runs_what_was_queued_where_its_candles_are_finer_than_the_tick(rig: BacktestRig) -> None:
    await Symbol.objects.aupdate(tick_size=Decimal(1))  # of half a tick are the candles
    lines = {"lower_price": 1000, "upper_price": 1050, "order_size": 1}
    sweep = await rig.queue(strategy="grid", params=lines, sweep={"parameters": {"grid_count": [100, 10]}})
    assert sweep.runs == 1  # a hundred lines would be less than a tick apart
    await rig.work()
    await until(lambda: rig.states(sweep) == ["started", "completed"])
    result = unpacked_sweep(bytes((await BacktestResult.objects.aget(pk=sweep.pk)).data))
    assert ([cell.parameters for cell in result.cells], result.left_out) == ([{"grid_count": 10}], 1)


async def test_a_sweep_that_is_cancelled_keeps_the_runs_that_are_done(
    rig: BacktestRig, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 1
    obstacle.clear()
    sweep = await rig.queue(strategy=NAME, params={}, minutes=100, sweep={"parameters": {"sleep_ms": [1, 2, 3, 4, 5]}})
    await rig.work()
    await until(lambda: any(told.phase is BacktestPhase.RUN for told in rig.progress(sweep)))
    await cancel(sweep)
    await until(lambda: rig.states(sweep) == ["started", "cancelled"])
    result = unpacked_sweep(bytes((await BacktestResult.objects.aget(pk=sweep.pk)).data))
    assert result.is_partial
    assert 1 <= len(result.cells) < 5


async def test_a_range_without_candles_is_told(rig: BacktestRig) -> None:
    backtest = await rig.queue()
    await Backtest.objects.filter(pk=backtest.pk).aupdate(start=0, end=2 * MINUTE)
    await sync_to_async(gap_known)(0, MINUTE)
    await rig.work()
    await until(lambda: rig.states(backtest)[-1:] == ["error"])
    said = "The exchange has no candles of BTCUSDT 1m in this range."
    assert (await rig.row(backtest)).reason == said


async def test_what_has_not_closed_yet_is_no_gap(rig: BacktestRig) -> None:
    backtest = await rig.queue(minutes=300)
    await rig.work(clock=ManualClock(START + 100 * MINUTE + 30_000))
    await until(lambda: rig.states(backtest)[-1:] == ["completed"])
    result = unpacked(bytes((await BacktestResult.objects.aget(pk=backtest.pk)).data))
    assert (result.candles, result.checks.data_gaps.missing) == (100, 0)


async def test_one_that_waits_for_a_process_of_a_sweep_can_be_cancelled(
    rig: BacktestRig, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 1
    sweep = await rig.queue(strategy=NAME, params={}, sweep={"parameters": {"sleep_ms": [1, 2]}})
    await rig.work()
    await obstacle.reached()
    waiting = await rig.queue()
    await until(lambda: rig.states(waiting) == ["started"])
    await cancel(waiting)
    await until(lambda: rig.states(waiting) == ["started", "cancelled"])
    assert rig.states(sweep) == ["started"]


async def test_a_run_has_its_turn_between_two_batches_of_a_sweep(
    rig: BacktestRig, obstacle: Obstacle, settings: Settings
) -> None:
    settings.BACKTESTS_PROCESSES = 1
    other = await get_user_model().objects.acreate(username="other", email="other@example.com")
    sweep = await rig.queue(strategy=NAME, params={}, minutes=50, sweep={"parameters": {"sleep_ms": [8, 1, 9, 2]}})
    await rig.work()
    await obstacle.reached()  # it holds the only process
    run = await rig.queue(user=other)
    await until(lambda: rig.states(run) == ["started"])
    obstacle.clear()
    await until(lambda: rig.states(run) == ["started", "completed"])
    assert rig.progress(sweep)[-1].progress < 1
    await until(lambda: rig.states(sweep) == ["started", "completed"])


async def test_whoever_wakes_it_is_who_it_trades_for(rig: BacktestRig) -> None:
    await rig.work()
    with recorded_spans() as spans, correlated("shop-7"), span("command"):
        wake = {"type": WAKE_MESSAGE, **origin_now().fields()}

        async def has_followed() -> bool:
            await rig.hub.send(worker_group(TRADING_WORKER.name), wake)  # nobody hears it before the worker listens
            return bool(spans.named("sub-accounts followed"))

        await until_asked(has_followed)
    assert spans.named("sub-accounts followed")[0].attributes == {"tidewire.correlation_id": "shop-7"}


async def test_it_tells_all_the_figures_that_are_declared_while_it_works(rig: BacktestRig) -> None:
    source = FigureSource()
    await rig.work(figures=source)
    await until(lambda: source.read is not None)
    assert source.read is not None
    figures = await source.read()
    assert figures.keys() == {figure.name for figure in TRADING_FIGURES}
    assert (figures["backtests_waiting"], figures["oldest_event"]) == (FigureValue(0), FigureValue(None))
    await rig.close()
    assert source.read is None
