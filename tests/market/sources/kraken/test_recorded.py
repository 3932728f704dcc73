"""Recorded messages of Kraken's, digit for digit, and sessions by the checksums of their books."""

from collections.abc import Callable
from typing import Any

import pytest

from streaming.events import Interval
from streaming.market.sources.kraken import messages, rest_parser
from streaming.market.sources.kraken.book import CheckedBook
from streaming.market.sources.kraken.stream_parser import parse_frame
from streaming.market.sources.kraken.symbols import feed_name
from streaming.market.sources.messages import SourceMessage, Unknown
from tests.exchange_rules.rules import rule
from tests.market.sources.digits import check_values, level
from tests.market.sources.recordings import frames_of, recorded, where_recorded

pytestmark = where_recorded

_NEVER_ASKED_FOR = frozenset({"restDepth", "restTicker"})
_TRADE = {"qty": "quantity", "taker_side": "side", "time_ms": "time"}
_TICKER = {
    "bid_qty": "bid_quantity",
    "ask_qty": "ask_quantity",
    "change_pct": "change_percent",
    "time_ms": "event_time",
}
_PAIR = {
    "qty_step": "quantity_step", "qty_min": "minimum_quantity", "cost_min": "minimum_cost", "trading": "is_tradable",
}  # fmt: skip


@rule("K.8")
@pytest.mark.parametrize("case", recorded("kraken", without=_NEVER_ASKED_FOR))
def test_every_recorded_message_is_read_or_classified_with_its_values(case: dict[str, Any]) -> None:
    """Each `raw` is parsed or classified without an exception; each value of `expect` is equal."""
    kind, raw, expect = case["kind"], case["raw"], dict(case.get("expect") or {})
    if kind.startswith("rest"):
        _check_rest(kind, raw, expect)
        return
    (message,) = parse_frame(raw)
    _check_message(message, kind, expect)


def _check_message(message: SourceMessage, kind: str, expect: dict[str, Any]) -> None:
    check = _CHECKS.get(type(message))
    if check is None:
        assert (type(message), kind) in {
            (messages.HeartbeatMessage, "heartbeat"), (Unknown, "request"), (Unknown, "other"),
        }  # fmt: skip
    else:
        check(message, expect)


def _check_trades(message: messages.TradesMessage, expect: dict[str, Any]) -> None:
    for trade, values in zip(message.trades, expect["trades"], strict=True):
        assert message.symbol == values.pop("symbol")
        check_values(trade, values, _TRADE)


def _check_ohlc(message: messages.CandlesMessage, expect: dict[str, Any]) -> None:
    assert len(message.candles) == expect["n"]
    _check_candles(message.candles, expect["candles"])


def _check_status(message: messages.StatusMessage, expect: dict[str, Any]) -> None:
    assert (message.state, str(message.connection_id)) == (expect["system"], expect["connection_id"])


def _check_answer(answer: messages.Acknowledgement | messages.SymbolRefusal, expect: dict[str, Any]) -> None:
    assert expect.pop("ok") is isinstance(answer, messages.Acknowledgement)
    if "method" in expect:
        assert (expect.pop("method") == "subscribe") is getattr(answer, "is_subscribed", None)
    check_values(answer, expect, {"req_id": "request_id", "error": "message"})


def _check_book(book: messages.BookMessage, expect: dict[str, Any]) -> None:
    assert (len(book.bids), len(book.asks)) == (expect["n_bids"], expect["n_asks"])
    assert (book.symbol, book.checksum, book.event_time) == (
        expect["symbol"], expect["checksum"], expect.get("time_ms"),
    )  # fmt: skip
    assert sum(one.quantity == 0 for one in (*book.bids, *book.asks)) == expect.get("removed", 0)
    if "best_bid" in expect:
        assert (level(book.bids[0]), level(book.asks[0])) == (expect["best_bid"], expect["best_ask"])
    if "crc_ok" in expect:
        assert CheckedBook(10).take(book) is expect["crc_ok"]


def _check_candles(rows: tuple[messages.CandleRow, ...], expect: list[dict[str, Any]]) -> None:
    by_time = {row.open_time: row for row in rows}
    for values in expect:
        row = by_time[values.pop("time_ms")]
        if (minutes := values.pop("interval_min", None)) is not None:
            assert row.interval.value == f"{minutes}m"
        check_values(row, values, {})


def _check_pairs(pairs: tuple[messages.Pair, ...], expect: list[dict[str, Any]]) -> None:
    by_symbol = {pair.symbol: pair for pair in pairs}
    for values in expect:
        check_values(by_symbol[values.pop("symbol")], values, _PAIR)


def _check_rest(kind: str, raw: str, expect: dict[str, Any]) -> None:
    match kind:
        case "restAssetPairs":
            for values in expect["pairs"]:
                values["symbol"] = feed_name(values.pop("wsname"))
                del values["key"]
            _check_pairs(rest_parser.parse_pairs(raw).pairs, expect["pairs"])
        case "restOHLC":
            rows = rest_parser.parse_candles(raw, symbol="BTC/USD", interval=Interval.MINUTE_1)
            assert len(rows) == expect["n"]
            _check_candles(rows, expect["candles"])
        case "restTrades":
            for trade, values in zip(rest_parser.parse_trades(raw), expect["trades"], strict=False):
                check_values(trade, values, _TRADE)
        case "restStatus":
            assert rest_parser.parse_result(raw)["status"] == expect["system"]
        case "restTime":
            assert rest_parser.parse_time(raw) == expect["time_ms"]
        case _:
            assert kind == "restError"
            with pytest.raises(rest_parser.RestRefusedError) as refused:
                rest_parser.parse_result(raw)
            assert refused.value.code == expect["error"]


_CHECKS: dict[type[SourceMessage], Callable[[Any, dict[str, Any]], None]] = {
    messages.BookMessage: _check_book,
    messages.TradesMessage: _check_trades,
    messages.TickerMessage: lambda message, expect: check_values(message, expect, _TICKER),
    messages.CandlesMessage: _check_ohlc,
    messages.InstrumentsMessage: lambda message, expect: _check_pairs(message.pairs, expect["pairs"]),
    messages.StatusMessage: _check_status,
    messages.PongMessage: lambda message, expect: check_values(message, expect, {"req_id": "request_id"}),
    messages.Acknowledgement: _check_answer,
    messages.SymbolRefusal: _check_answer,
}


@rule("K.8", "K.5")
@pytest.mark.parametrize(
    ("session", "depth", "books"),
    [("session_kraken_2026-07-07", 10, 562), ("session_kraken_quiet_2026-08-16", 25, 30)],
)
def test_each_checksum_of_a_session_is_that_of_our_book(session: str, depth: int, books: int) -> None:
    book = CheckedBook(depth)
    proven = 0
    for frame in frames_of(session):
        for message in parse_frame(frame):
            assert not isinstance(message, Unknown)
            if isinstance(message, messages.BookMessage):
                assert book.take(message)
                proven += 1
    assert proven == books
