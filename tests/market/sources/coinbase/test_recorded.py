"""Recorded messages of Coinbase's, digit for digit, and sessions as a whole."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Trade
from streaming.market.sources.coinbase import messages, rest_parser
from streaming.market.sources.coinbase.book import ProductBook
from streaming.market.sources.coinbase.stream_parser import parse_frame
from streaming.market.sources.messages import Answer, Refusal, Unknown, Unreadable
from tests.exchange_rules.rules import rule
from tests.market.sources.digits import check_values, level
from tests.market.sources.recordings import frames_of, recorded, where_recorded

pytestmark = where_recorded

_NEVER_ASKED_FOR = frozenset({"restBook", "restTicker", "restStats"})
_NAMES = {
    "qty": "quantity", "bid_qty": "bid_quantity", "ask_qty": "ask_quantity", "time_ms": "event_time",
    "price_step": "price_step", "qty_step": "quantity_step", "min_cost": "minimum_cost", "trading": "is_tradable",
}  # fmt: skip
_STEP = Decimal("0.00000001")


@rule("C.9")
@pytest.mark.parametrize("case", recorded("coinbase", without=_NEVER_ASKED_FOR))
def test_every_recorded_message_is_read_or_classified_with_its_values(case: dict[str, Any]) -> None:
    """Each `raw` is parsed or classified without an exception; each value of `expect` is equal."""
    kind, raw, expect = case["kind"], case["raw"], dict(case.get("expect") or {})
    if kind.startswith("rest"):
        _check_rest(kind, raw, expect)
    else:
        _check_message(parse_frame(raw).message, expect)


def _check_message(message: object, expect: dict[str, Any]) -> None:
    match message:
        case Answer(result=tuple() as streams):
            assert sorted(streams) == sorted(_streams(expect["channels"]))
        case Refusal(message=words):
            assert words == ": ".join(expect[key] for key in ("message", "reason") if key in expect)
        case messages.MatchMessage(trade=trade):
            assert (message.symbol, message.sequence) == (expect.pop("symbol"), expect.pop("sequence"))
            _check_trade(trade, expect)
        case messages.SnapshotMessage() | messages.UpdateMessage():
            _check_book(message, expect)
        case messages.TickerMessage() | messages.HeartbeatMessage():
            check_values(message, expect, _NAMES)
        case messages.StatusMessage(symbols=symbols):
            assert list(symbols) == expect["symbols"]
        case _:
            assert isinstance(message, Unknown)
            assert not expect


def _streams(channels: dict[str, list[str]]) -> list[str]:
    """Return the streams of an acknowledgement, under the names by which they are asked for."""
    asked = {"level2_50": "level2_batch"}
    return [f"{product}@{asked.get(name, name)}" for name, products in channels.items() for product in products]


def _check_trade(trade: Trade, expect: dict[str, Any]) -> None:
    check_values(trade, expect, {"qty": "quantity", "taker_side": "side", "time_ms": "time"})


def _check_book(book: messages.SnapshotMessage | messages.UpdateMessage, expect: dict[str, Any]) -> None:
    assert (len(book.bids), len(book.asks)) == (expect.pop("n_bids"), expect.pop("n_asks"))
    assert book.bad_levels == expect.pop("bad_levels", 0)
    if isinstance(book, messages.UpdateMessage):
        assert sum(one.quantity == 0 for one in (*book.bids, *book.asks)) == expect.pop("removed")
    else:
        assert level(book.bids[0]) == expect.pop("best_bid")
        assert level(book.asks[0]) == expect.pop("best_ask")
    assert book.event_time == expect.pop("time_ms", None)
    check_values(book, expect, _NAMES)


def _check_rest(kind: str, raw: str, expect: dict[str, Any]) -> None:
    match kind:
        case "restProducts":
            _check_products(rest_parser.parse_products(raw), expect)
        case "restProduct":
            check_values(rest_parser.parse_product(raw), expect, _NAMES)
        case "restTrades":
            for trade, values in zip(reversed(rest_parser.parse_trades(raw)), expect["trades"], strict=False):
                _check_trade(trade, values)
        case "restCandles":
            _check_candles(rest_parser.parse_candles(raw, quantity_step=_STEP), expect["candles"])
        case "restTime":
            assert rest_parser.parse_time(raw) == expect["time_ms"]
        case _:
            assert kind == "restError"
            assert rest_parser.parse_error(raw) == expect["message"]


def _check_products(listed: rest_parser.Products, expect: dict[str, Any]) -> None:
    assert [one.symbol for one in listed.products] == expect["symbols"]
    assert [one.symbol for one in listed.products if one.is_tradable] == expect["trading"]
    assert listed.unreadable == 0


def _check_candles(rows: tuple[rest_parser.CandleRow, ...], expect: list[dict[str, Any]]) -> None:
    by_time = {row.open_time: row for row in rows}
    for values in expect:
        row = by_time[values.pop("time_ms")]
        assert row.volume == Decimal(values.pop("volume"))
        check_values(row, values, {})


@rule("C.9", "C.5", "C.6")
def test_a_session_is_whole_by_its_trades_and_heartbeats_and_its_books_never_cross() -> None:
    """448 updates, none crossed; no jump of a trade's id; each of 28 heartbeats names the last trade."""
    books: dict[str, ProductBook] = {}
    last_trades: dict[str, int] = {}
    updates = heartbeats = 0
    for frame in frames_of("session_coinbase_2026-07-07"):
        match parse_frame(frame).message:
            case messages.SnapshotMessage() | messages.UpdateMessage() as message:
                book = books.setdefault(message.symbol, ProductBook())
                book.take(message)
                assert book.is_whole
                assert not book.book.is_crossed
                updates += isinstance(message, messages.UpdateMessage)
            case messages.MatchMessage(symbol=symbol, trade=trade):
                assert trade.trade_id == last_trades.get(symbol, trade.trade_id - 1) + 1
                last_trades[symbol] = trade.trade_id
            case messages.HeartbeatMessage(symbol=symbol, last_trade_id=told):
                assert told == last_trades[symbol]
                heartbeats += 1
            case message:
                assert isinstance(message, Answer)
    assert (updates, heartbeats) == (448, 28)


@rule("C.9", "C.4")
def test_in_a_session_a_trade_and_its_ticker_name_the_same_taker() -> None:
    """What the exchange names of a match is its maker's side, and of a ticker the taker's: read, they are one."""
    tickers: dict[tuple[str, int], messages.TickerMessage] = {}
    trades: dict[tuple[str, int], Trade] = {}
    for frame in frames_of("session_coinbase_2021-04-17"):
        message = parse_frame(frame).message
        assert not isinstance(message, (Unknown, Unreadable))
        if isinstance(message, messages.TickerMessage):
            tickers[message.symbol, message.trade_id] = message
        if isinstance(message, messages.MatchMessage):
            trades[message.symbol, message.trade.trade_id] = message.trade
    both = tickers.keys() & trades.keys()
    assert len(both) >= 13
    for key in both:
        assert (tickers[key].taker_side, tickers[key].price) == (trades[key].side, trades[key].price)
