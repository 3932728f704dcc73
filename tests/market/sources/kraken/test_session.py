"""A connection to Kraken: what it asks in which frames, whose an answer is, and what breaks a book."""

import json
from typing import Any

import pytest

from streaming.events import Interval
from streaming.market.sources.kraken import messages
from streaming.market.sources.kraken.session import KrakenSession
from streaming.market.sources.kraken.source import SOURCE
from streaming.market.sources.messages import (
    Answer,
    Broken,
    ExchangeState,
    Refusal,
    SourceMessage,
    Unknown,
    Unreadable,
    event_time,
)
from streaming.market.sources.names import own_settings
from streaming.market.sources.source import Method
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market.sources.kraken import kraken_frames as frames

BTC, ETH, BOOK = "BTC/USD@ticker", "ETH/USD@ticker", "BTC/USD@book"


@pytest.fixture
def session() -> KrakenSession:
    """Return the session of a fresh connection."""
    return KrakenSession()


def asked(session: KrakenSession, method: Method, *streams: str, request_id: int = 7) -> dict[str, Any]:
    """Ask for streams; return what leaves."""
    request: dict[str, Any] = json.loads(session.write(method, streams, request_id))
    return request


def said(session: KrakenSession, frame: str | bytes) -> list[tuple[str, SourceMessage]]:
    """Return what a frame says, by the streams."""
    found = session.read(frame.encode() if isinstance(frame, str) else frame)
    return [(received.stream, received.message) for received in found]


@rule("K.9")
@pytest.mark.parametrize(
    ("topic", "stream"),
    [
        (Topic(MarketKind.PRICE, "BTC/USD"), "BTC/USD@ticker"),
        (Topic(MarketKind.TICKER, "AAPLx/USD"), "AAPLx/USD@ticker"),
        (Topic(MarketKind.TRADE, "BTC/USD"), "BTC/USD@trade"),
        (Topic(MarketKind.DEPTH, "BTC/USD"), "BTC/USD@book"),
        (Topic(MarketKind.CANDLE, "BTC/USD", Interval.HOUR_4), "BTC/USD@ohlc-240"),
    ],
)
def test_a_topic_has_one_stream_under_the_exchanges_own_name_of_the_pair(topic: Topic, stream: str) -> None:
    assert SOURCE.streams_of(topic) == {stream}
    assert topic in SOURCE.topics_of(stream)


@rule("K.9")
@pytest.mark.parametrize("topic", [Topic(MarketKind.OVERVIEW), Topic(MarketKind.CANDLE, "BTC/USD", Interval.MINUTE_3)])
def test_what_the_exchange_does_not_send_is_not_served(topic: Topic) -> None:
    assert not SOURCE.streams_of(topic)


@pytest.mark.parametrize("stream", ["btcusdt@ticker", "BTC-USD@level2_batch", "BTC/USD@ohlc-7", "BTC/USD@ohlc-x", ""])
def test_a_stream_of_another_exchange_serves_nothing(stream: str) -> None:
    assert [topic.kind for topic in SOURCE.topics_of(stream)] == (
        ["price", "ticker"] if stream == "btcusdt@ticker" else []
    )


@rule("K.9")
def test_a_request_is_of_one_channel_and_trades_come_without_those_of_before(session: KrakenSession) -> None:
    batches = {session.batch_of(stream) for stream in (BTC, ETH, BOOK, "BTC/USD@ohlc-1", "BTC/USD@ohlc-5")}
    assert batches == {"ticker", "book", "ohlc-1", "ohlc-5"}
    request = asked(session, Method.SUBSCRIBE, BTC, ETH)
    assert request == {
        "method": "subscribe",
        "params": {"channel": "ticker", "snapshot": True, "symbol": ["BTC/USD", "ETH/USD"], "event_trigger": "bbo"},
        "req_id": 7,
    }
    assert asked(session, Method.SUBSCRIBE, "BTC/USD@trade")["params"]["snapshot"] is False
    assert asked(session, Method.UNSUBSCRIBE, BOOK)["params"] == {"channel": "book", "symbol": ["BTC/USD"], "depth": 10}


@rule("K.2")
def test_each_symbol_is_answered_for_itself(session: KrakenSession) -> None:
    asked(session, Method.SUBSCRIBE, BTC, ETH)
    answer = Answer(request_id=7, result=None, streams=frozenset({ETH}))
    assert said(session, frames.acknowledgement(7, "ticker", "ETH/USD")) == [("", answer)]
    refused = Refusal(request_id=7, code=0, message="Currency pair not supported BTC/USD", streams=frozenset({BTC}))
    assert said(session, frames.refusal(refused.message, 7, "BTC/USD")) == [("", refused)]


@rule("K.2")
def test_a_refusal_that_names_no_symbol_is_of_what_is_left_of_its_request(session: KrakenSession) -> None:
    asked(session, Method.SUBSCRIBE, BTC, ETH)
    refused = Refusal(request_id=7, code=0, message="Subscription depth not supported")
    assert said(session, frames.refusal(refused.message, 7)) == [("", refused)]
    assert said(session, frames.refusal("Malformed request")) == [
        ("", Refusal(request_id=None, code=0, message="Malformed request"))
    ]


@pytest.mark.parametrize(
    ("method", "words"),
    [(Method.SUBSCRIBE, "Already subscribed"), (Method.UNSUBSCRIBE, "Subscription Not Found")],
)
@pytest.mark.parametrize("symbol", ["BTC/USD", None])
def test_a_refusal_of_what_is_so_already_is_as_good_as_an_acknowledgement(
    session: KrakenSession, method: Method, words: str, symbol: str | None
) -> None:
    asked(session, method, BTC)
    answer = Answer(request_id=7, result=None, streams=frozenset({BTC}))
    assert said(session, frames.refusal(words, 7, symbol)) == [("", answer)]


def test_an_answer_to_nothing_says_nothing(session: KrakenSession) -> None:
    assert not said(session, frames.acknowledgement(8, "ticker", "BTC/USD"))
    asked(session, Method.SUBSCRIBE, BTC)
    assert not said(session, frames.acknowledgement(7, "ticker", "ETH/USD"))


@rule("K.3")
@pytest.mark.parametrize(
    "frame",
    ['{"channel":"heartbeat"}', '{"method":"pong"}', '{"channel":"status","data":[{"system":"online"}]}'],
)
def test_what_is_no_news_of_any_stream_is_not_told(session: KrakenSession, frame: str) -> None:
    assert not said(session, frame)


def test_what_is_new_or_odd_is_told_as_such(session: KrakenSession) -> None:
    ((_, unknown),) = said(session, '{"channel":"weather","data":[]}')
    ((_, unreadable),) = said(session, "{")
    assert isinstance(unknown, Unknown)
    assert isinstance(unreadable, Unreadable)


@rule("K.5", "K.10")
def test_a_book_is_told_as_long_as_its_checksum_proves_it(session: KrakenSession) -> None:
    ((stream, book),) = said(session, frames.book(1.5))
    assert stream == BOOK
    assert isinstance(book, messages.ProvenBook)
    assert [str(level.price) for level in book.asks] == ["45285.2", "45286.4", "45286.6"]
    ((stream, broken),) = said(session, frames.book_update(2.0, checksum=1))
    assert (stream, type(broken)) == (BOOK, Broken)
    ((_, still),) = said(session, frames.book_update(3.0, checksum=1))
    assert isinstance(still, Broken)
    ((_, fresh),) = said(session, frames.book(4.0))
    assert isinstance(fresh, messages.ProvenBook)


@rule("K.10")
def test_what_is_on_its_way_still_belongs_to_the_old_book(session: KrakenSession) -> None:
    said(session, frames.book())
    asked(session, Method.UNSUBSCRIBE, BOOK)
    said(session, frames.acknowledgement(7, "book", "BTC/USD", "unsubscribe"))
    assert not said(session, frames.book_update(2.0, checksum=1))


def test_candles_of_several_symbols_are_told_by_their_streams(session: KrakenSession) -> None:
    frame = frames.candles(frames.candle(1), frames.candle(1, symbol="ETH/USD"), frames.candle(2), sent="02:01")
    told = said(session, frame)
    assert [stream for stream, _ in told] == ["BTC/USD@ohlc-1", "ETH/USD@ohlc-1"]
    assert [len(one.candles) for _, one in told if isinstance(one, messages.CandlesMessage)] == [2, 1]


def test_a_change_tells_when_it_was_sent_and_a_snapshot_only_when_something_last_changed(
    session: KrakenSession,
) -> None:
    for snapshot in (frames.book(1.0), frames.ticker(2.0, kind="snapshot"), frames.never_traded()):
        ((_, message),) = said(session, snapshot)
        assert message.sent_at is None
    ((_, change),) = said(session, frames.ticker(2.0))
    assert change.sent_at == event_time(change)
    assert change.sent_at is not None


def test_how_the_exchange_is_is_told_when_it_changes(session: KrakenSession) -> None:
    states = ("online", "maintenance", "maintenance", "post_only", "online")
    told = [message for state in states for _, message in said(session, frames.status(state))]
    assert told == [ExchangeState(state=state) for state in ("maintenance", "post_only", "online")]


def test_it_tries_less_often_to_connect_than_the_exchange_bans_for() -> None:
    own = own_settings("kraken")
    assert (own["BRIDGE_CONNECT_ATTEMPTS"], own["BRIDGE_CONNECT_WINDOW_SECONDS"]) == (30, 600.0)
