"""How a run goes: what is skipped changes nothing, nothing comes from nowhere, and what is told when."""

import tracemalloc
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from tests.examples import examples
from tests.manual_clock import HurriedClock
from tests.trading.engine.backtests.random_trading import RandomTrading, coarser, random_finer, with_gaps
from tests.trading.engine.backtests.scripted import Scripted, plan_for, scripted, series_of
from tests.trading.engine.instruments import BTC
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan, FillRule, Progress
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.fees import FeeAsset
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.errors import StrategyError
from trading.engine.strategies.paper_broker import PaperBroker
from trading.engine.strategies.shipped import SHIPPED as STRATEGIES_SHIPPED
from trading.engine.strategies.shipped.grid import GridTrading
from trading.engine.strategies.strategy import Strategy

COSTS = {"maker_fee": Decimal("0.0002"), "taker_fee": Decimal("0.001"), "slippage": Decimal("0.0005")}
STRATEGIES = {"random": RandomTrading, "scripted": Scripted}
PLANS = st.fixed_dictionaries(
    {"charged_in": st.sampled_from([FeeAsset.QUOTE, FeeAsset.RECEIVED]), "fills": st.sampled_from(FillRule)}
)


def random_plan(series: CandleSeries, seed: int, activity: int = 30, **fields: Any) -> BacktestPlan:
    parameters = {"seed": seed, "activity": activity}
    return plan_for(series, strategy="random", parameters=parameters, **{**COSTS, **fields})


def everything(outcome: RunOutcome) -> bytes:
    """Return an outcome as bytes, every digit of it."""
    fields = {name: getattr(outcome, name) for name in RunOutcome.__slots__ if name != "holdings"}
    holdings = outcome.holdings
    return msgspec.json.encode([fields, holdings.candles.tolist(), holdings.quote, holdings.base])


@examples(25)
@given(seed=st.integers(0, 2**32), activity=st.sampled_from([1, 10, 60]), fields=PLANS, finer=st.booleans())
def test_skipping_candles_changes_not_a_byte(seed: int, activity: int, fields: dict[str, Any], finer: bool) -> None:
    within = random_finer(seed, 200)
    series = with_gaps(coarser(within), seed)
    plan = random_plan(series, seed, activity, **fields)
    some = with_gaps(within, seed + 1, 0.02) if finer else None
    fast = run(plan, series, finer=some, strategies=STRATEGIES)
    slow = run(plan, series, finer=some, strategies=STRATEGIES, every_candle=True)
    assert everything(fast) == everything(slow)
    assert everything(fast) == everything(run(plan, series, finer=some, strategies=STRATEGIES))


SHIPPED: dict[str, dict[str, object]] = {
    "ma_cross": {"fast": 3, "slow": 8, "stop_loss": Decimal("0.01")},
    "rsi_reversion": {"period": 5, "oversold": 40, "overbought": 60},
    "bollinger_breakout": {"period": 10, "deviations": Decimal("1.5"), "stop_loss": Decimal("0.02")},
    "donchian_breakout": {"entry": 10, "exit": 5},
    "dca": {"amount": 10},
    "grid": {"lower_price": 80, "upper_price": 120, "grid_count": 40, "stop_loss": 70},
}


def test_it_has_a_case_for_each_shipped_strategy() -> None:
    assert set(SHIPPED) == {strategy.name for strategy in STRATEGIES_SHIPPED if not strategy.model_parameter}


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("finer", [False, True])
def test_skipping_candles_changes_nothing_for_a_shipped_strategy(name: str, finer: bool) -> None:
    for seed in (1, 2, 3):
        within = random_finer(seed, 600)
        series = with_gaps(coarser(within), seed)
        plan = plan_for(series, strategy=name, parameters=SHIPPED[name], **COSTS)
        fast = run(plan, series, finer=within if finer else None)
        assert fast.fills
        assert everything(fast) == everything(run(plan, series, finer=within if finer else None, every_candle=True))


def watched(kind: type[Strategy[Any]], looked: list[int]) -> type[Strategy[Any]]:
    """Return a strategy that looks at every candle whether the account still adds up, and counts in `looked`."""

    class Watched(kind):  # type: ignore[misc, valid-type]
        def on_candle(self, candle: StrategyCandle) -> None:
            assert isinstance(self.context.broker, PaperBroker)
            account, prices = self.context.broker._account, {"BTC": amount_of(candle.close)}
            assert account.equity(prices) - account.equity_at_start == account.realised + account.unrealised(prices)
            assert min(account.free("USDT"), account.free("BTC"), account.locked("USDT"), account.locked("BTC")) >= 0
            looked.append(1)
            super().on_candle(candle)

    return Watched


@pytest.mark.long
@pytest.mark.parametrize("charged_in", [FeeAsset.QUOTE, FeeAsset.RECEIVED])
def test_the_change_of_equity_is_what_was_and_was_not_realised_after_each_of_20000_steps(charged_in: FeeAsset) -> None:
    """With cancels, partial fills and groups, and with grids; a fee in a third asset: test_conservation.py."""
    looked: list[int] = []
    for seed in range(20):
        within = random_finer(seed, 1_000)
        series, is_grid = coarser(within), seed % 4 == 0
        plan = random_plan(series, seed, charged_in=charged_in)
        if is_grid:
            plan = plan_for(series, strategy="grid", parameters=SHIPPED["grid"], charged_in=charged_in, **COSTS)
        kind = watched(GridTrading if is_grid else RandomTrading, looked)
        finer = within if seed % 3 else None
        assert run(plan, series, finer=finer, strategies={plan.strategy: kind}, every_candle=True).fills
    assert len(looked) == 20_000


@examples(25)
@given(seed=st.integers(0, 2**32), fields=PLANS, finer=st.booleans())
def test_nothing_comes_from_nowhere(seed: int, fields: dict[str, Any], finer: bool) -> None:
    within = random_finer(seed, 200)
    series = coarser(within)
    outcome = run(random_plan(series, seed, **fields), series, finer=within if finer else None, strategies=STRATEGIES)
    candles = outcome.holdings.candles[1:].tolist()
    for fill, candle in zip(outcome.fills, candles, strict=True):
        assert series.low[candle] <= fill.price <= series.high[candle]
    for candle in set(candles):
        executed = [fill.quantity for fill, at in zip(outcome.fills, candles, strict=True) if at == candle]
        assert sum(executed) <= series.volume[candle]
    for order in outcome.orders:
        filled = sum(fill.quantity for fill in outcome.fills if fill.order == order.number)
        assert order.filled == filled <= (order.request.quantity or filled)
    paid = sum(_paid(fill) for fill in outcome.fills)
    got = sum(_got(fill) for fill in outcome.fills)
    assert (outcome.holdings.quote[-1], outcome.holdings.base[-1]) == (amount_of(Decimal(1000)) - paid, got)
    assert min(outcome.holdings.quote) >= 0
    assert min(outcome.holdings.base) >= 0


def _paid(fill: Fill) -> int:
    """Return what an execution cost of quote; below zero where it earned."""
    fee = fill.fee if fill.fee_asset == "USDT" else 0
    return (fill.notional if fill.side is Side.BUY else -fill.notional) + fee


def _got(fill: Fill) -> int:
    """Return what an execution brought of base; below zero where it took."""
    amount = fill.quantity * BTC.quantity_unit
    return (amount if fill.side is Side.BUY else -amount) - (fill.fee if fill.fee_asset == "BTC" else 0)


def test_it_tells_of_progress_and_stops_where_it_is_told_to() -> None:
    series, told = coarser(random_finer(1, 3000)), list[Progress]()

    def report(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < 2

    plan = random_plan(series, 1, 60)
    outcome = run(plan, series, report=report, strategies=STRATEGIES)
    assert outcome.is_partial
    assert 0 < outcome.candles_done < 3000
    assert [progress.done for progress in told][1:] == [outcome.candles_done] * 2
    assert (told[1].total, told[1].fills) == (3000, len(outcome.fills))
    whole = run(plan, series, strategies=STRATEGIES)
    assert whole.fills[: len(outcome.fills)] == outcome.fills
    assert (whole.is_partial, whole.candles_done) == (False, 3000)


def test_it_asks_whether_to_go_on_after_each_step_of_a_slow_strategy() -> None:
    series, told = series_of(", ".join(["100 101 99 100"] * 10)), list[Progress]()

    def report(progress: Progress) -> bool:
        told.append(progress)
        return progress.done < 3

    strategies = scripted(orders={0: ("market buy",)})
    outcome = run(plan_for(series), series, report=report, strategies=strategies, monotonic=HurriedClock().monotonic)
    assert (outcome.is_partial, outcome.candles_done) == (True, 3)
    assert [progress.done for progress in told] == [1, 2, 3, 3]


def test_the_equity_of_progress_values_what_is_held_at_the_last_close() -> None:
    series, told = series_of("100 101 99 100, 102 103 101 102, 104 105 103 105"), list[Progress]()

    def report(progress: Progress) -> bool:
        told.append(progress)
        return True

    run(plan_for(series), series, report=report, strategies=scripted(orders={0: ("market buy 100000",)}))
    assert told[-1] == Progress(done=3, total=3, time=int(series.open_time[2]), fills=1, equity=Decimal("1000.03"))


def test_candles_before_the_start_are_history_and_nothing_is_done_at_or_after_the_end() -> None:
    series = series_of(", ".join(["100 101 99 100"] * 10))
    plan = msgspec.structs.replace(
        plan_for(series),
        start=int(series.open_time[4]),
        end=int(series.open_time[8]),
    )
    outcome = run(plan, series, strategies=scripted(orders={0: ("market buy",), 3: ("market buy 11",)}))
    assert (outcome.first_candle, outcome.candles_done) == (4, 4)
    assert outcome.holdings.candles.tolist() == [-1, 5]
    assert [order.state.is_open for order in outcome.orders] == [False, True]


@pytest.mark.parametrize("start", [0, 2**42])
def test_a_range_before_or_after_all_candles_gives_an_outcome_without_any(start: int) -> None:
    series = series_of("100 101 99 100")
    plan = msgspec.structs.replace(plan_for(series), start=start, end=start + 1)
    outcome = run(plan, series, report=lambda _: True, strategies=STRATEGIES)
    assert (outcome.candles_done, outcome.fills, outcome.is_partial) == (0, (), False)
    assert decimal_of(outcome.holdings.quote[0]) == 1000


def test_what_answers_a_fill_waits_for_the_next_candle_and_for_the_next_finer_one() -> None:
    candles = "100 100 100 100, 100 106 94 100, 100 106 94 100"
    strategies = scripted(orders={0: ("limit buy at 95",)}, answers={"limit buy at 95": "limit sell at 105"})
    series = series_of(candles)
    plan = plan_for(series)
    outcome = run(plan, series, strategies=strategies)
    assert [(fill.price, candle) for fill, candle in zip(outcome.fills, outcome.holdings.candles[1:], strict=True)] == [
        (95, 1),
        (105, 2),
    ]
    finer = series_of("100 101 94 95, 95 106 95 100", start=int(series.open_time[1]), interval="1s", volume=10**6)
    outcome = run(plan, series, finer=finer, strategies=strategies)
    assert outcome.holdings.candles[1:].tolist() == [1, 1]
    assert outcome.finer_candles == 1


def test_refusals_are_told_with_their_reasons_and_change_nothing() -> None:
    series = series_of("100 101 99 100, 100 101 99 100, 100 101 99 100")
    orders = {0: ("market sell", "limit buy 2000000000 at 99", "limit_maker buy at 101")}
    outcome = run(plan_for(series), series, strategies=scripted(orders=orders))
    assert [(refusal.order, refusal.code, refusal.message) for refusal in outcome.refusals] == [
        (2, "INSUFFICIENT_BALANCE", "too little USDT is free for the order"),
        (3, "WOULD_TAKE", "the order would be executed at once"),
        (1, "INSUFFICIENT_BALANCE", "too little BTC is free for the order"),
    ]
    assert (outcome.fills, outcome.refusal_count) == ((), 3)


class Failing(Scripted):
    """Fails at its third candle."""

    def on_candle(self, candle: StrategyCandle) -> None:
        """Look for what isn't there."""
        super().on_candle(candle)
        if self.candle == 3:
            raise IndexError("no such candle")


def test_what_a_strategy_raises_is_told_with_its_time() -> None:
    series = series_of(", ".join(["100 101 99 100"] * 5))
    with pytest.raises(StrategyError, match="scripted: failed by IndexError: no such candle") as caught:
        run(plan_for(series), series, strategies={"scripted": Failing})
    assert caught.value.time == int(series.open_time[3]) - 1


def test_its_memory_does_not_grow_with_the_candles() -> None:
    peaks = []
    for count in (1_000, 20_000):
        series = coarser(random_finer(1, count))
        plan = plan_for(series)
        tracemalloc.start()
        outcome = run(plan, series, strategies=STRATEGIES, every_candle=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert outcome.candles_done == count
    assert peaks[1] < peaks[0] + 20_000  # bytes: one for each candle would be as many


@pytest.mark.parametrize("capital", [Decimal(0), Decimal(-1)])
def test_it_needs_money_to_trade_with(capital: Decimal) -> None:
    with pytest.raises(ValueError, match="initial_capital must be greater than 0"):
        plan_for(series_of("100 101 99 100"), initial_capital=capital)
