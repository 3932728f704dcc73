import json
import re
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaming.clock import ManualClock
from streaming.events import (
    Candle,
    Depth,
    Event,
    Interval,
    Level,
    Overview,
    OverviewRow,
    Price,
    Side,
    Signal,
    SignalAction,
    Source,
    Ticker,
    Trade,
    Trades,
)
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.errors import rate_limited, unknown_symbol

NOW = 1_733_486_400_000
NOW_ISO = "2024-12-06T12:00:00.000Z"
TIME = 1_733_486_399_123
TIME_ISO = "2024-12-06T11:59:59.123Z"
DIALECT = MarketDialect(ManualClock(NOW))
D = Decimal


def frames(event: Event, channel: str) -> list[dict[str, Any]]:
    return [json.loads(frame.payload, parse_float=Decimal) for frame in DIALECT.encode(event, channel)]


def price(**changes: Any) -> Price:
    fields: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "time": TIME,
        "source": Source.BINANCE,
        "price": D("97523.45000000"),
        "change": D("-120.5"),
        "change_percent": D("-0.123"),
        "high": D(98000),
        "low": D("96500.00000001"),
        "volume": D("0.00000100"),
    }
    return Price(**(fields | changes))


def candle(*, is_final: bool, open_time: int = NOW - 60_000) -> Candle:
    return Candle(
        symbol="SOLUSDT",
        time=TIME,
        source=Source.SIMULATOR,
        repaired=True,
        interval=Interval.MINUTE_5,
        open_time=open_time,
        close_time=open_time + 299_999,
        open=D("190.10"),
        high=D("191.00"),
        low=D("189.90"),
        close=D("190.50"),
        volume=D("1234.567"),
        quote_volume=D("1"),
        trades=3,
        is_final=is_final,
    )


def test_it_writes_a_price() -> None:
    assert frames(price(), "price:BTCUSDT") == [
        {
            "type": "price",
            "channel": "price:BTCUSDT",
            "symbol": "BTCUSDT",
            "data": {
                "symbol": "BTCUSDT",
                "price": D("97523.45"),
                "change24h": D("-120.5"),
                "changePercent24h": D("-0.123"),
                "high24h": 98000,
                "low24h": D("96500.00000001"),
                "volume24h": D("0.000001"),
                "timestamp": TIME,
                "source": "binance",
            },
            "timestamp": NOW_ISO,
        }
    ]


def test_it_names_the_channel_as_the_client_spelled_it() -> None:
    [frame] = frames(price(), "quotes:BTCUSDT")
    assert (frame["type"], frame["channel"]) == ("price", "quotes:BTCUSDT")


def test_it_writes_a_ticker() -> None:
    ticker = Ticker(
        symbol="ETHUSDT",
        time=TIME,
        source=Source.SIMULATOR,
        price=D("3400.1"),
        bid=D("3400.0"),
        ask=D("3400.2"),
        open=D(3300),
        high=D(3500),
        low=D(3200),
        previous_close=D("3299.9"),
        change=D("100.1"),
        change_percent=D("3.033"),
        volume=D(1000),
        quote_volume=D(3400000),
    )
    [frame] = frames(ticker, "ticker:ETHUSDT")
    assert (frame["type"], frame["symbol"]) == ("ticker", "ETHUSDT")
    assert frame["data"] == {
        "symbol": "ETHUSDT",
        "price": D("3400.1"),
        "bid": D("3400.0"),
        "ask": D("3400.2"),
        "volume": 1000,
        "change": D("100.1"),
        "changePercent": D("3.033"),
        "high": 3500,
        "low": 3200,
        "open": 3300,
        "previousClose": D("3299.9"),
        "timestamp": TIME_ISO,
        "source": "simulator",
        "simulated": True,
    }


def test_it_writes_a_candle_with_symbol_and_interval_at_the_top() -> None:
    [frame] = frames(candle(is_final=True), "klines:SOLUSDT:5m")
    assert (frame["type"], frame["symbol"], frame["interval"]) == ("kline", "SOLUSDT", "5m")
    assert frame["data"] == {
        "symbol": "SOLUSDT",
        "interval": "5m",
        "time": NOW - 60_000,
        "open": D("190.1"),
        "high": D("191.0"),
        "low": D("189.9"),
        "close": D("190.5"),
        "volume": D("1234.567"),
        "isFinal": True,
        "timestamp": TIME_ISO,
        "source": "simulator",
        "simulated": True,
        "repaired": True,
    }


def test_it_writes_one_frame_for_each_trade() -> None:
    made = [
        Trade(trade_id=number, price=D("0.1"), quantity=D(number), side=side, time=TIME)
        for number, side in ((1, Side.BUY), (2, Side.SELL))
    ]
    event = Trades(symbol="DOGEUSDT", time=TIME, source=Source.BINANCE, trades=tuple(made))
    first, second = frames(event, "trades:DOGEUSDT")
    assert (first["type"], first["channel"], first["symbol"]) == ("trade", "trades:DOGEUSDT", "DOGEUSDT")
    assert first["data"] == {
        "symbol": "DOGEUSDT",
        "price": D("0.1"),
        "quantity": 1,
        "side": "buy",
        "tradeId": 1,
        "timestamp": TIME_ISO,
        "source": "binance",
    }
    assert (second["data"]["tradeId"], second["data"]["side"]) == (2, "sell")


def test_it_writes_a_depth_as_pairs_best_first() -> None:
    event = Depth(
        symbol="BTCUSDT",
        time=TIME,
        source=Source.BINANCE,
        stale=True,
        bids=(Level(D("95000.10"), D("0.5")), Level(D("95000.09"), D(2))),
        asks=(Level(D("95000.11"), D("0.00000001")),),
    )
    [frame] = frames(event, "depth:BTCUSDT")
    assert frame["data"] == {
        "symbol": "BTCUSDT",
        "bids": [[D("95000.10"), D("0.5")], [D("95000.09"), 2]],
        "asks": [[D("95000.11"), D("0.00000001")]],
        "timestamp": TIME_ISO,
        "source": "binance",
        "stale": True,
    }


def test_it_writes_a_signal() -> None:
    event = Signal(
        symbol="BTCUSDT",
        time=TIME,
        source=Source.BINANCE,
        action=SignalAction.HOLD,
        confidence=D("0.75"),
        model="cross",
        horizon="1h",
        price=D(1),
    )
    [frame] = frames(event, "signals:BTCUSDT")
    assert frame["type"] == "signal"
    assert frame["data"] == {
        "symbol": "BTCUSDT",
        "action": "hold",
        "confidence": D("0.75"),
        "model": "cross",
        "horizon": "1h",
        "price": 1,
        "timestamp": TIME_ISO,
        "source": "binance",
    }


def test_it_writes_the_overview() -> None:
    row = OverviewRow(symbol="BTCUSDT", price=D(95000), change_percent=D("1.5"), volume=D(10))
    event = Overview(
        symbol="", time=TIME, source=Source.BINANCE, rows=(row,), gainers=("BTCUSDT",), losers=(), volumes=("BTCUSDT",)
    )
    [frame] = frames(event, "market:overview")
    assert "symbol" not in frame
    assert frame["type"] == "overview"
    assert frame["data"] == {
        "symbols": [{"symbol": "BTCUSDT", "price": 95000, "changePercent24h": D("1.5"), "volume24h": 10}],
        "gainers": ["BTCUSDT"],
        "losers": [],
        "volumes": ["BTCUSDT"],
        "timestamp": TIME_ISO,
        "source": "binance",
    }


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**20), max_value=10**20))
def test_it_writes_numbers_with_every_digit_and_no_exponent(value: Decimal) -> None:
    [frame] = DIALECT.encode(price(price=value), "price:BTCUSDT")
    written = re.search(rb'"price":(-?[0-9.]+),"change24h"', frame.payload)
    assert written is not None
    assert Decimal(written[1].decode()).as_tuple() == value.as_tuple()


def test_it_tells_which_frames_may_replace_each_other() -> None:
    def key(event: Event) -> str | None:
        return DIALECT.encode(event, "c")[0].conflation_key

    assert key(price()) == "c"
    assert key(candle(is_final=True)) is None
    assert key(candle(is_final=False)) == key(candle(is_final=False)) != key(candle(is_final=False, open_time=NOW))


def test_it_greets_with_a_client_id_of_its_own() -> None:
    client_id = DIALECT.client_id(NOW)
    assert re.fullmatch(rf"ws_{NOW}_[a-z0-9]{{9}}", client_id)
    assert client_id != DIALECT.client_id(NOW)
    [frame] = DIALECT.welcome(client_id, authenticated=True, now_ms=NOW)
    assert json.loads(frame.payload) == {
        "type": "connected",
        "data": {"clientId": client_id, "authenticated": True, "timestamp": NOW_ISO},
        "timestamp": NOW_ISO,
    }


def test_it_writes_its_answers() -> None:
    answers = [
        DIALECT.subscribed(("price:BTCUSDT",), active=1, now_ms=NOW),
        DIALECT.unsubscribed(("price:BTCUSDT",), active=1, now_ms=NOW),
        DIALECT.pong(NOW),
        DIALECT.error(unknown_symbol("INVALID"), "price:INVALID", NOW),
        DIALECT.error(rate_limited(), None, NOW),
    ]
    assert [json.loads(answer.payload) for answer in answers] == [
        {"type": "subscribed", "channel": "price:BTCUSDT", "timestamp": NOW_ISO},
        {"type": "unsubscribed", "channel": "price:BTCUSDT", "timestamp": NOW_ISO},
        {"type": "pong", "timestamp": NOW_ISO},
        {
            "type": "error",
            "channel": "price:INVALID",
            "data": {"message": "Failed to fetch quote for INVALID", "code": "unknown_symbol"},
            "timestamp": NOW_ISO,
        },
        {
            "type": "error",
            "data": {"message": "Rate limit exceeded", "code": "rate_limited"},
            "timestamp": NOW_ISO,
        },
    ]
    assert all(answer.is_sequence for answer in answers)
