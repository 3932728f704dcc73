"""From a frame of Coinbase's feed to a message."""

import json
from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from streaming.market.sources.coinbase import messages
from streaming.market.sources.coinbase.stream_parser import parse_frame
from streaming.market.sources.messages import Answer, Refusal, SourceMessage, Unknown, Unreadable
from tests.exchange_rules.rules import rule

TIME = "2026-07-07T22:58:17.164892Z"
MATCH = {
    "type": "match", "trade_id": 7, "maker_order_id": "a", "taker_order_id": "b", "side": "sell", "size": "0.2",
    "price": "63514.6", "product_id": "BTC-USD", "sequence": 132, "time": TIME, "something": "new",
}  # fmt: skip
TICKER = {
    "type": "ticker", "sequence": 132, "product_id": "BTC-USD", "price": "63514.6", "open_24h": "63000.10",
    "volume_24h": "10.50000000", "low_24h": "62000", "high_24h": "64000", "volume_30d": "9", "best_bid": "63514.59",
    "best_ask": "63514.60", "side": "buy", "time": TIME, "trade_id": 7, "last_size": "0.2",
}  # fmt: skip


def message_of(value: dict[str, Any]) -> SourceMessage:
    """Return the message in the JSON of `value`."""
    return parse_frame(json.dumps(value)).message


@rule("C.4")
def test_the_taker_of_a_match_is_the_other_than_it_names_and_of_a_ticker_the_one_it_names() -> None:
    match, ticker = message_of(MATCH), message_of(TICKER)
    assert isinstance(match, messages.MatchMessage)
    assert isinstance(ticker, messages.TickerMessage)
    assert match.trade.side is ticker.taker_side is Side.BUY
    assert not match.is_last
    assert (str(match.trade.price), match.trade.time) == ("63514.6", 1783465097164)


@rule("C.5")
def test_the_trade_that_is_told_on_subscribing_is_known_as_an_old_one() -> None:
    match = message_of({**MATCH, "type": "last_match"})
    assert isinstance(match, messages.MatchMessage)
    assert match.is_last


@rule("C.5")
def test_a_heartbeat_names_the_last_trade() -> None:
    told = {"type": "heartbeat", "last_trade_id": 0, "product_id": "BTC-USD", "sequence": 1, "time": TIME}
    received = parse_frame(json.dumps(told))
    assert received.stream == "BTC-USD@heartbeat"
    assert isinstance(received.message, messages.HeartbeatMessage)
    assert received.message.last_trade_id == 0


@rule("C.2", "C.3")
def test_an_answer_is_all_that_is_subscribed_under_the_names_that_were_asked_for() -> None:
    channels = [
        {"name": "level2_50", "product_ids": ["ETH-USD", "BTC-USD"], "account_ids": None},
        {"name": "heartbeat", "product_ids": ["BTC-USD"]},
    ]
    answer = message_of({"type": "subscriptions", "channels": channels})
    streams = ("ETH-USD@level2_batch", "BTC-USD@level2_batch", "BTC-USD@heartbeat")
    assert answer == Answer(request_id=None, result=streams)
    assert message_of({"type": "subscriptions", "channels": []}) == Answer(request_id=None, result=())


@rule("C.2")
def test_a_refusal_has_words_and_sometimes_a_reason() -> None:
    told = {"message": "Failed to subscribe", "reason": "XYZ-USD is not a valid product", "type": "error"}
    words = "Failed to subscribe: XYZ-USD is not a valid product"
    assert message_of(told) == Refusal(request_id=None, code=0, message=words)
    assert message_of({"type": "error", "message": "x"}) == Refusal(request_id=None, code=0, message="x")


@rule("C.7")
def test_a_level_that_cannot_be_read_is_left_out_and_counted() -> None:
    bids = [["40533.24", "0.020416"], ["40531.19", "0.-10000"]]
    book = message_of({"type": "snapshot", "product_id": "YFI-USD", "asks": [], "bids": bids})
    assert isinstance(book, messages.SnapshotMessage)
    assert (len(book.bids), book.bad_levels, book.event_time) == (1, 1, None)


@rule("C.7")
@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2019-08-01T00:00:03.818Z", 1564617603818),
        ("2026-07-07T22:58:18.304458999Z", 1783465098304),
        ("2026-07-07T22:58:18Z", 1783465098000),
        ("0001-01-01T00:00:00.000000Z", None),
    ],
)
def test_it_cuts_times_to_milliseconds_and_takes_the_year_1_for_none(time: str, expected: int | None) -> None:
    change = ["sell", "9202.54000000", "0.432"]
    told = {"type": "l2update", "product_id": "BTC-EUR", "time": time, "changes": [change]}
    update = message_of(told)
    assert isinstance(update, messages.UpdateMessage)
    assert update.event_time == expected
    assert format(update.asks[0].price, "f") == "9202.54000000"


@rule("C.7")
def test_it_reads_a_ticker_with_and_without_the_best_quantities() -> None:
    plain = message_of(TICKER)
    full = message_of({**TICKER, "best_bid_size": "0.61540890", "best_ask_size": "0.1"})
    assert isinstance(plain, messages.TickerMessage)
    assert isinstance(full, messages.TickerMessage)
    assert (plain.bid_quantity, full.bid_quantity) == (None, Decimal("0.61540890"))


@pytest.mark.parametrize("kind", ["received", "open", "done", "tomorrow"])
def test_it_calls_unknown_what_it_does_not_know(kind: str) -> None:
    assert message_of({"type": kind, "product_id": "BTC-USD"}) == Unknown(event=kind)


@pytest.mark.parametrize(
    "bad",
    [
        "", "[]", "nonsense", '{"type":7}', '{"no":"type"}', json.dumps({**MATCH, "side": "up"}),
        json.dumps({**MATCH, "price": "NaN"}), json.dumps({**MATCH, "time": "yesterday"}),
        json.dumps({**MATCH, "time": "2026-02-30T00:00:00Z"}), json.dumps({**MATCH, "product_id": None}),
        json.dumps({**MATCH, "time": "0001-01-01T00:00:00Z"}),
        '{"type":"l2update","product_id":"A-B","changes":[["buy"]]}',
        '{"type":"subscriptions","channels":{}}',
    ],
)  # fmt: skip
def test_it_never_raises(bad: str) -> None:
    assert isinstance(parse_frame(bad).message, Unreadable)
