"""How executions are settled: balances, fees in three assets, lots; and what never changes while they are."""

import random
from bisect import bisect_left
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from tests.examples import examples
from tests.trading.engine.instruments import BTC, ExchangeRig, price_amount
from trading.engine.accounts.account import InsufficientBalanceError
from trading.engine.accounts.lots import ClosedLot, InsufficientLotsError, LotLedger
from trading.engine.accounts.settlement import Settlement
from trading.engine.amounts import ONE, amount_of, decimal_of
from trading.engine.fees import FeeAsset, FeeSchedule, Liquidity
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType

QUOTE = FeeSchedule(maker=Decimal("0.0002"), taker=Decimal("0.001"))
RECEIVED = FeeSchedule(maker=Decimal("0.0002"), taker=Decimal("0.001"), charged_in=FeeAsset.RECEIVED)
THIRD = FeeSchedule(maker=Decimal("0.0002"), taker=Decimal("0.001"), charged_in=FeeAsset.THIRD, third_asset="BNB")
BNB = amount_of(Decimal("613.7"))


def market_order(side: Side, steps: int) -> Order:
    return Order(
        number=1,
        request=OrderRequest(client_order_id="a", side=side, type=OrderType.MARKET, quantity=steps),
        placed_at=0,
        state=OrderState.ACCEPTED,
    )


def execute(rig: ExchangeRig, side: Side, steps: int, ticks: int, liquidity: Liquidity = Liquidity.TAKER) -> None:
    order = market_order(side, steps)
    rig.settlement.settle(order, ticks=ticks, steps=steps, completes=True, liquidity=liquidity, time=0)


@pytest.mark.parametrize(
    ("fees", "liquidity", "usdt", "btc", "bnb"),
    [
        (QUOTE, Liquidity.TAKER, "9899.9", "1", "1"),
        (QUOTE, Liquidity.MAKER, "9899.98", "1", "1"),
        (RECEIVED, Liquidity.TAKER, "9900", "0.999", "1"),
        (THIRD, Liquidity.TAKER, "9900", "1", "0.99983705"),  # 0.1 USDT at 613.7 is 0.000162946… BNB
    ],
)
def test_it_charges_the_fee_in_the_asset_of_the_schedule(
    fees: FeeSchedule, liquidity: Liquidity, usdt: str, btc: str, bnb: str
) -> None:
    rig = ExchangeRig(fees=fees, others={"BNB": ("1", "613.7")}, price_of=lambda _: BNB)
    execute(rig, Side.BUY, 100_000, 100_00, liquidity)
    balances = [decimal_of(rig.account.free(asset)) for asset in ("USDT", "BTC", "BNB")]
    assert balances == [Decimal(usdt), Decimal(btc), Decimal(bnb)]


def test_it_charges_the_quote_where_too_little_of_the_third_asset_is_there() -> None:
    rig = ExchangeRig(fees=THIRD, others={"BNB": ("0.0001", "613.7")}, price_of=lambda _: BNB)
    execute(rig, Side.BUY, 100_000, 100_00)
    assert decimal_of(rig.account.free("USDT")) == Decimal("9899.9")


def test_it_realises_net_of_both_fees_and_names_what_was_closed() -> None:
    rig = ExchangeRig(fees=QUOTE)
    execute(rig, Side.BUY, 100_000, 100_00)
    execute(rig, Side.BUY, 100_000, 110_00)
    order = market_order(Side.SELL, 150_000)
    fill = rig.settlement.settle(order, ticks=120_00, steps=150_000, completes=True, liquidity=Liquidity.TAKER, time=0)
    whole, half = fill.closed
    assert (whole.opened_by, whole.amount, decimal_of(whole.cost)) == (1, ONE, Decimal("100.1"))
    assert (half.opened_by, half.amount, decimal_of(half.cost)) == (2, ONE // 2, Decimal("55.055"))
    assert decimal_of(fill.realised) == Decimal(180) * Decimal("0.999") - Decimal("155.155")


def test_it_changes_nothing_where_the_account_can_not_pay() -> None:
    rig = ExchangeRig(quote="100", fees=QUOTE)
    with pytest.raises(InsufficientBalanceError, match="too little USDT is free"):
        execute(rig, Side.BUY, 100_000, 100_00)  # 100 USDT and a fee
    with pytest.raises(InsufficientBalanceError, match="too little BTC is free"):
        execute(rig, Side.SELL, 1, 100_00)
    assert (rig.account.free("USDT"), rig.account.free("BTC"), rig.account.realised) == (100 * ONE, 0, 0)


def test_it_gives_lots_away_oldest_first_and_loses_no_cost_in_the_parts() -> None:
    ledger = LotLedger()
    ledger.open(1, 3, 100)
    ledger.open(2, 5, 70)
    assert ledger.close(1) == (ClosedLot(1, 1, 33),)
    assert ledger.close(4) == (ClosedLot(1, 2, 67), ClosedLot(2, 2, 28))
    assert (ledger.amount, ledger.cost) == (3, 42)
    with pytest.raises(InsufficientLotsError, match="4 is more than the 3 that are there"):
        ledger.close(4)


@pytest.mark.parametrize("rate", ["-0.001", "1", "0.0000001"])
def test_it_refuses_a_fee_rate_that_is_none(rate: str) -> None:
    with pytest.raises(ValueError, match="a fee rate must be from 0 to below 1"):
        FeeSchedule(maker=Decimal(rate), taker=Decimal(0))


def test_it_refuses_a_third_asset_without_its_name_or_price() -> None:
    with pytest.raises(ValueError, match="needs the asset's name"):
        FeeSchedule(maker=Decimal(0), taker=Decimal(0), charged_in=FeeAsset.THIRD)
    with pytest.raises(ValueError, match="need its price"):
        ExchangeRig(fees=THIRD)


_MOST_STEPS = 50_000


def _affordable(settlement: Settlement, order: Order, ticks: int) -> int:
    """Return how many steps the account can pay at a price, `_MOST_STEPS` at most."""
    return bisect_left(range(1, _MOST_STEPS + 1), True, key=lambda steps: not settlement.can_pay(order, ticks, steps))


@examples(40)
@given(seed=st.integers(0, 2**32), fees=st.sampled_from([QUOTE, RECEIVED, THIRD]))
def test_what_was_and_was_not_realised_is_the_change_of_equity_after_each_of_500_random_executions(
    seed: int, fees: FeeSchedule
) -> None:
    """The identity holds exactly, in 40 random histories of 500 steps: 20,000 in all."""
    chance = random.Random(seed)
    rig = ExchangeRig(fees=fees, base="3", others={"BNB": ("0.01", "613.7")}, price_of=lambda _: BNB)
    account, ticks = rig.account, 100_00
    for _ in range(500):
        ticks = max(1, ticks + chance.randint(-200, 200))
        order = market_order(chance.choice(list(Side)), 1)
        steps = min(_affordable(rig.settlement, order, ticks), chance.randint(1, _MOST_STEPS))
        if steps:
            execute(rig, order.request.side, steps, ticks, chance.choice(list(Liquidity)))
        prices = {"BTC": price_amount(ticks), "BNB": BNB}
        assert account.equity(prices) - account.equity_at_start == account.realised + account.unrealised(prices)
        assert all(account.free(asset) >= 0 for asset in account.assets)


def test_it_refuses_an_account_that_counts_in_another_asset() -> None:
    rig = ExchangeRig()
    rig.account.quote = "EUR"
    with pytest.raises(ValueError, match="BTCUSDT isn't traded for EUR"):
        type(rig.settlement)(BTC, rig.account, QUOTE)
