"""From a frame of Kraken's feed to messages."""

import json

import pytest

from streaming.events import Side
from streaming.market.sources.kraken import messages
from streaming.market.sources.kraken.stream_parser import parse_frame
from streaming.market.sources.messages import SourceMessage, Unknown, Unreadable
from tests.exchange_rules.rules import rule

BOOK = (
    '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":63501.8,"qty":0.00000000},'
    '{"price":63495.2,"qty":0.05990000}],"asks":[],"checksum":4294967295,"timestamp":"2026-07-07T23:00:04.036583Z"}]}'
)
TRADE = (
    '{"symbol":"%s","side":"sell","price":63501.60,"qty":1e-08,"ord_type":"limit","trade_id":%d,'
    '"timestamp":"2026-07-07T23:00:05.562702Z"}'
)


def only(frame: str) -> SourceMessage:
    """Return the one message in a frame."""
    (message,) = parse_frame(frame)
    return message


@rule("K.4")
def test_numbers_keep_the_zeros_that_the_wire_has() -> None:
    book = only(BOOK)
    assert isinstance(book, messages.BookMessage)
    assert [format(one.quantity, "f") for one in book.bids] == ["0.00000000", "0.05990000"]
    assert (book.checksum, book.is_snapshot, book.event_time) == (4294967295, False, 1783465204036)


@rule("K.4")
def test_an_exponent_is_read_as_the_digits_that_it_stands_for() -> None:
    trades = only('{"channel":"trade","type":"update","data":[' + TRADE % ("BTC/USD", 7) + "]}")
    assert isinstance(trades, messages.TradesMessage)
    (trade,) = trades.trades
    assert (format(trade.quantity, "f"), format(trade.price, "f")) == ("0.00000001", "63501.60")
    assert (trade.side, trade.trade_id) == (Side.SELL, 7)


def test_trades_of_several_symbols_in_one_frame_are_told_apart() -> None:
    rows = ",".join((TRADE % ("BTC/USD", 7), TRADE % ("ETH/USD", 3), TRADE % ("BTC/USD", 8)))
    told = parse_frame('{"channel":"trade","type":"snapshot","data":[' + rows + "]}")
    assert [
        (one.symbol, one.is_snapshot, [trade.trade_id for trade in one.trades])
        for one in told
        if isinstance(one, messages.TradesMessage)
    ] == [("BTC/USD", True, [7, 8]), ("ETH/USD", True, [3])]


@rule("K.6")
def test_a_candle_begins_where_it_says_and_not_at_its_timestamp_which_is_its_end() -> None:
    row = (
        '{"symbol":"BTC/USDT","open":1.0,"high":2.0,"low":0.5,"close":1.5,"trades":15,"volume":0.5,"vwap":1.2,'
        '"interval_begin":"2026-09-10T17:35:00.000000000Z","interval":1,"timestamp":"2026-09-10T17:36:00.000000Z"}'
    )
    told = only('{"channel":"ohlc","type":"update","timestamp":"2026-09-10T17:35:52.114514810Z","data":[' + row + "]}")
    assert isinstance(told, messages.CandlesMessage)
    assert (told.candles[0].open_time, told.event_time) == (1789061700000, 1789061752114)


@rule("K.2")
def test_an_answer_is_of_one_symbol_and_warnings_refuse_nothing() -> None:
    result = {"channel": "ohlc", "interval": 1, "symbol": "BTC/USDT", "warnings": ["timestamp is deprecated"]}
    told = only(json.dumps({"method": "subscribe", "result": result, "success": True, "req_id": 7}))
    assert told == messages.Acknowledgement(
        request_id=7, is_subscribed=True, channel="ohlc", symbol="BTC/USDT", warnings=("timestamp is deprecated",)
    )


@rule("K.2")
def test_a_refusal_may_name_neither_its_symbol_nor_its_request() -> None:
    told = only('{"error":"Subscription depth not supported","method":"subscribe","success":false}')
    assert told == messages.SymbolRefusal(request_id=None, symbol="", message="Subscription depth not supported")


@rule("K.3")
def test_a_connections_number_is_unsigned_and_states_that_are_new_are_passed_over() -> None:
    frame = '{"channel":"status","type":"update","data":[{"system":"%s","connection_id":16174536464690282295}]}'
    assert only(frame % "maintenance") == messages.StatusMessage(
        state=messages.SystemState.MAINTENANCE, connection_id=16174536464690282295
    )
    assert isinstance(only(frame % "dreaming"), Unknown)


@rule("K.3")
def test_a_heartbeat_says_nothing_else() -> None:
    assert only('{"channel":"heartbeat"}') == messages.HeartbeatMessage()


def test_a_pair_that_never_traded_has_no_price() -> None:
    row = '{"symbol":"ANETx/USD","bid":0,"bid_qty":0,"ask":0,"ask_qty":0,"timestamp":"1970-01-01T00:00:00.000000Z"}'
    told = only('{"channel":"ticker","type":"update","data":[' + row + "]}")
    assert isinstance(told, messages.TickerMessage)
    assert (told.price, told.event_time) == (None, 0)


@rule("K.1")
def test_pairs_that_are_listed_keep_their_spelling_and_odd_ones_are_counted() -> None:
    pair = {"symbol": "AAPLx/USD", "base": "AAPLx", "quote": "USD", "status": "limit_only", "qty_increment": 1e-08}
    frame = {"channel": "instrument", "type": "snapshot", "data": {"assets": [], "pairs": [pair, {"symbol": 7}]}}
    told = only(json.dumps(frame))
    assert isinstance(told, messages.InstrumentsMessage)
    assert told.unreadable == 1
    assert (told.pairs[0].symbol, told.pairs[0].is_tradable) == ("AAPLx/USD", True)
    assert format(told.pairs[0].quantity_step or 0, "f") == "0.00000001"


@pytest.mark.parametrize("channel", ["level3", "executions", "tomorrow"])
def test_it_calls_unknown_what_it_does_not_know(channel: str) -> None:
    assert only(json.dumps({"channel": channel, "data": []})) == Unknown(event=channel)


@pytest.mark.parametrize(
    "bad",
    [
        "", "[]", "nonsense", '{"channel":7}', '{"channel":"book","data":{}}', '{"channel":"trade","data":[7]}',
        BOOK.replace("4294967295", '"x"'), BOOK.replace("63501.8", "NaN"), BOOK.replace("63501.8", "true"),
        '{"channel":"ohlc","data":[{"symbol":"A/B","interval":1}]}', '{"channel":"instrument","data":[]}',
    ],
)  # fmt: skip
def test_it_never_raises(bad: str) -> None:
    assert isinstance(only(bad), Unreadable)
