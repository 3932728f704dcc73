"""The simulated Kraken's feed, read by the platform's own parser and proven by its own books, digit for digit."""

import json
from decimal import Decimal

import httpx2
import pytest
import websockets

from streaming.events import Side
from streaming.market.sources.kraken import messages
from streaming.market.sources.kraken.book import CheckedBook
from streaming.simulator.faults.faults import Fault, FaultKind, UnfitFaultError
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.simulator.kraken.client import FeedClient, feed_client, proven
from tests.simulator.talking import closed, pass_time

MINUTE_IN_SECONDS = 60


async def test_the_status_comes_first_and_unasked_with_an_id_beyond_63_bits(kraken: SimulatedKraken) -> None:
    async with feed_client(kraken) as client:
        frame = json.loads(await client.next_frame())
    assert frame["channel"] == "status"
    assert frame["data"][0]["system"] == "online"
    assert 0 < frame["data"][0]["connection_id"] < 2**64


async def test_heartbeats_come_each_second_from_the_first_subscription_on_data_or_not(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await pass_time(exchange, clock, 3)
    assert await feed.frames() == []
    await feed.subscribe("ticker", ["BTC/USD"], snapshot=False)
    await pass_time(exchange, clock, 5, step=0.1)
    assert [type(message) for message in await feed.messages()].count(messages.HeartbeatMessage) == 5


@pytest.mark.parametrize("depth", [10, 25])
async def test_each_book_is_proven_by_its_checksum_and_equals_the_servers_own(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient, depth: int
) -> None:
    await feed.subscribe("book", ["BTC/USD"], depth=depth)
    await pass_time(exchange, clock, 30)
    book = CheckedBook(depth)
    results = proven(book, await feed.messages())
    assert len(results) > 100
    assert all(results)
    market = kraken.market.pairs["BTC/USD"]
    text = market.pair
    bids = [(text.price_text(price), text.quantity_text(size)) for price, size in market.book.bids.best(depth)]
    assert [(format(one.price, "f"), format(one.quantity, "f")) for one in book.book.bids.best(depth)] == bids


async def test_levels_are_removed_repeated_and_move_in_and_no_removal_tells_what_fell_out(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await feed.subscribe("book", ["ETH/USDT"], depth=10)
    await pass_time(exchange, clock, 30)
    read = [message for message in await feed.messages() if isinstance(message, messages.BookMessage)]
    updates = [message for message in read if not message.is_snapshot]
    prices = [[level.price for level in message.bids] for message in updates]
    assert any(len(one) > len(set(one)) for one in prices)
    assert any(not level.quantity for message in updates for level in message.asks)
    for message in updates:
        assert {len(format(level.quantity, "f").partition(".")[2]) for level in message.bids} <= {8}


async def test_trades_are_the_followed_ones_with_the_takers_side_and_ids_without_a_gap(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await feed.subscribe("trade", ["BTC/USDT"], snapshot=False)
    await pass_time(exchange, clock, 20)
    frames = [one for one in await feed.messages() if isinstance(one, messages.TradesMessage)]
    trades = [trade for frame in frames for trade in frame.trades]
    made = {trade.trade_id: trade for trade in exchange.market.symbols["BTCUSDT"].trades}
    assert [trade.trade_id for trade in trades] == list(range(trades[0].trade_id, trades[0].trade_id + len(trades)))
    assert len(trades) > 50
    assert any(len(frame.trades) > 1 for frame in frames)
    for trade in trades:
        followed = made[trade.trade_id]
        price = Decimal(followed.price) / 100
        assert trade.side is (Side.SELL if followed.buyer_is_maker else Side.BUY)
        assert trade.quantity == Decimal(followed.quantity) / 100_000
        assert 0 <= (price - trade.price if followed.buyer_is_maker else trade.price - price) < price / 10_000


async def test_a_snapshot_has_the_last_50_trades_oldest_first(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    acknowledgement, *_ = await feed.subscribe("trade", ["ETH/USD"], snapshot=True)
    assert acknowledgement["result"] == {"channel": "trade", "snapshot": True, "symbol": "ETH/USD"}
    await pass_time(exchange, clock, 0.5)
    [snapshot] = [one for one in await feed.messages() if isinstance(one, messages.TradesMessage) and one.is_snapshot]
    ids = [trade.trade_id for trade in snapshot.trades]
    assert len(ids) == 50
    assert ids == sorted(ids)


async def test_a_ticker_agrees_with_the_book_and_its_change_with_its_price(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient
) -> None:
    await feed.subscribe("ticker", ["BTC/USD"], event_trigger="bbo")
    await pass_time(exchange, clock, 10)
    tickers = [one for one in await feed.messages() if isinstance(one, messages.TickerMessage)]
    market = kraken.market.pairs["BTC/USD"]
    last = tickers[-1]
    assert format(last.bid, "f") == market.pair.price_text(market.book.bids.best(1)[0][0])
    assert format(last.ask, "f") == market.pair.price_text(market.book.asks.best(1)[0][0])
    assert last.price is not None
    assert last.low is not None
    assert last.high is not None
    assert last.low <= last.price <= last.high
    assert last.bid < last.ask
    assert len(tickers) > 20


async def test_candles_are_sent_on_trades_alone_and_nothing_closes_one(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient
) -> None:
    await feed.subscribe("ohlc", ["BTC/USD"], interval=1)
    await pass_time(exchange, clock, MINUTE_IN_SECONDS + 10)
    candles = [one for one in await feed.messages() if isinstance(one, messages.CandlesMessage)]
    assert candles[0].is_snapshot
    assert len(candles[0].candles) == 10
    by_time = {message.candles[0].open_time: message.candles[0] for message in candles[1:]}
    first, second = by_time.values()
    assert second.open_time - first.open_time == MINUTE_IN_SECONDS * 1000
    market = kraken.market.pairs["BTC/USD"]
    row = market.candles.row(first.open_time, MINUTE_IN_SECONDS * 1000)
    assert (format(first.close, "f"), first.trades) == (market.pair.price_text(row.close), row.trades)


async def test_instruments_come_as_an_object_with_the_pairs_of_the_feed(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient
) -> None:
    await feed.subscribe("instrument", snapshot=True)
    await pass_time(exchange, clock, 0.5)
    [listed] = [one for one in await feed.messages() if isinstance(one, messages.InstrumentsMessage)]
    assert [pair.symbol for pair in listed.pairs] == ["BTC/USD", "BTC/USDT", "ETH/USD", "ETH/USDT"]
    assert listed.pairs[0].price_step == Decimal("0.1")
    assert listed.pairs[0].is_tradable


async def test_prices_follow_by_a_premium_a_spread_and_a_lag(exchange: SimulatedExchange, clock: ManualClock) -> None:
    settings = FollowingSettings(premium=50_000, dollar_premium=0, spread=1000, lag=2000)
    kraken = SimulatedKraken(exchange, settings=settings)
    await kraken.start()
    before = exchange.market.symbols["ETHUSDT"].book.bids.best
    assert before is not None
    expected = Decimal(before.price) * Decimal("1.0495") // 1
    await pass_time(exchange, clock, 1.9)
    market = kraken.market.pairs["ETH/USD"]
    assert market.book.bids.best(1)[0][0] == expected
    await pass_time(exchange, clock, 5)
    assert kraken.market.time == exchange.market.time - 2000
    await kraken.stop()


async def test_a_lost_update_shows_at_the_next_frame_of_that_book_and_of_no_other(
    exchange: SimulatedExchange, clock: ManualClock, feed: FeedClient, control: httpx2.AsyncClient
) -> None:
    await feed.subscribe("book", ["BTC/USD", "ETH/USD"])
    await pass_time(exchange, clock, 1)
    books = {"BTC/USD": CheckedBook(10), "ETH/USD": CheckedBook(10)}
    before = [one for one in await feed.messages() if isinstance(one, messages.BookMessage)]
    assert all(books[one.symbol].take(one) for one in before)
    assert (await control.get("faults/lose?streams=book:BTC/USD")).status_code == 200
    await pass_time(exchange, clock, 3, step=0.1)
    after = [one for one in await feed.messages() if isinstance(one, messages.BookMessage)]
    btc = [books["BTC/USD"].take(one) for one in after if one.symbol == "BTC/USD"]
    assert btc
    assert not any(btc)
    assert all(books["ETH/USD"].take(one) for one in after if one.symbol == "ETH/USD")


async def test_checksums_of_one_pair_are_wrong_on_request_and_right_again_afterwards(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient
) -> None:
    await kraken.inject(Fault(kind=FaultKind.WRONG_CHECKSUM, streams=("book:BTC/USD",)))
    await feed.subscribe("book", ["BTC/USD"])
    await pass_time(exchange, clock, 2)
    assert not any(proven(CheckedBook(10), await feed.messages()))
    assert kraken.end_fault(FaultKind.WRONG_CHECKSUM)
    await feed.send(method="unsubscribe", params={"channel": "book", "symbol": ["BTC/USD"]})
    await feed.subscribe("book", ["BTC/USD"])
    await pass_time(exchange, clock, 2)
    assert all(proven(CheckedBook(10), await feed.messages()))


async def test_maintenance_is_told_and_its_end_and_nothing_trades_in_between(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient
) -> None:
    await feed.subscribe("book", ["BTC/USD"])
    await feed.subscribe("instrument")
    await pass_time(exchange, clock, 1)
    book = CheckedBook(10)
    proven(book, await feed.messages())
    await kraken.inject(Fault(kind=FaultKind.MAINTENANCE))
    await pass_time(exchange, clock, 5)
    during = await feed.messages()
    assert [one.state for one in during if isinstance(one, messages.StatusMessage)] == ["maintenance"]
    assert not [one for one in during if isinstance(one, messages.BookMessage)]
    [instruments] = [one for one in during if isinstance(one, messages.InstrumentsMessage)]
    assert not instruments.pairs[0].is_tradable
    kraken.end_fault(FaultKind.MAINTENANCE)
    await pass_time(exchange, clock, 2)
    after = await feed.messages()
    assert [one.state for one in after if isinstance(one, messages.StatusMessage)] == ["online"]
    assert all(proven(book, after))


async def test_heartbeats_go_on_where_a_subscription_is_acknowledged_and_silent(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient
) -> None:
    await kraken.inject(Fault(kind=FaultKind.SILENCE, streams=("trade:BTC/USD",)))
    [acknowledgement, *_] = await feed.subscribe("trade", ["BTC/USD"], snapshot=True)
    assert acknowledgement["success"]
    await pass_time(exchange, clock, 5)
    assert {type(message) for message in await feed.messages()} == {messages.HeartbeatMessage}


async def test_it_cuts_refuses_and_closes_who_says_nothing(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, feed: FeedClient
) -> None:
    await kraken.inject(Fault(kind=FaultKind.CUT))
    assert (await closed(feed.connection))[0] == 1006
    async with feed_client(kraken) as silent:
        await pass_time(exchange, clock, 61, step=1.0)
        assert (await closed(silent.connection))[0] == 1001
    await kraken.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=429))
    with pytest.raises(websockets.InvalidStatus, match="429"):
        await websockets.connect(kraken.feed_url, proxy=None)
    with pytest.raises(UnfitFaultError):
        await kraken.inject(Fault(kind=FaultKind.LATE_CANDLES))
