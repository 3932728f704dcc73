"""Real messages of the exchange, where they lie beside the checkout, and the values that each names."""

import json
from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from streaming.market.sources.answers import ExchangeInfo, KlineRow
from streaming.market.sources.binance import messages, rest_parser
from streaming.market.sources.binance.stream_names import split_stream
from streaming.market.sources.binance.stream_parser import parse_frame
from streaming.market.sources.messages import (
    Answer,
    Received,
    Refusal,
    ServerShutdownMessage,
    SourceMessage,
    Unknown,
    Unreadable,
)
from tests.market.sources.recordings import FOLDER

_OF_OTHER_EXCHANGES = ("coinbase", "kraken")
"""What files of exchanges begin with that have tests of their own."""

_NEVER_ASKED_FOR = frozenset({"restAggTrades", "restTicker24hr", "restBookTicker", "restPrice", "restAvgPrice"})
"""Answers of addresses that we have no use for."""


def cases() -> list[Any]:
    """Return the case lines of the files as parameters; one without a `raw` (a signature) is no message."""
    others = ("session_", *_OF_OTHER_EXCHANGES)
    paths = [path for path in sorted(FOLDER.glob("*.jsonl")) if not path.name.startswith(others)]
    lines = [json.loads(line) for path in paths for line in path.read_text(encoding="utf8").splitlines()]
    return [
        pytest.param(case, id=case["id"]) for case in lines if "raw" in case and case["kind"] not in _NEVER_ASKED_FOR
    ]


def session_files() -> list[Any]:
    """Return the recorded sessions of Binance."""
    return [pytest.param(path, id=path.stem) for path in sorted(FOLDER.glob("session_binance*.jsonl"))]


STREAM_KINDS: dict[str, type[Any]] = {
    "trade": messages.TradeMessage,
    "aggTrade": Unknown,
    "kline": messages.KlineMessage,
    "miniTicker": messages.MiniTickerMessage,
    "miniTickerArr": messages.Several,
    "ticker": messages.TickerMessage,
    "tickerArr": messages.Several,
    "rollingTicker": Unknown,
    "bookTicker": messages.BookTickerMessage,
    "avgPrice": Unknown,
    "partialDepth": messages.PartialDepthMessage,
    "depthUpdate": messages.DepthUpdateMessage,
    "serverShutdown": ServerShutdownMessage,
    "control": Answer,
    "error": Refusal,
    "restError": Refusal,
    "request": Unknown,
    "referencePrice": Unknown,
    "blockTrade": Unknown,
}

NAMES = {
    "qty": "quantity", "agg_id": "aggregate_id", "time_ms": "time", "event_ms": "event_time", "bid_qty": "bid_quantity",
    "ask_qty": "ask_quantity", "id": "request_id", "msg": "message", "open_time_ms": "open_time",
    "close_time_ms": "close_time", "closed": "is_final", "last": "price", "change_pct": "change_percent",
}  # fmt: skip


def check_case(case: dict[str, Any]) -> None:
    """Check that a recorded message is read as what it is, with the values that its line names."""
    kind, raw, expect = case["kind"], case["raw"], case.get("expect") or {}
    if kind == "csvKline":
        row = rest_parser.parse_csv_kline(raw)
        assert row is not None
        check_fields(row, expect)
    elif kind in STREAM_KINDS:
        received = parse_frame(raw)
        assert type(received.message) is STREAM_KINDS[kind]
        check_message(received, expect)
    else:
        check_rest(kind, raw, expect)


def check_message(received: Received, expect: dict[str, Any]) -> None:
    message = received.message
    match message:
        case messages.Several():
            assert not any(isinstance(one, (Unknown, Unreadable)) for one in message.messages)
            assert [getattr(one, "symbol", None) for one in message.messages] == expect["symbols"]
            assert [format(getattr(one, "price", Decimal(-1)), "f") for one in message.messages] == expect["last"]
        case messages.PartialDepthMessage():
            assert split_stream(received.stream).symbol == (expect["symbol"] or "")
            check_book(message, expect)
        case messages.DepthUpdateMessage():
            levels = [*message.bids, *message.asks]
            assert sum(level.quantity == 0 for level in levels) == expect.pop("removed")
            assert (len(message.bids), len(message.asks)) == (expect.pop("n_bids"), expect.pop("n_asks"))
            check_fields(message, expect)
        case Answer():
            assert expect.pop("ok") is True
            result = expect.pop("result")
            assert message.result == (tuple(result) if isinstance(result, list) else result)
            check_fields(message, expect)
        case messages.BookTickerMessage():
            assert expect.pop("event_ms") is None
            check_fields(message, expect)
        case Unknown():  # nothing more is read of what we never subscribe
            return
        case _:
            check_fields(message, expect)


def check_fields(message: SourceMessage | KlineRow, expect: dict[str, Any]) -> None:
    if "taker_side" in expect:
        expect["taker_side"] = Side(expect["taker_side"])
    for name, value in expect.items():
        given = getattr(message, NAMES.get(name, name))
        assert (format(given, "f") if isinstance(given, Decimal) else given) == value, name


def check_book(book: messages.PartialDepthMessage, expect: dict[str, Any]) -> None:
    assert book.last_update_id == expect["last_update_id"]
    assert (len(book.bids), len(book.asks)) == (expect["n_bids"], expect["n_asks"])
    assert (str(book.bids[0].price), str(book.asks[0].price)) == (expect["best_bid"], expect["best_ask"])


def check_rest(kind: str, raw: str, expect: dict[str, Any]) -> None:
    given = json.loads(raw)
    if kind == "restTrades":
        assert [format(trade.price, "f") for trade in rest_parser.parse_trades(raw)] == [row["price"] for row in given]
    elif kind == "restKlines":
        candles = list(rest_parser.each_kline(raw))
        assert (len(candles), candles[0].open_time) == (expect["rows"], expect["first_open_ms"])
        assert str(candles[-1].close) == expect["last_close"]
    elif kind == "restDepth":
        check_book(rest_parser.parse_depth(raw), expect)
    elif kind == "restExchangeInfo":
        check_symbols(rest_parser.parse_exchange_info(raw), given["symbols"])
    elif kind == "restTime":
        assert rest_parser.parse_time(raw) == given["serverTime"]
    else:
        pytest.fail(f"no parser for {kind}")


def check_symbols(info: ExchangeInfo, given: list[dict[str, Any]]) -> None:
    assert [symbol.name for symbol in info.symbols] == [symbol["symbol"] for symbol in given]
    assert info.unreadable == 0
    assert all(symbol.tick_size and symbol.step_size and symbol.minimum_notional for symbol in info.symbols)
