"""What a witness reads, in each dialect."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.soak.clients.dialects import Dialect, News, Refused, Subscribed, feed_of, item_of, read, resync_of, time_of
from tests.soak.judging.types import Feed, FeedKind, Item, Resync

TRADES = Feed(FeedKind.TRADES, "BTCUSDT")
CANDLES = Feed(FeedKind.CANDLES, "BTCUSDT", "1m")
TIME = 1_733_486_400_000
ISO = "2024-12-06T12:00:00.000Z"


def told(text: str, dialect: Dialect) -> Any:
    [one] = read(text, dialect)
    return one


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (
            Dialect.MARKET,
            (
                '{"type":"trade","channel":"trades:BTCUSDT","symbol":"BTCUSDT","data":{"price":97523.45,"quantity":0.10,'
                f'"tradeId":9,"timestamp":"{ISO}"}},"timestamp":"{ISO}"}}'
            ),
        ),
        (
            Dialect.TRADING,
            (
                '{"type":"data","channel":"trade:BTCUSDT","data":{"type":"trade","data":{"price":97523.45,"quantity":0.10,'
                f'"tradeId":9,"time":{TIME}}}}},"timestamp":{TIME}}}'
            ),
        ),
        (
            Dialect.CONTROL,
            (
                '{"type":"event","channel":"trades:BTCUSDT","event":"update","data":{"price":97523.45,"quantity":0.10,'
                f'"tradeId":9,"timestamp":{TIME}}},"timestamp":{TIME}}}'
            ),
        ),
    ],
)
def test_it_reads_a_trade(dialect: Dialect, text: str) -> None:
    news = told(text, dialect)
    assert feed_of(news.channel) == TRADES
    assert item_of(news) == Item(9, TIME, TIME, (Decimal("97523.45"), Decimal("0.1")))


@pytest.mark.parametrize(
    ("channel", "data"),
    [
        ("klines:BTCUSDT:1m", {"time": TIME, "isFinal": True, "timestamp": ISO}),
        ("kline:BTCUSDT:1m", {"startTime": TIME, "closed": True}),
    ],
)
def test_it_reads_a_closed_candle_and_no_open_one(channel: str, data: dict[str, Any]) -> None:
    prices = {"open": Decimal(1), "high": 3, "low": 1, "close": 2, "volume": Decimal("0.5")}
    news = News(channel, "kline", {**data, **prices})
    item = item_of(news)
    assert item is not None
    assert (item.key, item.values) == (TIME, (Decimal(1), Decimal(3), Decimal(1), Decimal(2), Decimal("0.5")))
    assert feed_of(channel) == CANDLES
    is_open = {name: value if name not in {"isFinal", "closed"} else False for name, value in news.data.items()}
    assert item_of(News(channel, "kline", is_open)) is None


@pytest.mark.parametrize(
    ("dialect", "frame"),
    [
        (Dialect.MARKET, {"type": "resync", "data": {"from": ISO, "to": ISO, "complete": False}}),
        (
            Dialect.TRADING,
            {"type": "data", "data": {"type": "resync", "data": {"from": TIME, "to": TIME, "complete": False}}},
        ),
        (Dialect.CONTROL, {"type": "event", "event": "resync", "data": {"from": TIME, "to": TIME, "complete": False}}),
    ],
)  # fmt: skip
def test_it_reads_of_a_gap(dialect: Dialect, frame: dict[str, Any]) -> None:
    text = msgspec.json.encode({**frame, "channel": "trades:BTCUSDT"}).decode()
    assert resync_of(told(text, dialect), 5) == Resync(TIME, TIME, complete=False, at=5)


def test_it_reads_all_frames_of_a_batch() -> None:
    frame = '{"type":"subscribed","channel":"price:BTCUSDT"}'
    assert list(read(f'{{"type":"batch","data":[{frame},{frame}]}}', Dialect.MARKET)) == [
        Subscribed(("price:BTCUSDT",)),
        Subscribed(("price:BTCUSDT",)),
    ]


def test_it_reads_acknowledgements_and_refusals() -> None:
    assert told('{"type":"subscribed","data":{"channels":["a","b"]}}', Dialect.CONTROL) == Subscribed(("a", "b"))
    refusal = '{"type":"error","channel":"x","data":{"message":"no","code":"unknown_channel"}}'
    assert told(refusal, Dialect.MARKET) == Refused("x", "unknown_channel", "no")
    assert told('{"type":"error","message":"Invalid message format"}', Dialect.TRADING) == Refused(
        "", "", "Invalid message format"
    )


@pytest.mark.parametrize("dialect", Dialect)
def test_it_spells_a_channel_so_that_it_reads_it_again(dialect: Dialect) -> None:
    for feed in (TRADES, CANDLES):
        assert feed_of(dialect.channel(feed)) == feed


def test_times_read_alike_in_both_forms() -> None:
    assert time_of(ISO) == time_of(TIME) == TIME
