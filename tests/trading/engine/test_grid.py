"""Grids: lines, capital and profit by the design's vector; and which orders should exist, whatever was filled."""

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from tests.examples import examples
from tests.trading.engine.instruments import BTC, ExchangeRig, price_amount
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeAsset, FeeSchedule
from trading.engine.grid.capital import break_even_spacing, capital_for, net_percent
from trading.engine.grid.lines import GridLinesError, Spacing, grid_lines, nearest_line
from trading.engine.grid.planner import (
    GapHoldings,
    Grid,
    holdings_at_start,
    missing_orders,
    surplus_orders,
)
from trading.engine.matching.candle_path import PriceBar
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.events import OrderEvent
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType

FEE = Decimal("0.001")
FEES = FeeSchedule(maker=FEE, taker=FEE)


def lines_of(spacing: Spacing) -> tuple[int, ...]:
    return grid_lines(BTC, lower_price=Decimal(90000), upper_price=Decimal(100000), grid_count=10, spacing=spacing)


def test_geometric_lines_are_those_of_the_vector() -> None:
    vector = "90000.00 90953.26 91916.61 92890.17 93874.04 94868.33 95873.15 96888.62 97914.84 98951.93 100000.00"
    assert [str(BTC.price(line)) for line in lines_of(Spacing.GEOMETRIC)] == vector.split()


def test_arithmetic_lines_are_equally_far_apart() -> None:
    lines = lines_of(Spacing.ARITHMETIC)
    assert {upper - lower for lower, upper in pairwise(lines)} == {1000_00}


@pytest.mark.parametrize(
    ("spacing", "bottom", "top"),
    [(Spacing.ARITHMETIC, "0.9100", "0.8091"), (Spacing.GEOMETRIC, "0.8581", "0.8581")],
)
def test_a_cycle_earns_what_the_vector_says(spacing: Spacing, bottom: str, top: str) -> None:
    lines = lines_of(spacing)
    assert [f"{net_percent(bought, sold, FEE):.4f}" for bought, sold in (lines[:2], lines[-2:])] == [bottom, top]


def test_a_cycle_at_the_break_even_spacing_earns_nothing() -> None:
    sold = 10**12 * (1 + break_even_spacing(FEE))
    assert abs(net_percent(10**12, int(sold), FEE)) < Decimal("1e-9")


@pytest.mark.parametrize(
    ("lower", "upper", "count", "field", "message"),
    [
        ("0", "1", 1, "lower_price", "lower_price must be greater than 0"),
        ("2", "2", 1, "upper_price", "upper_price must be greater than lower_price"),
        ("1", "2", 0, "grid_count", "grid_count must be at least 1"),
        ("1", "1.05", 6, "grid_count", "grid_count is too large: lines would be less than a tick (0.01) apart"),
    ],
)
def test_it_refuses_what_makes_no_grid(*, lower: str, upper: str, count: int, field: str, message: str) -> None:
    with pytest.raises(GridLinesError) as refused:
        grid_lines(
            BTC,
            lower_price=Decimal(lower),
            upper_price=Decimal(upper),
            grid_count=count,
            spacing=Spacing.ARITHMETIC,
        )
    assert (refused.value.field, str(refused.value)) == (field, message)


def test_the_capital_pays_the_orders_with_their_fees_and_what_no_step_uses_is_left() -> None:
    lines, price = lines_of(Spacing.ARITHMETIC), 95_200_00
    empty = nearest_line(lines, price)
    capital = capital_for(BTC, lines, empty=empty, price=price, investment=amount_of(Decimal(1000)), fees=FEES)
    quantity = BTC.quantity(capital.order_steps)
    above, below = 10 - empty, [BTC.price(line) for line in lines[:empty]]
    assert (empty, above, quantity) == (5, 5, Decimal("0.00106"))
    assert decimal_of(capital.base_cost) == above * quantity * Decimal(95200) * (1 + FEE)
    assert decimal_of(capital.quote) == sum(below) * quantity * (1 + FEE)
    assert capital.base_cost + capital.quote + capital.unused == amount_of(Decimal(1000))
    one_more = quantity + BTC.step_size
    assert (above * 95200 + sum(below)) * one_more * (1 + FEE) > 1000


class GridExchangeRig(ExchangeRig):
    """A grid on a paper exchange: what is filled is noted, then whatever is missing is placed."""

    def __init__(self, grid: Grid, empty: int, *, fees: FeeSchedule = FEES) -> None:
        super().__init__(
            quote="1000000", base="10", fees=fees, instrument=grid.instrument, base_price=grid.lines[empty]
        )
        self.grid, self.holdings, self.market = grid, holdings_at_start(grid, empty), grid.lines[empty]
        self.places: dict[str, tuple[int, Side]] = {}
        self.exchange._tell = self.note  # the exchange is the base class's; this rig answers what it tells
        self.place()

    def note(self, event: OrderEvent) -> None:
        if event.fill:
            gap, side = self.places[event.fill.client_order_id]
            self.holdings.fill(gap, side, event.fill.quantity)
            self.place()

    def place(self) -> None:
        for order in missing_orders(self.grid, self.holdings, self.resting)[0]:
            self.places[order.client_order_id] = (order.gap, order.side)
            self.holdings.placed[order.gap, order.side] += 1
            request = OrderRequest(
                client_order_id=order.client_order_id,
                side=order.side,
                type=OrderType.LIMIT,
                quantity=order.quantity,
                price=order.price,
            )
            self.exchange.place(request, market=self.market, time=0)

    @property
    def resting(self) -> dict[tuple[int, Side], int]:
        orders = self.exchange.open_orders
        steps: Counter[tuple[int, Side]] = Counter()
        for order in orders:
            steps[self.places[order.request.client_order_id]] += order.remaining
        return dict(steps)


def grid_of(count: int = 10, *, minimum: str = "0") -> Grid:
    instrument = replace(BTC, minimum_notional=Decimal(minimum))
    lines = tuple(range(100_00, 100_00 + count * 1_00 + 1, 1_00))
    return Grid(name="g1", instrument=instrument, lines=lines, order_steps=1000)


def test_a_grid_begins_with_an_order_on_each_line_but_the_empty_one() -> None:
    rig = GridExchangeRig(grid_of(4), empty=1)
    orders = [(order.request.client_order_id, order.request.price) for order in rig.exchange.open_orders]
    assert orders == [
        ("g1-0-buy-1", 100_00),
        ("g1-1-sell-1", 102_00),
        ("g1-2-sell-1", 103_00),
        ("g1-3-sell-1", 104_00),
    ]


def test_what_was_bought_is_sold_one_line_above_and_what_was_sold_bought_one_line_below() -> None:
    rig = GridExchangeRig(grid_of(4), empty=1)
    match = CandleMatcher(rig.exchange, Slippage(Decimal(0))).match
    match(PriceBar(open=101_00, high=101_00, low=99_99, close=99_99, volume=10**9, time=1))
    assert rig.resting == {(0, Side.SELL): 1000, (1, Side.SELL): 1000, (2, Side.SELL): 1000, (3, Side.SELL): 1000}
    match(PriceBar(open=99_99, high=102_01, low=99_99, close=102_01, volume=10**9, time=2))
    assert rig.resting == {(0, Side.BUY): 1000, (1, Side.BUY): 1000, (2, Side.SELL): 1000, (3, Side.SELL): 1000}


def test_a_part_that_was_filled_is_mirrored_once_it_clears_the_minimum() -> None:
    grid = grid_of(2, minimum="0.5")  # 500 steps of 0.00001 at 100 USDT
    holdings = holdings_at_start(grid, empty=1)
    resting = {(0, Side.BUY): 1000, (1, Side.SELL): 1000}
    for bought, mirrored in ((400, []), (200, [("g1-0-sell-1", 600)])):
        holdings.fill(0, Side.BUY, bought)
        resting[0, Side.BUY] -= bought
        wanted, waiting = missing_orders(grid, holdings, resting)
        assert [(order.client_order_id, order.quantity) for order in wanted] == mirrored
        assert waiting == (() if mirrored else ((0, Side.SELL),))


def test_the_same_holdings_give_the_same_names_so_that_placing_again_is_harmless() -> None:
    rig = GridExchangeRig(grid_of(), empty=5)
    before = [order.request.client_order_id for order in rig.exchange.open_orders]
    again = missing_orders(rig.grid, holdings_at_start(rig.grid, 5), {})[0]
    for order in again:
        request = OrderRequest(
            client_order_id=order.client_order_id, side=order.side, type=OrderType.LIMIT, quantity=1, price=order.price
        )
        rig.exchange.place(request, market=rig.market, time=9)
    assert [order.request.client_order_id for order in rig.exchange.open_orders] == before


def test_what_rests_beyond_what_a_grid_wants_is_named() -> None:
    grid = grid_of(2)
    resting = {(0, Side.BUY): 1000, (1, Side.BUY): 1000, (7, Side.SELL): 5}
    assert surplus_orders(grid, holdings_at_start(grid, 1), resting) == ((1, Side.BUY), (7, Side.SELL))
    assert surplus_orders(grid, GapHoldings(), {(0, Side.BUY): 1000}) == ()


@examples(10)
@given(
    seed=st.integers(0, 2**32),
    fees=st.sampled_from([FEES, FeeSchedule(maker=Decimal(0), taker=Decimal(0))]),
)
def test_through_500_random_candles_a_grid_keeps_its_orders_and_every_cent_is_accounted_for(
    seed: int, fees: FeeSchedule
) -> None:
    """Partial fills by volume, both paths, gaps: no price, quantity or amount ever leaves its bounds."""
    chance = random.Random(seed)
    grid = grid_of()
    rig = GridExchangeRig(grid, empty=5, fees=fees)
    match, price = CandleMatcher(rig.exchange, Slippage(Decimal("0.001"))).match, 105_00
    for time in range(500):
        opened = max(1, price + chance.randint(-80, 80))
        ends = [max(1, opened + chance.randint(-150, 150)) for _ in range(3)]
        low, high, price = min(opened, *ends), max(opened, *ends), ends[0]
        bar = PriceBar(open=opened, high=high, low=low, close=price, volume=chance.randint(0, 3000), time=time)
        fills = match(bar)
        assert all(low <= fill.price <= high for fill in fills)
        assert sum(fill.quantity for fill in fills) <= bar.volume
        assert all(0 <= held <= grid.order_steps for held in rig.holdings.held.values())
        resting = rig.resting
        for gap in grid.gaps:
            held = rig.holdings.held[gap]
            assert (resting.get((gap, Side.BUY), 0), resting.get((gap, Side.SELL), 0)) == (1000 - held, held)
        prices = {"BTC": price_amount(price)}
        account = rig.account
        assert account.equity(prices) - account.equity_at_start == account.realised + account.unrealised(prices)
    counts = Counter(order.request.side for order in rig.exchange.open_orders)
    assert sum(counts.values()) >= len(grid.gaps)


@examples(20)
@given(seed=st.integers(0, 2**32))
def test_to_ask_for_the_gap_that_changed_is_enough_where_nothing_was_missing(seed: int) -> None:
    chance, grid = random.Random(seed), grid_of(minimum="0.5")
    holdings, resting = holdings_at_start(grid, 5), Counter[tuple[int, Side]]()
    for _ in range(50):
        whole = missing_orders(grid, holdings, resting)
        gaps = sorted({order.gap for order in whole[0]} | {gap for gap, _ in whole[1]})
        assert missing_orders(grid, holdings, resting, gaps=gaps) == whole
        for order in whole[0]:
            resting[order.gap, order.side] += order.quantity
        place = chance.choice([place for place, steps in resting.items() if steps])
        steps = chance.randint(1, resting[place])
        resting[place] -= steps
        holdings.fill(*place, steps)


def test_what_a_fee_took_is_not_bought_again() -> None:
    grid = replace(grid_of(2), fee_steps=10)
    for lacking, bought in ((10, []), (11, [11])):
        holdings = GapHoldings(held={0: 1000 - lacking, 1: 1000})
        orders, waiting = missing_orders(grid, holdings, {(0, Side.SELL): 1000 - lacking, (1, Side.SELL): 1000})
        assert ([order.quantity for order in orders], waiting) == (bought, ())


def test_a_fee_that_the_bought_asset_pays_leaves_less_to_sell_than_was_bought() -> None:
    rig = ExchangeRig(fees=FeeSchedule(maker=FEE, taker=FEE, charged_in=FeeAsset.RECEIVED))
    request = OrderRequest(client_order_id="a", side=Side.BUY, type=OrderType.MARKET, quantity=1000)
    rig.exchange.place(request, market=100_00, time=0)
    CandleMatcher(rig.exchange, Slippage(Decimal(0))).match(
        PriceBar(open=100_00, high=100_00, low=100_00, close=100_00, volume=1000, time=1)
    )
    assert decimal_of(rig.account.free("BTC")) == Decimal("0.00999")
