"""The data objects, as topics.md names their fields."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.events import Alert, Notification, NotificationKind, Severity
from streaming import events
from streaming.events import BaseEvent, MarketEvent, Source
from streaming.events.fields import DataWriter, declared_fields, named_fields
from tests.streaming.events.of_all_kinds import GENERIC_TYPES, events_of
from trading import events as trading
from wallets import events as wallets
from wallets.lifecycle import TransactionStatus

PRICE_FIELDS = "symbol price change24h changePercent24h high24h low24h volume24h timestamp"
STATUS_FIELDS = "id state current_price position active_buy_orders active_sell_orders realized_pnl unrealized_pnl"
SIGNAL_FIELDS = "symbol action confidence reason model version horizon price"
ORDER_FIELDS = (
    "id clientOrderId account symbol side type timeInForce price stopPrice quantity quoteQuantity filled averagePrice "
    "status reason instance timestamp"
)

ALL_FIELDS: dict[Any, str] = {
    events.CombinedPrice: f"{PRICE_FIELDS} change1h singleSource sources source",
    events.Resync: "from to complete",
    trading.Signal: f"{SIGNAL_FIELDS} trackRecord versionRecord timestamp id source",
    wallets.Block: "chain number hash parentHash transactions baseFee timestamp reorg_depth",
    trading.Portfolio: "equity balance unrealizedPnl realizedPnl positions drawdown quoteAssets timestamp",
    trading.Order: ORDER_FIELDS,
    trading.Account: "account mode demo balances trading timestamp",
    Notification: "id seq kind severity title body data rule created read",
    Alert: "rule name symbol source operator value threshold previous state late simulated firedAt",
    wallets.WalletActivity: (
        "chain address label event asset token balance change tx logIndex block retracted outdated timestamp"
    ),
    wallets.TransactionState: (
        "chain hash status confirmations required block replacedBy replacement from to value fee wallets timestamp"
    ),
    trading.GridStatus: f"{STATUS_FIELDS} reason equity fees",
    trading.GridOrder: "grid_id level side price amount filled client_order_id position_after",
    trading.GridTrade: "grid_id level side price amount fee fee_asset order_id",
    trading.GridProfit: "grid_id realized_pnl unrealized_pnl fees cycles equity",
    trading.GridRisk: "grid_id check passed code message level",
    trading.AccountRisk: "account check passed code message level symbol side type client_order_id",
    trading.GridLifecycle: "grid_id state reason lines",
    trading.BacktestProgress: "id phase progress current_date trades_count current_equity",
    trading.BacktestLifecycle: "id state reason metrics",
    trading.StrategyStatus: "id state reason symbol interval position realized_pnl unrealized_pnl last_signal",
    trading.StrategySignal: "id strategy symbol action price confidence reason number",
    trading.StrategyOrder: "strategy_id side price amount filled client_order_id position_after",
    trading.StrategyTrade: "strategy_id side price amount fee fee_asset order_id",
    trading.StrategyProfit: "strategy_id realized_pnl unrealized_pnl fees equity",
    trading.StrategyRisk: "strategy_id check passed code message level",
    trading.StrategyLifecycle: "id state reason",
    events.SystemHealth: "status uptime gateways connections workers database layer layer_hosts_down exchange",
    events.ExchangeNews: "exchange state source reason since attempt from to complete",
    events.LogLine: "level source message",
    trading.KillSwitch: "scope id reason by affected",
    events.GatewaysUpdate: "gateways bridge bridge_slots further_bridges workers leases_read channels channels_total",
}
LEFT_OUT_WHERE_UNSET: dict[Any, set[str]] = {
    trading.GridOrder: {"position_after"},
    trading.StrategyOrder: {"position_after"},
    trading.BacktestLifecycle: {"metrics"},
    events.SystemHealth: {"layer_hosts_down"},
    events.ExchangeNews: {"reason", "since", "attempt", "from", "to", "complete"},
}


TRADE = events.Trade(trade_id=1, price=Decimal(1), quantity=Decimal(1), side=events.Side.BUY, time=1)


class Time(int):
    """A time that a dialect was given to write, in ms."""


def data_fields(event: BaseEvent) -> Iterator[tuple[str, Any, bool]]:
    """Yield the name and the value of each field, and whether the dialect was asked to write it as a time."""
    for name, value in DataWriter(type(event), declared_fields(type(event)), Time).write(event).items():
        is_time = isinstance(value, Time)
        yield name, int(value) if is_time else value, is_time


def test_it_knows_the_fields_of_every_kind() -> None:
    assert set(ALL_FIELDS) == set(GENERIC_TYPES)


@given(st.data())
@pytest.mark.parametrize("kind", GENERIC_TYPES)
def test_it_names_the_fields_of_the_contract_with_values_that_json_can_hold(
    kind: type[Any], data: st.DataObject
) -> None:
    event: BaseEvent = data.draw(events_of(kind))
    written = {name: value for name, value, _ in data_fields(event)}
    marks = {"simulated", "stale", "repaired"} if issubclass(kind, MarketEvent) else set()
    names = set(written) - marks
    expected = set(ALL_FIELDS[kind].split())
    assert expected - names <= LEFT_OUT_WHERE_UNSET.get(kind, set())
    assert names <= expected
    assert set(msgspec.json.decode(msgspec.json.encode(written))) == set(written)


def test_it_tells_which_fields_are_times() -> None:
    news = events.ExchangeNews(
        time=1,
        event=events.ExchangeEvent.RESYNC,
        exchange="binance",
        state=events.ExchangeState.LIVE,
        source=Source.BINANCE,
        since=5,
        start=3,
        end=4,
    )
    assert list(data_fields(news)) == [
        ("exchange", "binance", False),
        ("state", "live", False),
        ("source", "binance", False),
        ("since", 5, True),
        ("from", 3, True),
        ("to", 4, True),
    ]


def test_it_takes_a_transactions_parties_for_no_times() -> None:
    state = wallets.TransactionState(
        time=9, chain="e", hash="0x1", status=TransactionStatus.SEEN, required=12, sender="0xa", recipient="0xb"
    )
    times = [name for name, _, is_time in data_fields(state) if is_time]
    assert times == ["timestamp"]


def test_it_writes_a_combined_prices_time_in_ms_everywhere() -> None:
    price = events.CombinedPrice(symbol="BTC-USD", time=7, source=Source.SIMULATOR, price=Decimal(1), sources=())
    written = {name: (value, is_time) for name, value, is_time in data_fields(price)}
    assert written["timestamp"] == (7, False)
    assert written["simulated"] == (True, False)
    assert "stale" not in written
    assert written["change1h"] == (None, False)


def test_it_writes_numbers_with_all_their_digits() -> None:
    wei = Decimal(2**256 - 1)
    state = wallets.TransactionState(
        time=9, chain="e", hash="0x1", status=TransactionStatus.SEEN, required=1, value=wei, fee=Decimal("1E-18")
    )
    written = msgspec.json.encode({name: value for name, value, _ in data_fields(state)}).decode()
    assert f'"value":{2**256 - 1},' in written
    assert '"fee":0.000000000000000001' in written


def test_it_writes_nested_objects_with_their_own_names() -> None:
    position = trading.Position(
        symbol="BTCUSDT",
        quantity=Decimal("0.10"),
        average_price=Decimal(2),
        price=Decimal(3),
        unrealized_pnl=Decimal("0.1"),
    )
    money = {"equity": Decimal(1), "balance": Decimal(1), "unrealized_pnl": Decimal(0), "realized_pnl": Decimal(0)}
    portfolio = trading.Portfolio(time=1, positions=(position,), quote_assets=("USDT",), **money)
    written = {name: value for name, value, _ in data_fields(portfolio)}
    assert msgspec.json.encode(written["positions"]) == (
        b'[{"symbol":"BTCUSDT","quantity":0.10,"averagePrice":2,"price":3,"unrealizedPnl":0.1}]'
    )


def test_it_writes_objects_of_no_fixed_shape_as_they_are() -> None:
    note = Notification(
        time=1,
        id=1,
        seq=1,
        kind=NotificationKind.ALERT,
        severity=Severity.INFO,
        title="",
        body="",
        data='{"price":0.10}',
    )
    written = {name: value for name, value, _ in data_fields(note)}
    assert msgspec.json.encode(written["data"]) == b'{"price":0.10}'


def test_it_knows_what_is_state() -> None:
    held = {kind for kind in GENERIC_TYPES if kind.is_held}
    assert held == {
        events.CombinedPrice,
        trading.Portfolio,
        trading.Account,
        trading.GridStatus,
        trading.StrategyStatus,
        events.SystemHealth,
        events.GatewaysUpdate,
    }


def test_it_refuses_a_name_for_what_an_event_does_not_have() -> None:
    with pytest.raises(KeyError, match="prize"):
        named_fields(events.Price, "symbol", prize="price")


def test_it_refuses_a_time_in_a_nested_object() -> None:
    with pytest.raises(TypeError, match="Trade"):
        DataWriter(events.Trades, declared_fields(events.Trades), Time).write(
            events.Trades(symbol="", time=1, source=Source.BINANCE, trades=(TRADE,))
        )
