"""Orders that ended long ago are deleted with their executions; nothing that counts goes with them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from streaming.events import Side
from streaming.stored_events.event_outbox import PendingEvent
from streaming.times import milliseconds
from streaming.workers.retention import unneeded_rows_delete
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, load, store
from tests.trading.market import symbol_listed
from trading.engine.matching.book import Book
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.events.outbox import OUTBOX
from trading.models import Fill, Order, SubAccount
from trading.retention import old_orders_forget

pytestmark = pytest.mark.django_db
_TIME = milliseconds(NOW)


def _traded(hand: SubAccount, name: str, ended_at: datetime) -> None:
    loaded = load(hand)
    request = OrderRequest(client_order_id=name, side=Side.BUY, type=OrderType.MARKET, quantity=100)
    loaded.engine.place("BTCUSDT", request, market=10_000, time=_TIME)
    loaded.engine.take_new("BTCUSDT", market=10_000, time=_TIME)
    store(loaded, now=ended_at)


def _forget(days: float) -> list[int]:
    return list(old_orders_forget(now_ms=milliseconds(NOW + timedelta(days=days))))


def test_old_orders_go_with_their_executions_and_leave_what_they_brought(settings: Settings) -> None:
    settings.ORDERS_KEPT_DAYS = 30
    symbol_listed()
    hand = hand_of(account_of())
    _traded(hand, "old", NOW)
    _traded(hand, "new", NOW + timedelta(days=5))
    loaded = load(hand)
    request = OrderRequest(client_order_id="open", side=Side.BUY, type=OrderType.LIMIT, quantity=100, price=5000)
    loaded.engine.place("BTCUSDT", request, market=10_000, time=_TIME)
    store(loaded)
    before = load(hand).engine.state()
    assert _forget(30) == []
    assert _forget(31) == [1]
    assert set(Order.objects.values_list("client_order_id", flat=True)) == {"new", "open"}
    assert Fill.objects.count() == 1
    assert load(hand).engine.state() == before
    settings.ORDERS_KEPT_DAYS = 0
    assert _forget(1000) == []


def test_orders_of_a_grid_stay_as_long_as_it_trades(settings: Settings) -> None:
    settings.ORDERS_KEPT_DAYS = 30
    symbol_listed()
    parameters = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=4)
    loaded = load(grid_of(account_of(), parameters))
    assert loaded.grid is not None
    loaded.grid.start(market=10_000, time=_TIME)
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=10_000, time=_TIME)
    store(loaded)
    assert Order.objects.filter(ended_at__isnull=False).count() == 1
    assert _forget(100) == [0]  # it has looked at it, and no more than once
    loaded.grid.stop(time=_TIME)
    loaded.grid.advance(market=10_000, time=_TIME)
    store(loaded, now=NOW + timedelta(days=100))
    assert _forget(120) == [0]
    assert sum(_forget(131)) == 5


def test_orders_that_stay_are_looked_at_once_however_many_of_others_go() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    for number, ended_at in enumerate([NOW, NOW, NOW, NOW, NOW + timedelta(days=1), NOW + timedelta(days=1)]):
        _traded(hand, f"{'gone' if number % 2 else 'kept'} {number}", ended_at)
    gone = unneeded_rows_delete(
        Order.objects.filter(ended_at__isnull=False), Q(client_order_id__startswith="gone"), by="ended_at", size=2
    )
    with CaptureQueriesContext(connection) as asked:
        counts = list(gone)
    assert sum(counts) == 3
    assert len(counts) == 3  # of two rows that it looked at each
    assert set(Order.objects.values_list("client_order_id", flat=True)) == {"kept 0", "kept 2", "kept 4"}
    looks = [one["sql"] for one in asked if "LIMIT 2" in one["sql"] and "ORDER BY" in one["sql"]]
    assert [look.count('"ended_at" >=') for look in looks] == [0, 1, 1, 1]  # all but the first begin behind the last


def test_events_that_could_not_be_told_go_after_their_time_and_what_waits_stays(settings: Settings) -> None:
    settings.OUTBOX_REFUSED_KEPT_DAYS = 30
    refused, waiting = OUTBOX.append([PendingEvent(owner_id=1), PendingEvent(owner_id=1)], now=NOW)
    OUTBOX.refuse({refused.id: "why not"}, fence=None, now=NOW)

    def forget(days: int) -> list[int]:
        return list(OUTBOX.old_refused_forget(now_ms=milliseconds(NOW + timedelta(days=days))))

    assert forget(30) == []
    settings.OUTBOX_REFUSED_KEPT_DAYS = 0
    assert forget(1000) == []
    settings.OUTBOX_REFUSED_KEPT_DAYS = 30
    assert forget(31) == [1]
    assert OUTBOX.read(10) == (waiting,)
