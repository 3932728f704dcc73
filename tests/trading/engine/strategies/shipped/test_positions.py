"""How much the shipped strategies buy for, and what a stop does; the same whether candles are skipped or not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from streaming.events import Interval, Side
from tests.trading.engine.instruments import BTC
from tests.trading.engine.strategies.positions import EntersAtEachCandle
from tests.trading.engine.strategies.walks import COSTLESS, PLENTY, run_over, walk
from trading.engine.amounts import decimal_of
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.series import CandleSeries
from trading.engine.fees import FeeAsset
from trading.engine.instrument import Instrument
from trading.engine.orders.types import OrderType
from trading.engine.strategies.shipped import SHIPPED

_LONG = ["ma_cross", "rsi_reversion", "bollinger_breakout", "donchian_breakout"]
_GRID = {"lower_price": 9000, "upper_price": 11000, "grid_count": 20}
_RUNS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in _LONG),
    *((name, {"stop_loss": "0.002", "position_size": "0.3"}) for name in _LONG),
    ("dca", {"every": 7}),
    ("dca", {"every": 20, "take_profit": "0.003"}),
    ("grid", _GRID),
    ("grid", {**_GRID, "spacing": "geometric", "trigger_price": 9950, "stop_loss": 8990, "take_profit": 11010}),
    ("grid", {**_GRID, "lower_price": 9900, "upper_price": 10100, "stop_loss": 9850, "take_profit": 10150}),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("strategy", "parameters"), _RUNS)
def test_skipping_candles_changes_nothing(strategy: str, parameters: dict[str, Any], seed: int) -> None:
    series = walk(800, seed, pull=0.001, gaps=seed == 3)
    fast, slow = (run_over(series, strategy, parameters, every_candle=every) for every in (False, True))
    assert fast.fills
    for name in ("fills", "signals", "refusals", "path_dependent_fills", "warm_up", "candles_done"):
        assert getattr(fast, name) == getattr(slow, name)
    assert [order.request for order in fast.orders] == [order.request for order in slow.orders]
    assert (fast.holdings.quote, fast.holdings.base) == (slow.holdings.quote, slow.holdings.base)


def test_all_of_the_shipped_are_run_both_ways() -> None:
    assert {name for name, _ in _RUNS} == {strategy.name for strategy in SHIPPED if not strategy.model_parameter}


@pytest.mark.parametrize(("size", "spent"), [("1", 1000), ("0.25", 250)])
def test_it_buys_for_its_share_of_the_equity_fees_included(size: str, spent: int) -> None:
    outcome = run_over(walk(300), "ma_cross", {"position_size": size})
    bought = outcome.fills[0]
    paid = decimal_of(bought.notional + bought.fee)
    one_step = BTC.price(bought.price) * BTC.step_size * Decimal("1.001")
    assert bought.side is Side.BUY
    assert spent - one_step < paid <= spent


def test_a_stop_protects_what_was_bought_and_is_cancelled_where_the_signal_sells() -> None:
    outcome = run_over(walk(1500), "ma_cross", {"stop_loss": "0.001"}, **COSTLESS)
    stops = [order for order in outcome.orders if order.request.type is OrderType.STOP]
    bought = [fill for fill in outcome.fills if fill.side is Side.BUY]
    assert [stop.request.quantity for stop in stops] == [fill.quantity for fill in bought]
    assert [stop.request.stop_price for stop in stops] == [-(-fill.price * 999 // 1000) for fill in bought]
    ended = {stop.state.value for stop in stops[:-1]}
    assert ended == {"filled", "cancelled"}
    lowest = outcome.holdings.base[::2]
    assert set(lowest) == {0}


def test_a_stop_sells_no_more_than_a_fee_in_base_has_left() -> None:
    outcome = run_over(walk(1500), "ma_cross", {"stop_loss": "0.001"}, charged_in=FeeAsset.RECEIVED)
    ended = [order.state.value for order in outcome.orders if order.request.type is OrderType.STOP]
    assert set(ended) == {"filled", "cancelled"}
    assert outcome.refusals == ()


def test_what_is_too_little_to_be_sold_doesn_t_keep_it_from_buying_again() -> None:
    """A fee in base leaves a rest below a step after each sale."""
    outcome = run_over(walk(1500), "ma_cross", charged_in=FeeAsset.RECEIVED)
    sold = [at for at, fill in enumerate(outcome.fills) if fill.side is Side.SELL]
    assert len(sold) >= 5
    left = [outcome.holdings.base[at + 1] for at in sold]
    assert 0 < max(left) < BTC.quantity_unit
    assert np.all(np.diff(sold) == 2)


def test_what_is_worth_exactly_the_least_notional_is_held_and_not_bought_again() -> None:
    """A hundred at 0.57 are 57, though 100 * 0.57 is less in floats."""
    instrument = replace(BTC, minimum_notional=Decimal(57))
    outcome = _entered(_flat([57] * 4, instrument, volume=PLENTY), {"position_size": "0.5"}, capital=114)
    assert [decimal_of(fill.notional) for fill in outcome.fills] == [57]
    assert len(outcome.orders) == 1


@pytest.mark.parametrize(("least", "orders"), [("99.9", 1), ("99.90001", 2)])
def test_what_is_held_below_the_least_quantity_can_t_be_sold_and_is_no_position(least: str, orders: int) -> None:
    """A fee in base leaves 99.9 of the hundred that are bought."""
    instrument = replace(BTC, minimum_quantity=Decimal(least))
    costs: dict[str, Any] = {"taker_fee": Decimal("0.001"), "charged_in": FeeAsset.RECEIVED}
    outcome = _entered(_flat([57] * 4, instrument, volume=PLENTY), {"position_size": "0.5"}, capital=114, **costs)
    assert len(outcome.orders) == orders


def test_what_is_bought_in_small_parts_has_one_stop_of_all_that_is_held_below_the_average_paid() -> None:
    """Of a market order a candle's volume is executed: 1, 1 and 0.5 BTC, where 15 USDT is the least."""
    instrument = replace(BTC, minimum_notional=Decimal(15))
    series = _flat([1000, 1000, 1010, 1020, 1015], instrument, volume=100_000)
    outcome = _entered(series, {"stop_loss": "0.1"}, capital=Decimal("25.20"))
    bought, *stops = outcome.orders
    assert [fill.quantity for fill in outcome.fills] == [100_000, 100_000, 50_000]
    assert [(stop.request.quantity, stop.state.value) for stop in stops] == [
        (100_000, "rejected"),
        (200_000, "cancelled"),
        (250_000, "accepted"),
    ]
    assert [stop.request.stop_price for stop in stops] == [900, 905, 908]  # of 1000, 1005 and 1008 on average
    assert bought.filled == 250_000


_WHOLE, _HALF, _TENTH = 100_000, 50_000, 10_000


@pytest.mark.parametrize("every_candle", [True, False])
@pytest.mark.parametrize(
    ("capital", "volumes", "executed"),
    [
        ("29.60", (_WHOLE, _WHOLE, _WHOLE), [(1000, _WHOLE), (990, -_WHOLE), (990, -_WHOLE)]),
        ("20.00", (3 * _HALF, _WHOLE, _HALF), [(1000, _WHOLE), (950, -_HALF), (990, -_WHOLE), (990, -_HALF)]),
        ("15.00", (9 * _WHOLE, _WHOLE), [(1000, _HALF), (950, -_WHOLE), (990, -_HALF)]),
    ],
    ids=["while_all_volume_is_bought", "and_partly_sold", "and_wholly_sold"],
)
def test_once_a_stop_of_a_part_is_hit_no_more_is_bought_and_all_is_sold(
    capital: str, volumes: tuple[int, ...], executed: list[tuple[int, int]], *, every_candle: bool
) -> None:
    outcome = _dipped(volumes, BTC, capital=capital, every_candle=every_candle)
    assert _executed(outcome) == [(1000, _WHOLE), *executed]


@pytest.mark.parametrize("every_candle", [True, False])
def test_a_stop_that_is_hit_sells_its_own_where_all_is_too_little_for_another_order(*, every_candle: bool) -> None:
    instrument = replace(BTC, minimum_notional=Decimal("9.50"))
    outcome = _dipped((9 * _TENTH, _WHOLE), instrument, capital="11.00", every_candle=every_candle)
    assert _executed(outcome) == [(1000, _WHOLE), (1000, _TENTH), (950, -8 * _TENTH), (990, -2 * _TENTH)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_skipping_candles_changes_nothing_where_they_hold_less_than_is_ordered(seed: int) -> None:
    plenty = walk(800, seed, pull=0.001)
    series = replace(plenty, volume=np.full(len(plenty), 3_000))
    parameters = {"stop_loss": "0.002", "fast": 3, "slow": 9}
    fast, slow = (run_over(series, "ma_cross", parameters, every_candle=every) for every in (False, True))
    assert any(order.is_triggered and order.state.value == "cancelled" for order in fast.orders)
    assert fast.fills == slow.fills
    assert [order.request for order in fast.orders] == [order.request for order in slow.orders]


def _dipped(volumes: Sequence[int], instrument: Instrument, *, capital: str, every_candle: bool) -> RunOutcome:
    """Buy at 1000 for all of the capital from the second candle on; the third reaches a stop of 5 %, closing above it.

    That one and those that follow hold these volumes, the one before it a whole.
    """
    dip, after = (1000, 1000, 940, 990), (990, 990, 990, 990)
    candles = [(*[1000] * 4, _WHOLE)] * 2 + [
        (*prices, volume) for prices, volume in zip([dip, *[after] * (len(volumes) - 1)], volumes, strict=True)
    ]
    rows = [(number * 60_000, *candle) for number, candle in enumerate(candles)]
    series = CandleSeries.of_rows(instrument, Interval.MINUTE_1, rows)
    return _entered(series, {"stop_loss": "0.05"}, capital=Decimal(capital), every_candle=every_candle)


def _executed(outcome: RunOutcome) -> list[tuple[int, int]]:
    """Return the price and quantity of each fill, below zero where it sold."""
    return [(fill.price, fill.quantity if fill.side is Side.BUY else -fill.quantity) for fill in outcome.fills]


def _flat(prices: list[int], instrument: Instrument, *, volume: int) -> CandleSeries:
    """Return candles of one price each."""
    ticks = np.array(prices, dtype=np.int64)
    times, traded = np.arange(len(prices), dtype=np.int64) * 60_000, np.full(len(prices), volume)
    return CandleSeries(instrument, Interval.MINUTE_1, times, ticks, ticks, ticks, ticks, traded)


def _entered(
    series: CandleSeries,
    parameters: Mapping[str, Any],
    *,
    capital: Decimal | int,
    every_candle: bool = False,
    **costs: Any,
) -> RunOutcome:
    """Run over a series what enters at each candle."""
    given: dict[str, Any] = {"instrument": series.instrument, "initial_capital": Decimal(capital), **COSTLESS, **costs}
    given["every_candle"] = every_candle
    return run_over(series, "enters", parameters, strategies={"enters": EntersAtEachCandle}, **given)
