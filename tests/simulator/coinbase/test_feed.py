"""The simulated Coinbase's feed, read by the platform's own parser and books, digit for digit."""

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from streaming.events import Side
from streaming.market.sources.coinbase import messages
from streaming.market.sources.coinbase.book import ProductBook
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.faults.faults import Fault, FaultKind, UnfitFaultError
from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.market.sources.recordings import lines_of, where_recorded
from tests.simulator.coinbase.client import FeedClient, feed_client
from tests.simulator.talking import closed, pass_time

KEY_NEEDED = (
    "level2, level3, and full channels now require authentication. "
    "https://docs.cloud.coinbase.com/exchange/docs/websocket-auth"
)
EVERYTHING = ("level2_batch", "matches", "ticker", "heartbeat")


async def test_an_answer_is_all_that_the_connection_has_and_books_go_by_another_name(feed: FeedClient) -> None:
    first, *_ = await feed.subscribe("level2_batch", products=("BTC-USD", "ETH-USD"))
    assert [channel["name"] for channel in first["channels"]] == ["level2_50"]
    assert sorted(first["channels"][0]["product_ids"]) == ["BTC-USD", "ETH-USD"]
    assert first["channels"][0]["account_ids"] is None
    second, *_ = await feed.subscribe({"name": "heartbeat", "product_ids": ["ETH-USD"]}, products=())
    assert [channel["name"] for channel in second["channels"]] == ["level2_50", "heartbeat"]
    await feed.send(type="unsubscribe", channels=["level2_batch"])
    await feed.send(type="unsubscribe", product_ids=["ETH-USD"], channels=["heartbeat"])
    left = [json.loads(frame)["channels"] for frame in await feed.frames()]
    assert [[channel["name"] for channel in channels] for channels in left] == [["heartbeat"], []]


async def test_a_book_equals_the_servers_own_and_never_crosses(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, feed: FeedClient
) -> None:
    await feed.begin("level2_batch")
    await pass_time(exchange, clock, 20)
    book = ProductBook()
    for message in await feed.messages():
        if isinstance(message, (messages.SnapshotMessage, messages.UpdateMessage)):
            book.take(message)
            assert not book.book.is_crossed
    market = coinbase.market.pairs["BTC-USD"]
    text = market.pair
    for side, own in ((market.book.bids, book.book.bids), (market.book.asks, book.book.asks)):
        best = [(text.price_text(price), text.quantity_text(size)) for price, size in side.best()]
        assert [(format(one.price, "f"), format(one.quantity, "f")) for one in own.best(len(best) + 1)] == best


async def test_a_match_names_the_makers_side_and_a_ticker_of_the_same_sequence_the_takers(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, feed: FeedClient
) -> None:
    await feed.begin("matches", "ticker")
    await pass_time(exchange, clock, 20)
    raw = [json.loads(frame) for frame in await feed.frames()]
    sides = {frame["sequence"]: frame["side"] for frame in raw if frame["type"] == "match"}
    tickers = [frame for frame in raw if frame["type"] == "ticker"][1:]
    assert len(tickers) > 20
    assert all({frame["side"], sides[frame["sequence"]]} == {"buy", "sell"} for frame in tickers)
    made = {trade.trade_id: trade for trade in coinbase.market.pairs["BTC-USD"].trades}
    assert all(
        (frame["side"] == "buy") is made[frame["trade_id"]].buyer_is_maker for frame in raw if "maker_order_id" in frame
    )


async def test_trades_have_ids_without_a_gap_and_sequences_that_jump(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await feed.begin("matches", "heartbeat")
    await pass_time(exchange, clock, 20)
    read = await feed.messages()
    matches = [one for one in read if isinstance(one, messages.MatchMessage)]
    assert [one.is_last for one in matches[:2]] == [True, False]
    assert all(after.trade.trade_id == before.trade.trade_id + 1 for before, after in pairwise(matches))
    numbers = [one.sequence for one in read if isinstance(one, (messages.MatchMessage, messages.HeartbeatMessage))]
    assert numbers == sorted(numbers)
    assert all(1 < after.sequence - before.sequence < 200 for before, after in pairwise(matches))


async def test_heartbeats_fall_on_whole_seconds_and_name_the_last_trade(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, feed: FeedClient
) -> None:
    await feed.begin("matches", "heartbeat")
    await pass_time(exchange, clock, 10 + coinbase.settings.lag / 1000)
    last, beats = 0, 0
    for message in await feed.messages():
        if isinstance(message, messages.MatchMessage):
            last = message.trade.trade_id
        if isinstance(message, messages.HeartbeatMessage):
            beats += 1
            assert message.last_trade_id == last
            assert message.event_time is not None
            assert message.event_time % 1000 == 0
    assert beats == 10


async def test_a_ticker_has_the_24_hours_and_the_best_prices(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, feed: FeedClient
) -> None:
    await feed.begin("ticker")
    await pass_time(exchange, clock, 5)
    tickers = [one for one in await feed.messages() if isinstance(one, messages.TickerMessage)]
    last = coinbase.market.pairs["BTC-USD"].trades[-1]
    assert tickers[-1].trade_id == last.trade_id
    assert tickers[-1].taker_side is (Side.SELL if last.buyer_is_maker else Side.BUY)
    assert tickers[-1].price == Decimal(last.price) / 100
    assert tickers[-1].low <= tickers[-1].price <= tickers[-1].high
    assert tickers[-1].bid < tickers[-1].ask


async def test_batched_tickers_come_every_five_seconds(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await feed.begin("ticker_batch")
    await pass_time(exchange, clock, 20)
    assert len([one for one in await feed.messages() if isinstance(one, messages.TickerMessage)]) == 1 + 4


async def test_all_products_are_told_on_request(feed: FeedClient) -> None:
    await feed.send(type="subscribe", channels=["status"])
    [status] = [one for one in await feed.messages() if isinstance(one, messages.StatusMessage)]
    assert status.symbols == ("BTC-USD", "BTC-USDT", "ETH-USD", "ETH-USDT")


def reasons(came: list[Any]) -> list[str]:
    return [frame["reason"] for frame in came if frame["type"] == "error"]


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ("trades", "trades is not a valid channel"),
        ("user", "user channel requires authentication"),
        ({"name": "matches", "product_ids": ["XYZ-USD"]}, "XYZ-USD is not a valid product"),
        ({"name": "matches", "product_ids": []}, " is not a valid product"),
        ("full", KEY_NEEDED),
    ],
)
async def test_what_is_bad_is_refused_first_and_the_rest_is_told_then(
    feed: FeedClient, channel: object, reason: str
) -> None:
    good = {"name": "heartbeat", "product_ids": ["BTC-USD"]}
    error, answer = await feed.subscribe(channel, good, products=())
    assert {**error} == {"type": "error", "message": "Failed to subscribe", "reason": reason}
    assert [one["name"] for one in answer["channels"]] == ["heartbeat"]


async def test_where_it_is_set_so_nothing_of_a_request_with_a_bad_product_is_carried_out(
    exchange: SimulatedExchange,
) -> None:
    coinbase = SimulatedCoinbase(exchange, settings=CoinbaseSettings(refuses_whole=True))
    await coinbase.start()
    async with feed_client(coinbase) as feed:
        assert reasons(await feed.subscribe("heartbeat", products=("BTC-USD", "XYZ-USD"))) == [
            "XYZ-USD is not a valid product"
        ]
        assert coinbase.connections[0].keys == []
    await coinbase.stop()


@pytest.mark.parametrize("method", ["subscribe", "unsubscribe"])
async def test_a_request_without_channels_is_refused_by_its_own_name(feed: FeedClient, method: str) -> None:
    await feed.send(type=method, product_ids=["BTC-USD"])
    [frame] = await feed.frames()
    assert json.loads(frame) == {"type": "error", "message": f"Failed to {method}", "reason": "No channels provided"}


async def test_a_snapshot_may_be_larger_than_a_mebibyte(exchange: SimulatedExchange) -> None:
    coinbase = SimulatedCoinbase(exchange, settings=CoinbaseSettings(deep_levels=20_000))
    await coinbase.start()
    async with feed_client(coinbase) as feed:
        await feed.send(type="subscribe", product_ids=["BTC-USD"], channels=["level2_batch"])
        [_, snapshot] = await feed.frames()
    assert len(snapshot) > 1 << 20
    await coinbase.stop()


async def test_who_does_not_subscribe_within_five_seconds_is_closed(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase
) -> None:
    async with feed_client(coinbase) as late, feed_client(coinbase) as prompt:
        await prompt.subscribe("heartbeat")
        await late.send(type="subscribe", product_ids=["BTC-USD"], channels=["no such"])
        await pass_time(exchange, clock, 6, step=0.5)
        assert (await closed(late.connection))[0] == 1001
        assert await prompt.messages()


async def test_a_lost_match_leaves_a_jump_that_the_next_heartbeat_shows(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, feed: FeedClient
) -> None:
    await feed.subscribe("matches", "heartbeat")
    await coinbase.inject(Fault(kind=FaultKind.LOSE, streams=("matches:BTC-USD",)))
    before = coinbase.market.pairs["BTC-USD"].trades[-1].trade_id
    await pass_time(exchange, clock, 5)
    matches = [one for one in await feed.messages() if isinstance(one, messages.MatchMessage)]
    assert matches[0].trade.trade_id == before + 2


async def test_one_product_is_silent_while_others_are_not(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, feed: FeedClient
) -> None:
    await feed.subscribe(*EVERYTHING, products=("BTC-USD", "ETH-USD"))
    streams = tuple(f"{channel}:BTC-USD" for channel in EVERYTHING)
    await coinbase.inject(Fault(kind=FaultKind.SILENCE, streams=streams))
    await pass_time(exchange, clock, 3)
    assert {json.loads(frame)["product_id"] for frame in await feed.frames()} == {"ETH-USD"}
    with pytest.raises(UnfitFaultError):
        await coinbase.inject(Fault(kind=FaultKind.WRONG_CHECKSUM))


@where_recorded
async def test_frames_have_the_members_of_recorded_ones(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await feed.send(type="subscribe", product_ids=["BTC-USD"], channels=EVERYTHING)
    await feed.begin("full")
    await pass_time(exchange, clock, 5)
    known = [list(json.loads(case["raw"])) for case in lines_of("coinbase") if not case["kind"].startswith("rest")]
    ours = [json.loads(frame) for frame in await feed.frames()]
    assert {"subscriptions", "error", "snapshot", "l2update", "ticker", "match", "last_match", "heartbeat"} == {
        frame["type"] for frame in ours
    }
    assert [frame for frame in ours if list(frame) not in known] == []
