"""Frames of the exchange's streams, read: tolerant of what is new, exact in what is known."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval, Level, Side
from streaming.market.sources.binance import messages
from streaming.market.sources.binance.stream_parser import parse_frame
from streaming.market.sources.messages import (
    Answer,
    Refusal,
    ServerShutdownMessage,
    SourceMessage,
    Unknown,
    Unreadable,
)
from tests.exchange_rules.rules import rule
from tests.market import frames

SAMPLES: dict[str, Any] = {
    "btcusdt@ticker": frames.ticker(),
    "btcusdt@kline_1m": frames.kline(),
    "btcusdt@trade": frames.trade(),
    "btcusdt@depth10@100ms": frames.partial_depth(),
    "!miniTicker@arr": [frames.mini_ticker("BTCUSDT", price="2", open_price="1")],
    "btcusdt@depth": {"e": "depthUpdate", "E": 1, "s": "BTCUSDT", "U": 1, "u": 2, "b": [["1", "0.000"]], "a": []},
    "btcusdt@bookTicker": {"u": 1, "s": "BTCUSDT", "b": "1", "B": "2", "a": "3", "A": "4"},
    "answer": {"result": None, "id": 1},
    "refusal": {"error": {"code": 2, "msg": "Invalid request"}, "id": None},
}
KINDS = [
    messages.TickerMessage, messages.KlineMessage, messages.TradeMessage, messages.PartialDepthMessage,
    messages.Several, messages.DepthUpdateMessage, messages.BookTickerMessage, Answer, Refusal,
]  # fmt: skip


def message_of(value: object) -> SourceMessage:
    """Return the message in the JSON of `value`."""
    return parse_frame(json.dumps(value)).message


@rule("1.4.7", "1.4.10")
@pytest.mark.parametrize(("name", "kind"), list(zip(SAMPLES, KINDS, strict=True)))
def test_it_reads_each_kind_combined_and_raw_as_text_and_as_bytes(name: str, kind: type[Any]) -> None:
    raw, combined = json.dumps(SAMPLES[name]), json.dumps({"stream": name, "data": SAMPLES[name]})
    assert type(parse_frame(raw).message) is kind
    assert parse_frame(raw).stream == ""
    assert parse_frame(combined.encode()).stream == name
    assert parse_frame(combined.encode()).message == parse_frame(raw).message


@rule("1.4.12")
def test_it_keeps_every_digit() -> None:
    ticker = message_of(frames.ticker(price="12345.123456789012345678901234567890"))
    assert isinstance(ticker, messages.TickerMessage)
    assert str(ticker.price) == "12345.123456789012345678901234567890"
    assert str(ticker.volume) == "12345.67800000"
    assert str(ticker.change_percent) == "0.540"


def test_it_keeps_every_digit_of_a_json_number_too() -> None:
    trade = parse_frame(json.dumps(frames.trade()).replace('"97523.45000000"', "97523.12345678901234567890")).message
    assert isinstance(trade, messages.TradeMessage)
    assert str(trade.price) == "97523.12345678901234567890"


def test_it_tells_keys_apart_that_differ_only_in_case() -> None:
    kline = message_of(frames.kline(close="0.00002011"))
    assert isinstance(kline, messages.KlineMessage)
    assert (kline.open_time, kline.close_time) == (frames.NOW, frames.NOW + 59_999)
    assert (kline.low, kline.close, kline.volume) == (Decimal("0.000015"), Decimal("0.00002011"), Decimal(1000))
    assert (kline.quote_volume, kline.trades, kline.is_final) == (Decimal("0.02"), 101, False)


@rule("1.4.15")
def test_it_takes_an_empty_candle_without_trades() -> None:
    value = frames.kline("BTCUSDT", "1s", final=True)
    value["k"] |= {"f": -1, "L": -1, "n": 0, "v": "0.00000000", "q": "0.00000000"}
    del value["k"]["B"]
    kline = message_of(value)
    assert isinstance(kline, messages.KlineMessage)
    assert (kline.interval, kline.trades, kline.is_final) == (Interval.SECOND_1, 0, True)


@rule("1.4.12")
def test_it_tells_a_month_from_a_minute() -> None:
    month, minute = message_of(frames.kline(interval="1M")), message_of(frames.kline(interval="1m"))
    assert isinstance(month, messages.KlineMessage)
    assert isinstance(minute, messages.KlineMessage)
    assert (month.interval, minute.interval) == (Interval.MONTH_1, Interval.MINUTE_1)


@rule("1.4.1")
def test_it_takes_the_seller_for_the_taker_where_the_buyer_was_the_maker() -> None:
    sold, bought = message_of(frames.trade()), message_of({**frames.trade(), "m": False})
    assert isinstance(sold, messages.TradeMessage)
    assert isinstance(bought, messages.TradeMessage)
    assert (sold.taker_side, bought.taker_side) == (Side.SELL, Side.BUY)


@rule("1.1.6")
def test_it_reads_microseconds_by_their_magnitude() -> None:
    trade = message_of({**frames.trade(), "T": frames.NOW * 1000 + 999, "E": frames.NOW})
    assert isinstance(trade, messages.TradeMessage)
    assert (trade.time, trade.event_time) == (frames.NOW, frames.NOW)


@rule("1.4.9")
def test_it_reads_a_book_without_symbol_time_or_name() -> None:
    received = parse_frame(json.dumps({"stream": "btcusdt@depth10@100ms", "data": frames.partial_depth(2)}))
    assert received.stream == "btcusdt@depth10@100ms"
    assert isinstance(received.message, messages.PartialDepthMessage)
    assert received.message.bids[0] == Level(Decimal("100.10000000"), Decimal("1.00000000"))


def test_it_reads_each_row_of_a_list_for_itself() -> None:
    rows = [frames.mini_ticker("BTCUSDT", price="2", open_price="1"), {"e": "24hrMiniTicker"}, 7, {"e": "new"}]
    several = message_of(rows)
    assert isinstance(several, messages.Several)
    kinds = [type(one) for one in several.messages]
    assert kinds == [messages.MiniTickerMessage, Unreadable, Unreadable, Unknown]


@rule("1.2.2")
@pytest.mark.parametrize(
    "value",
    [
        {"e": "serverShutdown", "E": 1_770_123_456_789},
        {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1_770_123_456_789}},
        {"event": {"e": "serverShutdown", "E": 1_770_123_456_789}},
    ],
)
def test_it_knows_a_shutdown_in_each_of_its_shapes(value: object) -> None:
    assert message_of(value) == ServerShutdownMessage(event_time=1_770_123_456_789)


@rule("1.3.2", "1.3.3")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"result": None, "id": 1}, Answer(request_id=1, result=None)),
        ({"result": ["a@trade"], "id": "x9"}, Answer(request_id="x9", result=("a@trade",))),
        ({"result": True, "id": 2**63 - 1}, Answer(request_id=2**63 - 1, result=True)),
        ({"result": None}, Answer(request_id=None, result=None)),
        ({"error": {"code": 4, "msg": "Too many"}, "id": 19}, Refusal(request_id=19, code=4, message="Too many")),
        ({"error": {"code": 3, "msg": "x"}, "id": None}, Refusal(request_id=None, code=3, message="x")),
        ({"code": 2, "msg": "Invalid request"}, Refusal(request_id=None, code=2, message="Invalid request")),
        (
            {"code": -1121, "msg": "Invalid symbol.", "id": 5},
            Refusal(request_id=5, code=-1121, message="Invalid symbol."),
        ),
    ],
)
def test_it_reads_answers_and_refusals_nested_and_flat(value: object, expected: object) -> None:
    assert message_of(value) == expected


@rule("1.4.2", "1.4.6", "1.4.8", "1.4.11")
@pytest.mark.parametrize(
    "value",
    [
        *({"e": event} for event in ("aggTrade", "avgPrice", "blockTrade", "1hTicker")),
        {"e": "referencePrice", "r": None},
        {"method": "PING"},
        {},
    ],
)
def test_it_calls_unknown_what_is_new(value: dict[str, Any]) -> None:
    assert message_of(value) == Unknown(event=value.get("e") or value.get("method") or "")


@pytest.mark.parametrize(
    "frame",
    [
        "", "nonsense", "7", "null", '"text"', "{", b"\xff\xfe", "[" * 100_000, '{"a":' * 100_000,
        '{"stream":7,"data":{}}', '{"stream":"a","data":7}', '{"e":7}', '{"e":""}', '{"e":"trade"}', '{"result":7}',
        '{"result":[7]}', '{"code":"x","msg":"y"}', '{"lastUpdateId":1,"bids":[["1"]],"asks":[]}',
        '{"lastUpdateId":1,"bids":{},"asks":[]}', '{"e":"kline","E":1,"s":"A","k":7}',
    ],
)  # fmt: skip
def test_it_calls_unreadable_what_cannot_be_read(frame: str | bytes) -> None:
    message = parse_frame(frame).message
    assert isinstance(message, Unreadable)
    assert message.reason


@pytest.mark.parametrize(
    "price", ["NaN", "Infinity", "-inf", "1e999999999", "1" * 41, "0." + "1" * 41, "", "abc", None, True, [], {}]
)
def test_it_refuses_what_is_no_exact_number(price: object) -> None:
    assert isinstance(message_of({**frames.trade(), "p": price}), Unreadable)


@pytest.mark.parametrize("time", [-1, "1700000000000", 1.5, True, None, 10**30, 2**63, 10**18])
def test_it_refuses_what_is_no_time(time: object) -> None:
    assert isinstance(message_of({**frames.trade(), "T": time}), Unreadable)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.text() | st.binary())
def test_it_never_raises_on_any_text(frame: str | bytes) -> None:
    assert parse_frame(frame).message is not None


@given(json_values)
def test_it_never_raises_on_any_json(value: object) -> None:
    assert parse_frame(json.dumps(value)).message is not None


def paths_in(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the way to each value inside `value`."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for key, one in inner for found in paths_in(one, (*path, key)))]


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """Return a copy of `value` that holds `new` at `path`."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@given(st.data())
def test_it_never_raises_on_a_message_with_a_wrong_part(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SAMPLES)))
    message = {"stream": name, "data": SAMPLES[name]}
    path = data.draw(st.sampled_from(paths_in(message)))
    frame = json.dumps(replaced(message, path, data.draw(json_values)))
    assert parse_frame(frame).message is not None


@given(st.data())
def test_it_never_raises_on_a_message_that_was_cut_or_garbled(data: st.DataObject) -> None:
    frame = json.dumps(SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))]).encode()
    start = data.draw(st.integers(0, len(frame)))
    end = data.draw(st.integers(start, len(frame)))
    assert parse_frame(frame[:start] + data.draw(st.binary(max_size=8)) + frame[end:]).message is not None


def test_it_knows_a_shutdown_that_tells_no_time() -> None:
    assert message_of({"e": "serverShutdown"}) == ServerShutdownMessage(event_time=None)
