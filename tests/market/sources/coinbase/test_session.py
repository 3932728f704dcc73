"""A connection to Coinbase: what it asks, whose an answer is, and what makes a book or trades doubtful."""

import json
from typing import Any

import pytest

from streaming.events import Interval
from streaming.market.sources.coinbase import messages
from streaming.market.sources.coinbase.session import CoinbaseSession
from streaming.market.sources.coinbase.source import SOURCE
from streaming.market.sources.messages import Answer, Broken, Refusal, SourceMessage, Unreadable, event_time
from streaming.market.sources.names import own_settings
from streaming.market.sources.source import Method
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market.sources.coinbase import coinbase_frames as frames

TICKER, MATCHES, BEAT, BOOK = (f"BTC-USD@{channel}" for channel in ("ticker", "matches", "heartbeat", "level2_batch"))
BAD = "XYZ-USD@ticker"


@pytest.fixture
def session() -> CoinbaseSession:
    """Return the session of a fresh connection."""
    return CoinbaseSession()


def asked(session: CoinbaseSession, method: Method, *streams: str, request_id: int = 7) -> dict[str, Any]:
    """Ask for streams; return what leaves."""
    request: dict[str, Any] = json.loads(session.write(method, streams, request_id))
    return request


def said(session: CoinbaseSession, frame: str) -> list[tuple[str, SourceMessage]]:
    """Return what a frame says, by the streams."""
    return [(received.stream, received.message) for received in session.read(frame.encode())]


def accepted(request_id: int, *streams: str) -> tuple[str, SourceMessage]:
    """Return what is said of streams that are as they were asked to be."""
    return "", Answer(request_id=request_id, result=None, streams=frozenset(streams))


def broken(session: CoinbaseSession, frame: str) -> list[str]:
    """Return the streams that a frame shows to be broken."""
    return [stream for stream, message in said(session, frame) if isinstance(message, Broken)]


@rule("C.10")
@pytest.mark.parametrize(
    ("topic", "stream"),
    [
        (Topic(MarketKind.PRICE, "BTC-USD"), TICKER),
        (Topic(MarketKind.TICKER, "BTC-USD"), TICKER),
        (Topic(MarketKind.TRADE, "BTC-USD"), MATCHES),
        (Topic(MarketKind.CANDLE, "BTC-USD", Interval.HOUR_6), MATCHES),
        (Topic(MarketKind.DEPTH, "BTC-USD"), BOOK),
    ],
)
def test_a_topic_has_the_stream_of_its_channel_and_its_products_heartbeat(topic: Topic, stream: str) -> None:
    assert SOURCE.streams_of(topic) == {stream, BEAT}
    assert topic in SOURCE.topics_of(stream)
    assert not SOURCE.topics_of(BEAT)


@rule("C.10")
@pytest.mark.parametrize("topic", [Topic(MarketKind.OVERVIEW), Topic(MarketKind.CANDLE, "BTC-USD", Interval.HOUR_4)])
def test_what_the_exchange_does_not_have_is_not_served(topic: Topic) -> None:
    assert not SOURCE.streams_of(topic)


@rule("C.21")
def test_a_heartbeat_is_judged_whatever_its_product_and_what_begins_with_something_is_missed() -> None:
    frequencies = [SOURCE.update_frequency_of(stream) for stream in (BEAT, TICKER, BOOK, MATCHES)]
    assert [one.is_heartbeat and one.is_judged for one in frequencies] == [True, False, False, False]
    assert [one.begins_at_once for one in frequencies] == [True, True, True, False]
    assert own_settings("coinbase")["BRIDGE_FRAME_SILENCE_SECONDS"] == 5.0


@rule("C.2")
def test_an_answer_is_about_each_stream_that_was_asked_for_and_is_listed(session: CoinbaseSession) -> None:
    assert asked(session, Method.SUBSCRIBE, TICKER, BOOK)["type"] == "subscribe"
    asked(session, Method.SUBSCRIBE, BEAT, request_id=8)
    assert said(session, frames.subscriptions(level2_50=["BTC-USD"], ticker=["BTC-USD"])) == [accepted(7, TICKER, BOOK)]
    everything = frames.subscriptions(level2_50=["BTC-USD"], ticker=["BTC-USD"], heartbeat=["BTC-USD"])
    assert said(session, everything) == [accepted(8, BEAT)]
    assert asked(session, Method.UNSUBSCRIBE, TICKER, request_id=9)["type"] == "unsubscribe"
    assert said(session, frames.subscriptions(level2_50=["BTC-USD"], heartbeat=["BTC-USD"])) == [accepted(9, TICKER)]


@rule("C.11")
def test_a_product_that_is_refused_keeps_none_from_the_others(session: CoinbaseSession) -> None:
    asked(session, Method.SUBSCRIBE, BAD, TICKER)
    words = "Failed to subscribe: XYZ-USD is not a valid product"
    refusal = Refusal(request_id=7, code=0, message=words, streams=frozenset({BAD}))
    assert said(session, frames.error("XYZ-USD is not a valid product")) == [("", refusal)]
    assert said(session, frames.subscriptions(ticker=["BTC-USD"])) == [accepted(7, TICKER)]


@rule("C.11")
def test_the_same_refusal_for_a_second_channel_is_about_nobody_else(session: CoinbaseSession) -> None:
    asked(session, Method.SUBSCRIBE, BAD, "XYZ-USD@heartbeat")
    asked(session, Method.SUBSCRIBE, TICKER, request_id=8)
    assert len(said(session, frames.error("XYZ-USD is not a valid product"))) == 1
    assert not said(session, frames.error("XYZ-USD is not a valid product"))
    assert said(session, frames.subscriptions(ticker=["BTC-USD"])) == [accepted(8, TICKER)]


@rule("C.11")
def test_what_is_not_listed_in_the_answer_to_its_request_was_refused_whatever_was_said(
    session: CoinbaseSession,
) -> None:
    asked(session, Method.SUBSCRIBE, BOOK, TICKER)
    answer, (_, refusal) = said(session, frames.subscriptions(ticker=["BTC-USD"]))
    assert answer == accepted(7, TICKER)
    assert isinstance(refusal, Refusal)
    assert refusal.streams == frozenset({BOOK})


def test_a_refusal_that_names_nothing_is_of_the_oldest_request(session: CoinbaseSession) -> None:
    asked(session, Method.SUBSCRIBE, TICKER)
    asked(session, Method.SUBSCRIBE, BEAT, request_id=8)
    words = "Failed to subscribe: No channels provided"
    assert said(session, frames.error("No channels provided")) == [
        ("", Refusal(request_id=7, code=0, message=words)),
    ]


@rule("C.11")
def test_what_the_exchange_has_dropped_is_broken(session: CoinbaseSession) -> None:
    asked(session, Method.SUBSCRIBE, TICKER, BEAT)
    said(session, frames.subscriptions(ticker=["BTC-USD"], heartbeat=["BTC-USD"]))
    asked(session, Method.SUBSCRIBE, BOOK, request_id=8)
    assert broken(session, frames.subscriptions(level2_50=["BTC-USD"], heartbeat=["BTC-USD"])) == [TICKER]


@rule("C.12")
def test_a_books_best_levels_are_told_after_each_message(session: CoinbaseSession) -> None:
    assert not said(session, frames.update(0.5, ("buy", "63514.58", "1.00000000")))
    said(session, frames.snapshot(1.0))
    ((stream, told),) = said(session, frames.update(1.1, ("buy", "63514.58", "1.00000000"), ("sell", "70000", "0.00")))
    assert stream == BOOK
    assert isinstance(told, messages.BestLevels)
    assert [(str(level.price), str(level.quantity)) for level in told.bids] == [
        ("63514.59", "0.20000000"),
        ("63514.58", "1.00000000"),
    ]


@rule("C.12")
def test_a_book_that_stays_crossed_is_broken_until_its_next_snapshot(session: CoinbaseSession) -> None:
    said(session, frames.snapshot())
    crossing = ("buy", "63514.60", "1.00000000")
    assert not said(session, frames.update(1.0, crossing))
    assert not said(session, frames.update(1.1, crossing))
    assert broken(session, frames.update(1.2, crossing)) == [BOOK]
    ((_, told),) = said(session, frames.snapshot(2.0))
    assert isinstance(told, messages.BestLevels)


@rule("C.7", "C.12")
def test_a_level_that_cannot_be_read_is_counted_and_in_an_update_breaks_the_book(session: CoinbaseSession) -> None:
    (_, counted), (_, told) = said(session, frames.snapshot(bids='[["1","0.-10000"],["63514.59","0.2"]]'))
    assert isinstance(counted, Unreadable)
    assert isinstance(told, messages.BestLevels)
    assert broken(session, frames.update(1.0, ("buy", "1", "0.-10000"))) == [BOOK]


@rule("C.12")
def test_trades_that_were_lost_make_the_book_doubtful(session: CoinbaseSession) -> None:
    said(session, frames.snapshot())
    assert not broken(session, frames.match(7, kind="last_match"))
    assert not broken(session, frames.match(8))
    assert broken(session, frames.match(10)) == [BOOK]
    assert not broken(session, frames.match(11))


@rule("C.13")
def test_a_heartbeat_that_names_a_trade_which_has_not_come_a_second_later_breaks_the_matches(
    session: CoinbaseSession,
) -> None:
    asked(session, Method.SUBSCRIBE, MATCHES, BEAT)
    said(session, frames.subscriptions(matches=["BTC-USD"], heartbeat=["BTC-USD"]))
    said(session, frames.match(7, kind="last_match"))
    assert not broken(session, frames.heartbeat(7, 1.0))
    assert not broken(session, frames.heartbeat(8, 2.0))
    assert broken(session, frames.heartbeat(8, 3.0)) == [MATCHES]
    assert not broken(session, frames.heartbeat(8, 4.0))


@rule("C.13")
def test_a_heartbeat_may_be_ahead_of_its_trade(session: CoinbaseSession) -> None:
    asked(session, Method.SUBSCRIBE, MATCHES, BEAT)
    said(session, frames.subscriptions(matches=["BTC-USD"], heartbeat=["BTC-USD"]))
    assert not broken(session, frames.heartbeat(7, 1.0))
    assert not broken(session, frames.heartbeat(8, 2.0))
    said(session, frames.match(8, 2.0))
    assert not broken(session, frames.heartbeat(8, 3.0))


def test_heartbeats_say_nothing_of_trades_that_are_not_subscribed(session: CoinbaseSession) -> None:
    assert not [number for number in range(1, 9) if broken(session, frames.heartbeat(number, number))]


def test_a_heartbeat_tells_when_it_was_sent_and_a_ticker_only_when_its_last_trade_was(session: CoinbaseSession) -> None:
    ((_, beat),) = said(session, frames.heartbeat(7, 1.0))
    assert beat.sent_at == frames.MINUTE_MS + 1000
    ((_, ticker),) = said(session, frames.ticker(0.5))
    assert (event_time(ticker), ticker.sent_at) == (frames.MINUTE_MS + 500, None)
