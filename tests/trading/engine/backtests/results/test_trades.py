"""Trades: what one order bought and another sold, exactly what the account realised."""

from decimal import Decimal

import pytest

from streaming.events import Side
from tests.trading.engine.backtests.results.series import HandMadeRun, candles_of, plan_of, random_walk
from trading.engine.amounts import decimal_of
from trading.engine.backtests.results.executions import fill_table, order_table
from trading.engine.backtests.results.result import kept_plan
from trading.engine.backtests.results.trades import Trade, round_trips, trade_table
from trading.engine.fees import FeeAsset


def _trades(run: HandMadeRun) -> list[Trade]:
    return trade_table(round_trips(run.outcome().fills, run.candles.instrument), run.candles.open_time).page(0, 1000)


def test_it_tells_what_was_bought_and_sold_with_the_fees_of_both_sides() -> None:
    run = HandMadeRun(candles_of([100, 100, 110, 120]))
    run.buy(1, 1_000_000)
    run.sell(3, 1_000_000)
    (trade,) = _trades(run)
    assert (trade.entry, trade.exit, trade.quantity) == (Decimal(100), Decimal(110), Decimal(10))
    assert (trade.fees, trade.profit) == (Decimal("2.1"), Decimal("97.9"))
    assert trade.profit_percent == (Decimal("97.9") / Decimal(1001) * 100).quantize(Decimal("1e-11"))
    assert (trade.candles, trade.entry_order, trade.exit_order) == (2, 1, 2)


def test_it_pairs_lots_first_in_first_out_and_tells_a_trade_for_each_pair_of_orders() -> None:
    run = HandMadeRun(candles_of([100, 100, 110, 120, 130, 140]))
    run.buy(1, 1_000)
    run.buy(2, 2_000)
    run.sell(4, 1_500)
    run.sell(5, 1_500)
    assert [(t.entry_order, t.exit_order, t.quantity, t.entry, t.exit) for t in _trades(run)] == [
        (1, 3, Decimal("0.01"), Decimal(100), Decimal(120)),
        (2, 3, Decimal("0.005"), Decimal(100), Decimal(120)),
        (2, 4, Decimal("0.015"), Decimal(100), Decimal(130)),
    ]


def test_it_tells_one_trade_of_orders_that_were_filled_in_parts() -> None:
    run = HandMadeRun(candles_of([100, 100, 110, 120, 130]))
    order = run.trade(Side.BUY, 1, 1_000, completes=False)
    run.trade(Side.BUY, 2, 3_000, order=order)
    order = run.trade(Side.SELL, 3, 2_000, completes=False)
    run.trade(Side.SELL, 4, 2_000, order=order)
    (trade,) = _trades(run)
    assert (trade.entry, trade.exit, trade.quantity) == (Decimal(100), Decimal(115), Decimal("0.04"))
    assert trade.candles == 3


def test_it_leaves_what_is_still_held_to_the_equity() -> None:
    run = HandMadeRun(candles_of([100, 100, 110]))
    run.buy(1, 1_000)
    assert _trades(run) == []


@pytest.mark.parametrize("charged_in", [FeeAsset.QUOTE, FeeAsset.RECEIVED])
def test_it_adds_up_to_what_the_account_realised(charged_in: FeeAsset) -> None:
    candles = random_walk(5)
    run = HandMadeRun(candles, plan_of(candles, charged_in=charged_in)).trade_by_chance(5, trades=40)
    trips = round_trips(run.outcome().fills, candles.instrument)
    assert sum(trip.profit for trip in trips) == run.realised
    assert sum((trade.profit for trade in _trades(run)), Decimal(0)) == decimal_of(run.realised)


def test_it_shows_pages_of_trades_fills_and_orders() -> None:
    run = HandMadeRun(random_walk(5)).trade_by_chance(5, trades=40)
    outcome, traded = run.outcome(), kept_plan(run.plan).instrument
    trades = trade_table(round_trips(outcome.fills, run.candles.instrument), run.candles.open_time)
    fills, orders = fill_table(outcome.fills, traded), order_table(outcome.orders, traded)
    assert (len(trades), len(fills), len(orders)) == (40, 80, 80)
    assert [trade.number for trade in trades.page(38, 10)] == [39, 40]
    assert trades.page(38, 10) == trades.page(0, 40)[38:]
    assert fills.page(10, 5) == fills.page(0, 80)[10:15]
    assert orders.page(79, 5) == orders.page(0, 80)[79:]
    assert trades.page(40, 5) == []


def test_it_shows_fills_and_orders_as_the_engine_made_them() -> None:
    run = HandMadeRun(random_walk(6)).trade_by_chance(6, trades=10)
    outcome, traded = run.outcome(), kept_plan(run.plan).instrument
    for fill, shown in zip(outcome.fills, fill_table(outcome.fills, traded).page(0, 20), strict=True):
        assert shown.price == run.candles.instrument.price(fill.price)
        assert shown.quantity == run.candles.instrument.quantity(fill.quantity)
        assert (shown.fee, shown.realised) == (decimal_of(fill.fee), decimal_of(fill.realised))
        same = ("number", "order", "time", "side", "liquidity", "fee_asset", "depends_on_path")
        assert all(getattr(shown, name) == getattr(fill, name) for name in same)
    for order, row in zip(outcome.orders, order_table(outcome.orders, traded).page(0, 20), strict=True):
        assert row.quantity == run.candles.instrument.quantity(order.request.quantity)
        assert (row.number, row.placed_at, row.state) == (order.number, order.placed_at, order.state)
        assert (row.side, row.type, row.price) == (order.request.side, order.request.type, None)
