"""Events are as narrow as programs are promised: mypy refuses this module where a type is wider, or another."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, assert_type

from tidewire_client.events import Action, GridOrder, Kline, Level, Notification, NotificationKind, Side, StrategyStatus
from tidewire_client.events.market import Depth
from tidewire_client.reading.event_reading import event_of
from tidewire_client.reading.messages import News

NOW = 1_733_486_400_000


def test_numbers_are_exact_and_what_a_dialect_may_not_tell_is_optional() -> None:
    candle = {"symbol": "BTCUSDT", "source": "binance", "interval": "1m", "time": NOW, "isFinal": True}
    candle |= dict.fromkeys(("open", "high", "low", "close", "volume"), Decimal("0.10"))
    kline = event_of(News("klines:BTCUSDT:1m", "kline", candle, None, NOW), {})
    assert isinstance(kline, Kline)
    assert str(assert_type(kline.close, Decimal)) == "0.10"
    assert assert_type(kline.interval, str) == "1m"
    assert assert_type(kline.open_time, int) == NOW
    assert assert_type(kline.close_time, int | None) is None


def test_levels_are_pairs_with_names() -> None:
    book = {"symbol": "BTCUSDT", "source": "simulator", "bids": [[1, 2]], "asks": [], "timestamp": NOW}
    depth = event_of(News("depth:BTCUSDT", "depth", book), {})
    assert isinstance(depth, Depth)
    assert assert_type(depth.bids, tuple[Level, ...])[0] == Level(Decimal(1), Decimal(2))


def test_words_of_a_closed_set_are_enums() -> None:
    order = {"grid_id": "a", "level": 1, "side": "buy", "client_order_id": "c", "price": 1, "amount": 2, "filled": 0}
    placed = event_of(News("grid.a.order", "grid.order", order, "placed", NOW), {})
    assert isinstance(placed, GridOrder)
    assert assert_type(placed.side, Side) is Side.BUY
    assert assert_type(placed.position_after, Decimal | None) is None
    assert StrategyStatus.__annotations__["last_signal"] == Action | None


def test_objects_of_no_fixed_shape_are_mappings() -> None:
    stored = {"id": 1, "seq": 1, "kind": "alert", "severity": "info", "title": "", "body": "", "created": NOW}
    note = event_of(News("notifications", "notification", {**stored, "data": {"price": 1}}), {})
    assert isinstance(note, Notification)
    assert assert_type(note.about, NotificationKind) is NotificationKind.ALERT
    assert assert_type(note.data, Mapping[str, Any]) == {"price": 1}
    assert assert_type(note.rule, int | None) is None
