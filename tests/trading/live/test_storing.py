"""What happens to a sub-account in memory is in its rows, whole: built from them again it goes on as if nothing was."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from streaming.times import milliseconds
from tests.examples import examples
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, load, store
from tests.trading.market import symbol_listed
from trading.engine.amounts import ONE
from trading.engine.live.state import TransferredHoldings
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.errors import StaleVersionError
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import Balance, Fill, Lot, Order, SubAccount

_TIME = milliseconds(NOW)
_MARKET = 10_000  # ticks of 0.01
_SYMBOLS = ("BTCUSDT", "ETHUSDT")
_GRID = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=10)


def _limit(name: str, side: Side, price: int, quantity: int, **more: object) -> OrderRequest:
    return OrderRequest(client_order_id=name, side=side, type=OrderType.LIMIT, price=price, quantity=quantity, **more)  # type: ignore[arg-type]


def _market(name: str, side: Side, quantity: int) -> OrderRequest:
    return OrderRequest(client_order_id=name, side=side, type=OrderType.MARKET, quantity=quantity)


def _bought(loaded: LoadedSubAccount, symbol: str = "BTCUSDT", quantity: int = 1000, name: str = "m") -> None:
    loaded.engine.place(symbol, _market(name, Side.BUY, quantity), market=_MARKET, time=_TIME)
    loaded.engine.take_new(symbol, market=_MARKET, time=_TIME)


# -- One sub-account, whatever happens to it ------------------------------------------------------------------------

_place = st.tuples(
    st.just("place"),
    st.sampled_from(_SYMBOLS),
    st.sampled_from(Side),
    st.sampled_from([OrderType.LIMIT, OrderType.MARKET, OrderType.STOP, OrderType.STOP_LIMIT, OrderType.LIMIT_MAKER]),
    st.integers(9_900, 10_100),
    st.integers(100, 3000),
)
_trade = st.tuples(st.just("trade"), st.sampled_from(_SYMBOLS), st.integers(9_850, 10_150), st.integers(1, 2500))
_cancel = st.tuples(st.just("cancel"))
_steps = st.lists(st.one_of(_place, _place, _trade, _trade, _cancel), min_size=1, max_size=12)


def _do(loaded: LoadedSubAccount, step: tuple[Any, ...], number: int) -> None:
    engine, time = loaded.engine, _TIME + number
    match step:
        case ("place", symbol, side, kind, price, quantity):
            request = OrderRequest(
                client_order_id=f"c{number}",
                side=side,
                type=kind,
                quantity=quantity,
                price=price if kind.has_price else 0,
                stop_price=price + 10 if kind.has_stop_price else 0,
            )
            engine.place(symbol, request, market=_MARKET, time=time)
        case ("trade", symbol, price, quantity):
            engine.see_trade(symbol, price=price, quantity=quantity, time=time)
        case ("cancel",) if engine.open_orders:
            engine.cancel(engine.open_orders[0][1].request.client_order_id, time=time)


@pytest.mark.django_db
@examples(12)
@given(steps=_steps, halves=st.integers(1, 4))
def test_what_is_built_from_rows_goes_on_as_what_stayed_in_memory(steps: list[tuple[Any, ...]], halves: int) -> None:
    with transaction.atomic():
        for symbol in _SYMBOLS:
            symbol_listed(symbol)
        hand = hand_of(account_of())
        kept, again = load(hand), load(hand)
        for number, step in enumerate(steps):
            _do(kept, step, number)
            _do(again, step, number)
            if number % halves == 0:
                store(again)
                again = load(hand)
        store(again)
        assert load(hand).engine.state() == again.engine.state() == kept.engine.state()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_each_order_and_execution_is_a_row() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    loaded = load(hand)
    _bought(loaded)
    loaded.engine.place("BTCUSDT", _limit("s", Side.SELL, 10_100, 400), market=_MARKET, time=_TIME)
    loaded.engine.take_new("BTCUSDT", market=_MARKET, time=_TIME)
    loaded.engine.see_trade("BTCUSDT", price=10_101, quantity=150, time=_TIME + 1)
    [stored] = store(loaded)
    bought, sold = Order.objects.order_by("number")
    assert (bought.state, bought.filled, bought.locked, bought.ended_at) == ("filled", Decimal(1), Decimal(0), NOW)
    assert (sold.state, sold.filled, sold.locked, sold.ended_at) == (
        "partially_filled",
        Decimal("0.15"),
        Decimal("0.25"),
        None,
    )
    assert (sold.price, sold.placed_at) == (Decimal(101), NOW)
    assert stored.order_ids == {bought.number: bought.pk, sold.number: sold.pk}
    fills = list(Fill.objects.order_by("number"))
    assert [(fill.order_id, fill.number, fill.liquidity) for fill in fills] == [
        (bought.pk, 1, "taker"),
        (sold.pk, 2, "maker"),
    ]
    assert fills[1].closed == [
        [1, "0.15", format(fills[0].notional * Decimal("0.15") * Decimal("1.0015"), "f").rstrip("0")]
    ]
    row = SubAccount.objects.get(pk=hand.pk)
    assert (row.fills, row.placed, row.realised) == (2, 2, fills[1].realised)
    btc = Balance.objects.get(sub_account=hand, asset="BTC")
    assert (btc.free, btc.locked) == (Decimal("0.6"), Decimal("0.25"))


@pytest.mark.django_db
def test_lots_are_kept_in_their_order_and_shrink_from_the_oldest() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    loaded = load(hand)
    for number in range(3):
        _bought(loaded, name=f"m{number}")
    store(loaded)
    first, second, third = Lot.objects.order_by("number").values_list("pk", flat=True)
    loaded.engine.place("BTCUSDT", _market("s", Side.SELL, 1500), market=_MARKET, time=_TIME)
    loaded.engine.take_new("BTCUSDT", market=_MARKET, time=_TIME)
    _bought(loaded, name="again")
    store(loaded)
    lots = list(Lot.objects.order_by("number").values_list("pk", "number", "opened_by", "amount"))
    assert lots[:2] == [(second, 2, 2, Decimal("0.5")), (third, 3, 3, Decimal(1))]
    assert lots[2][1:] == (4, 5, Decimal(1))
    assert first not in {lot[0] for lot in lots}
    assert load(hand).engine.state() == loaded.engine.state()


@pytest.mark.django_db
def test_what_was_realised_before_today_is_kept_apart() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    loaded = load(hand)
    _bought(loaded)
    loaded.engine.place("BTCUSDT", _market("s", Side.SELL, 500), market=_MARKET, time=_TIME)
    loaded.engine.take_new("BTCUSDT", market=_MARKET, time=_TIME)
    store(loaded)
    earned = SubAccount.objects.get(pk=hand.pk).realised
    _bought(loaded, name="next day")
    store(loaded, now=NOW + timedelta(days=1))
    row = SubAccount.objects.get(pk=hand.pk)
    assert earned < 0
    assert (row.day, row.realised_before_day) == ((NOW + timedelta(days=1)).date(), earned)


@pytest.mark.django_db
@pytest.mark.parametrize(("back", "begins"), [(timedelta(days=1), False), (timedelta(days=2), True)])
def test_a_clock_that_goes_back_over_midnight_begins_no_new_day(back: timedelta, begins: bool) -> None:
    symbol_listed()
    hand = hand_of(account_of())
    loaded = load(hand)
    _bought(loaded)
    store(loaded)
    _bought(loaded, name="the day before")
    store(loaded, now=NOW - back)
    row = SubAccount.objects.get(pk=hand.pk)
    assert row.day == ((NOW - back).date() if begins else NOW.date())


# -- Versions -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_stores_nothing_of_what_another_has_changed_since() -> None:
    symbol_listed()
    account = account_of()
    hand, other = hand_of(account), hand_of(account, "USDC")
    stale, fresh, beside = load(hand), load(hand), load(other)
    _bought(fresh)
    store(fresh)
    _bought(stale, name="late")
    beside.engine.transfer_in(TransferredHoldings(quote=ONE))
    with pytest.raises(StaleVersionError) as refused:
        store(beside, stale)
    assert refused.value.ids == {hand.pk}
    assert list(Order.objects.values_list("client_order_id", flat=True)) == ["m"]
    assert SubAccount.objects.get(pk=other.pk).version == 1
    assert load(hand).engine.state() == fresh.engine.state()


@pytest.mark.django_db
def test_what_has_not_changed_is_no_newer_version() -> None:
    hand = hand_of(account_of())
    loaded = load(hand)
    assert store(loaded) == ()
    assert SubAccount.objects.get(pk=hand.pk).version == loaded.version == 1


@pytest.mark.django_db
def test_an_order_of_a_name_that_the_account_has_used_is_refused_whole() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    loaded = load(hand)
    _bought(loaded, name="once")
    store(loaded)
    before = load(hand).engine.state()
    _bought(loaded, name="once")
    with pytest.raises(IntegrityError), transaction.atomic():
        store(loaded)
    assert load(hand).engine.state() == before


@pytest.mark.django_db
def test_a_price_that_the_exchange_allows_no_more_is_rounded_against_the_order() -> None:
    symbol = symbol_listed()
    hand = hand_of(account_of())
    loaded = load(hand)
    _bought(loaded)
    for name, side, price in (("buy", Side.BUY, 9_005), ("sell", Side.SELL, 11_005)):
        loaded.engine.place("BTCUSDT", _limit(name, side, price, 100), market=_MARKET, time=_TIME)
    store(loaded)
    symbol.tick_size = Decimal("0.1")
    symbol.save()
    again = load(hand)
    assert [order.request.price for _, order in again.engine.open_orders] == [900, 1101]
    again.engine.cancel("buy", time=_TIME)
    store(again)
    assert load(hand).engine.account.locked("USDT") == 0


@pytest.mark.django_db
def test_what_is_less_than_a_step_that_the_exchange_has_made_coarser_is_left_and_what_is_locked_comes_back() -> None:
    symbol, hand = symbol_listed(), hand_of(account_of())
    loaded = load(hand)
    for name, steps in (("whole", 1_015), ("less", 600)):
        loaded.engine.place("BTCUSDT", _limit(name, Side.BUY, 9_000, steps), market=_MARKET, time=_TIME)
    loaded.engine.take_new("BTCUSDT", market=_MARKET, time=_TIME)
    loaded.engine.see_trade("BTCUSDT", price=9_000, quantity=7, time=_TIME)
    store(loaded)
    symbol.step_size = Decimal(1)
    symbol.save()
    again = load(hand)
    assert [(order.filled, order.remaining) for _, order in again.engine.open_orders] == [(0, 1), (0, 0)]
    again.engine.see_trade("BTCUSDT", price=8_999, quantity=1_000, time=_TIME)
    store(again)
    assert dict(Order.objects.values_list("client_order_id", "state")) == {"whole": "filled", "less": "expired"}
    assert load(hand).engine.account.locked("USDT") == 0


# -- Many at once ---------------------------------------------------------------------------------------------------


def _rounds(ids: list[int]) -> int:
    with CaptureQueriesContext(connection) as queries:
        loaded = sub_accounts_load(ids, lock=False)
        for one in loaded.values():
            for number in range(10):
                price = 9_000 + number
                one.engine.place(
                    "BTCUSDT", _limit(f"{one.row.pk}-{number}", Side.BUY, price, 100), market=_MARKET, time=_TIME
                )
        store(*loaded.values())
    return len(queries)


def _grids(count: int) -> list[int]:
    account = account_of(f"owner{count}")
    return [grid_of(account, _GRID).pk for _ in range(count)]


@pytest.mark.django_db
def test_many_take_as_many_queries_as_few() -> None:
    symbol_listed()
    few, many = _rounds(_grids(2)), _rounds(_grids(20))
    assert few == many
    assert Order.objects.count() == 220
