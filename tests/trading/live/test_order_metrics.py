"""What Prometheus is told of orders: what has happened to them, once it is committed."""

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from streaming.events import Side
from streaming.times import milliseconds
from tests.metric_values import counted
from tests.trading.live.rows import NOW, account_of, hand_of, load
from tests.trading.market import symbol_listed
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.live.changing import sub_accounts_changed
from trading.metrics import ORDER_EVENTS

_TIME = milliseconds(NOW)
_MARKET = 10_000
_EVENTS = ("accepted", "filled", "cancelled", "rejected")


def _counts() -> list[float]:
    return [counted(ORDER_EVENTS, event, "user") for event in _EVENTS]


@pytest.mark.django_db
def test_it_counts_what_has_happened_once_it_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    symbol_listed("BTCUSDT")
    loaded, before = load(hand_of(account_of())), _counts()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        order = OrderRequest(client_order_id="m", side=Side.BUY, type=OrderType.MARKET, quantity=1000)
        loaded.engine.place("BTCUSDT", order, market=_MARKET, time=_TIME)
        loaded.engine.take_new("BTCUSDT", market=_MARKET, time=_TIME)
        sub_accounts_changed([loaded], now=NOW)
        assert _counts() == before, "what is rolled back has not happened"
    assert [now - then for now, then in zip(_counts(), before, strict=True)] == [1, 1, 0, 0]
