"""The grid strategy: the design's vector, how it begins and ends, and what it does over random candles."""

from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from streaming.events import Interval, Side
from tests.trading.engine.instruments import BTC
from tests.trading.engine.strategies.walks import COSTLESS, PLENTY, run_over, walk
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import FillRule
from trading.engine.backtests.series import CandleSeries
from trading.engine.fees import FeeAsset
from trading.engine.instrument import Instrument, PriceBand
from trading.engine.strategies.errors import StrategyError

VECTOR = {"lower_price": 90_000, "upper_price": 100_000, "grid_count": 10}
NARROW = {"lower_price": 9_800, "upper_price": 10_200, "grid_count": 20}
GEOMETRIC_LINES = "90000.00 90953.26 91916.61 92890.17 93874.04 94868.33 95873.15 96888.62 97914.84 98951.93 100000.00"


def candles(*prices: str) -> CandleSeries:
    """Return candles of a minute that each go straight from one price to the next."""
    ticks = [BTC.ticks(Decimal(price)) for price in prices]
    rows = [
        (60_000 * at, start, max(start, end), min(start, end), end, PLENTY)
        for at, (start, end) in enumerate(pairwise(ticks))
    ]
    return CandleSeries.of_rows(BTC, Interval.MINUTE_1, rows)


_DOWN = ("95200", "95200", "95200", "94500", "93900", "93500", "93400", "92900", "92900")


def placed_until(outcome: RunOutcome, minute: int) -> list[tuple[Side, str]]:
    """Return side and price of the orders that were taken so far."""
    taken = [each for each in outcome.orders if each.placed_at < minute * 60_000 and each.state.value != "rejected"]
    return [(each.request.side, str(BTC.price(each.request.price))) for each in taken]


def _with(instrument: Instrument, series: CandleSeries) -> CandleSeries:
    names = ("open_time", "open", "high", "low", "close", "volume")
    return CandleSeries(instrument, series.interval, *(getattr(series, name) for name in names))


def flat_candles(*ticks: int) -> CandleSeries:
    """Return candles of a minute with one price each, in ticks."""
    rows = [(60_000 * at, price, price, price, price, PLENTY) for at, price in enumerate(ticks)]
    return CandleSeries.of_rows(BTC, Interval.MINUTE_1, rows)


def open_orders(outcome: RunOutcome) -> list[tuple[Side, str]]:
    """Return side and price of the orders that are open at the end, the lowest first."""
    found = [order.request for order in outcome.orders if order.state.is_open]
    return [(each.side, str(BTC.price(each.price))) for each in sorted(found, key=lambda each: each.price)]


@pytest.mark.parametrize("spacing", ["arithmetic", "geometric"])
def test_it_places_the_lines_of_the_vector_and_leaves_the_nearest_empty(spacing: str) -> None:
    lines = GEOMETRIC_LINES.split() if spacing == "geometric" else [f"{90_000 + 1000 * line}.00" for line in range(11)]
    outcome = run_over(candles("95200", "95200", "95200", "95200"), "grid", {**VECTOR, "spacing": spacing})
    empty = 5
    assert open_orders(outcome) == [
        *((Side.BUY, price) for price in lines[:empty]),
        *((Side.SELL, price) for price in lines[empty + 1 :]),
    ]
    assert outcome.refusal_count == 0


def test_its_orders_are_as_large_as_the_capital_formula_says() -> None:
    """q = I / (N p (1 + f) + sum of the buy lines' p_i (1 + f)), down to a step."""
    outcome = run_over(candles("95200", "95200", "95200", "95200"), "grid", VECTOR, slippage=Decimal(0))
    below = sum(range(90_000, 95_000, 1_000))
    quantity = Decimal(1000) / (Decimal("1.001") * (5 * 95_200 + below)) // BTC.step_size
    assert {order.request.quantity for order in outcome.orders[1:]} == {int(quantity)}
    assert outcome.fills[0].quantity == 5 * int(quantity)
    assert decimal_of(outcome.holdings.quote[-1]) == 1000 - 5 * quantity * BTC.step_size * 95_200 * Decimal("1.001")


@pytest.mark.parametrize(("opening", "n"), [("96200", 5), ("94300", 5)])
def test_slippage_and_a_gap_at_its_start_make_the_orders_smaller_and_refuse_none(opening: str, n: int) -> None:
    series = flat_candles(95_200_00, int(opening) * 100)
    outcome = run_over(series, "grid", VECTOR, slippage=Decimal("0.002"))
    [size] = {order.request.quantity for order in outcome.orders[1:]}
    assert n * size <= outcome.fills[0].quantity
    assert (outcome.refusal_count, len(open_orders(outcome))) == (0, 10)


def test_a_cycle_earns_what_the_formula_says() -> None:
    """q [s (1 - f) - b (1 + f)]: one line down and up again."""
    prices = ("95000", "95000", "95000", "93990", "95010", "95010")
    outcome = run_over(candles(*prices), "grid", {**VECTOR, "order_size": "0.001"}, slippage=Decimal(0))
    bought, sold = outcome.fills[1:]
    assert [(each.side, BTC.price(each.price)) for each in (bought, sold)] == [
        (Side.BUY, Decimal(94_000)),
        (Side.SELL, Decimal(95_000)),
    ]
    change = (sold.notional - sold.fee) - (bought.notional + bought.fee)
    fee = Decimal("0.001")
    assert decimal_of(change) == Decimal("0.001") * (95_000 * (1 - fee) - 94_000 * (1 + fee))


def test_it_waits_for_its_trigger() -> None:
    prices = ("95200", "96000", "95500", "94400", "94600", "94600")
    outcome = run_over(candles(*prices), "grid", {**VECTOR, "trigger_price": 94_500})
    assert outcome.fills[0].time == 3 * 60_000
    assert (Side.BUY, "93000.00") in open_orders(outcome)


def test_a_trigger_within_a_gap_is_touched() -> None:
    series = flat_candles(96_000_00, 94_000_00, 94_000_00)
    outcome = run_over(series, "grid", {**VECTOR, "trigger_price": 95_000})
    assert outcome.fills[0].time == 2 * 60_000


@pytest.mark.parametrize(
    ("prices", "ends"),
    [
        (("95000", "95000", "89000", "88900", "92000", "92000"), {"stop_loss": 89_500}),
        (("95000", "95000", "101000", "101100", "99000", "99000"), {"take_profit": 100_500}),
    ],
)
def test_it_ends_and_sells_at_its_stop_loss_or_take_profit(prices: tuple[str, ...], ends: dict[str, int]) -> None:
    outcome = run_over(candles(*prices), "grid", {**VECTOR, **ends})
    assert open_orders(outcome) == []
    assert outcome.holdings.base[-1] == 0
    [begun, ended] = outcome.signals
    assert ended.reason.removeprefix("the price is at the ").replace(" ", "_") in ends
    assert begun.reason == "the grid begins"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"investment": 1}, "the grid's orders would be of 0.00000 BTC, and must be of at least a step each"),
        (
            {"investment": 50},
            "the grid's orders would be of 0.00005 BTC, and must be of at least 10 USDT each",
        ),
        ({"order_size": 1}, "order_size is too large: 935936 USDT more would be needed"),
    ],
)
def test_it_says_why_it_can_t_begin(given: dict[str, Any], message: str) -> None:
    instrument = replace(BTC, minimum_notional=Decimal(10))
    series = _with(instrument, candles("95200", "95200", "95200"))
    with pytest.raises(StrategyError, match=message):
        run_over(series, "grid", {**VECTOR, **given}, instrument=instrument)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("given", [{}, {"charged_in": FeeAsset.RECEIVED}, {"fills": FillRule.TOUCH}])
def test_through_random_candles_each_gap_buys_low_and_sells_high_by_turns(seed: int, given: dict[str, Any]) -> None:
    series = walk(1500, seed, pull=0.0005)
    outcome = run_over(series, "grid", {**NARROW, "investment": 10_000}, initial_capital=Decimal(20_000), **given)
    requests = {order.number: order.request for order in outcome.orders}
    by_gap = defaultdict(list)
    for fill in outcome.fills[1:]:
        _, gap, side, _ = fill.client_order_id.split("-")
        line = 9_800_00 + 20_00 * (int(gap) + (side == "sell"))
        assert requests[fill.order].price == line
        assert fill.price <= line if side == "buy" else fill.price >= line
        by_gap[int(gap)].append(side)
    assert sum(map(len, by_gap.values())) > 50
    for sides in by_gap.values():
        assert all(one != other for one, other in pairwise(sides))
    resting = [order for order in outcome.orders if order.state.is_open]
    if "charged_in" not in given:
        assert len(resting) == 20
        assert len({order.request.price for order in resting}) == 20
    assert outcome.refusal_count == 0


def test_what_the_exchange_refused_is_placed_once_it_would_take_it() -> None:
    """Lines too far from the market are refused at the start, and tried again at each execution."""
    band = PriceBand(lowest=Decimal("0.985"), highest=Decimal("1.015"))
    banded = replace(BTC, buy_band=band, sell_band=band)
    outcome = run_over(_with(banded, candles(*_DOWN)), "grid", VECTOR, instrument=banded)
    assert {refusal.code for refusal in outcome.refusals} == {"PERCENT_PRICE"}
    assert (Side.BUY, "92000.00") not in placed_until(outcome, 3)
    assert (Side.BUY, "92000.00") in placed_until(outcome, 9)
    assert (Side.BUY, "90000.00") not in placed_until(outcome, 9)


def test_what_the_exchange_refuses_is_listed_once_and_not_ordered_anew_at_each_execution() -> None:
    crowded = replace(BTC, maximum_orders=5)
    series = candles(*["95200", "95200", "95200", *(["93900", "95100"] * 20)])
    outcome = run_over(_with(crowded, series), "grid", VECTOR, instrument=crowded)
    assert len(outcome.fills) > 30
    assert {refusal.code for refusal in outcome.refusals} == {"MAXIMUM_ORDERS"}
    assert outcome.refusal_count <= 10
    assert len(open_orders(outcome)) == 5


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_partial_executions_leave_each_gap_with_what_it_should_hold(seed: int) -> None:
    series = walk(1500, seed, pull=0.0005)
    chance = np.random.default_rng(seed)
    prices = (series.open_time, series.open, series.high, series.low, series.close)
    thin = CandleSeries(BTC, series.interval, *prices, volume=chance.integers(0, 40, len(series)))
    outcome = run_over(thin, "grid", NARROW)
    first = [order.request for order in outcome.orders[1:21]]
    size, held = first[0].quantity, {at: each.quantity * (each.side is Side.SELL) for at, each in enumerate(first)}
    resting: Counter[tuple[int, str]] = Counter()
    for fill in outcome.fills:
        if fill.client_order_id.startswith("grid-"):
            gap = int(fill.client_order_id.split("-")[1])
            held[gap] += fill.quantity if fill.side is Side.BUY else -fill.quantity
    for order in outcome.orders[1:]:
        if order.state.is_open:
            _, place, side, _ = order.request.client_order_id.split("-")
            resting[int(place), side] += order.remaining
    assert {order.state.value for order in outcome.orders} >= {"filled", "accepted"}
    assert [gap for gap in held if (resting[gap, "buy"], resting[gap, "sell"]) != (size - held[gap], held[gap])] == []


@pytest.mark.parametrize("costs", [{}, COSTLESS])
def test_what_was_and_was_not_realised_is_exactly_the_change_of_equity(costs: dict[str, Any]) -> None:
    series = walk(3000, 4, pull=0.0005)
    outcome = run_over(series, "grid", NARROW, **costs)
    lots: list[list[int]] = []
    realised = 0
    for fill in outcome.fills:
        amount = fill.quantity * BTC.quantity_unit
        if fill.side is Side.BUY:
            lots.append([amount, fill.notional + fill.fee])
            continue
        proceeds = fill.notional - fill.fee
        while amount:
            [held, cost] = lots[0]
            part = min(held, amount)
            share = cost * part // held
            lots[0] = [held - part, cost - share]
            lots = lots[1:] if part == held else lots
            amount, proceeds = amount - part, proceeds - share
        realised += proceeds
    price = int(series.close[-1]) * BTC.price_unit
    worth = sum(amount for amount, _ in lots) * price // 10**24
    equity = outcome.holdings.quote[-1] + outcome.holdings.base[-1] * price // 10**24
    assert realised == sum(fill.realised for fill in outcome.fills)
    assert realised + worth - sum(cost for _, cost in lots) == equity - amount_of(Decimal(1000))
