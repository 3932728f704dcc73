"""Acceptance: the recorded messages and sessions, where they lie beside the checkout."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from streaming.events import Candle, Interval
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.binance import messages, rest_parser
from streaming.market.sources.binance.local_book import Lack, LocalBook
from streaming.market.sources.messages import Received
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from streaming.simulator.replay.exchange import AS_FAST_AS_POSSIBLE, ReplayExchange
from streaming.simulator.replay.recording import load_recording
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import bridging, connection_limits, settings_for
from tests.exchange_rules.rules import rule
from tests.market.sources.binance.recorded_messages import STREAM_KINDS, cases, check_case, session_files
from tests.market.sources.recordings import where_recorded
from tests.market.upstream.following import following
from tests.waiting import until

pytestmark = where_recorded

SESSIONS = session_files()
_NEVER_ASKED_FOR = "@aggTrade"


@rule("A.7")
@pytest.mark.parametrize("case", cases())
def test_every_recorded_message_is_read_or_classified_with_its_values(case: dict[str, Any]) -> None:
    """Each `raw` of all files is parsed or classified without an exception; each value of `expect` is equal."""
    check_case(json.loads(json.dumps(case)))


@rule("A.7")
async def test_every_recorded_frame_passes_through_a_socket_and_ends_nothing(simulator: SimulatedExchange) -> None:
    """All that was recorded of sockets, sent on ours one after the other: a connection outlives it, and goes on."""
    recorded = [param.values[0] for param in cases()]
    frames = [str(case["raw"]) for case in recorded if case["kind"] in STREAM_KINDS]
    assert len(frames) > 100
    async with following(simulator.stream_url, limits=connection_limits()) as follower:
        await until(lambda: follower.received)
        connection = simulator.connections[0]
        for frame in frames:
            connection.deliver(frame.encode())
        connection.flush()
        heard = len(follower.received)
        await until(lambda: len(follower.received) > heard + len(frames) // 2)
        newest = len(follower.received)
        await until(lambda: len(follower.received) > newest)
        assert not follower.upstream.counts.endings
        assert follower.upstream.counts.unreadable == 0


@asynccontextmanager
async def replaying(path: Path) -> AsyncIterator[ReplayExchange]:
    """Run an exchange that plays a session as fast as it can, once it is told to."""
    settings = ExchangeSettings(tick_interval=0.02)
    exchange = ReplayExchange(load_recording(path), speed=AS_FAST_AS_POSSIBLE, wait=None, settings=settings)
    await exchange.start()
    try:
        yield exchange
    finally:
        await exchange.stop()


class Book:
    """A local book; `tops` holds its best prices by update id. One that needs another snapshot is a failure."""

    def __init__(self, snapshot: messages.PartialDepthMessage) -> None:
        self._snapshot = BookSnapshot(update_id=snapshot.last_update_id, bids=snapshot.bids, asks=snapshot.asks)
        self._book = LocalBook(1)
        self.tops: dict[int, tuple[Decimal, Decimal, Decimal, Decimal]] = {}

    def take(self, update: messages.DepthUpdateMessage) -> None:
        """Take a difference; the snapshot is put before the first one."""
        is_new = self._book.take(update)
        if self._book.needs_snapshot and self._book.lack is Lack.FIRST:
            is_new = self._book.seed(self._snapshot) and update.last_id > self._snapshot.update_id
        assert self._book.best is not None, self._book.lack
        if is_new:
            (bid,), (ask,) = self._book.best.bids.best(1), self._book.best.asks.best(1)
            self.tops[update.last_id] = (bid.price, bid.quantity, ask.price, ask.quantity)


@rule("A.8")
@pytest.mark.parametrize("path", SESSIONS)
async def test_a_replayed_session_has_no_gap_and_its_books_agree_with_each_book_ticker(path: Path) -> None:
    """Played over a real socket to the bridge's upstream: every frame comes, typed and in order, but for those of a
    stream that nobody asks for, which are counted; the differences of each symbol follow each other without a hole; the
    top of each book is that of the newest `bookTicker`.
    """
    async with replaying(path) as exchange:
        recording = exchange.recording
        streams = tuple(sorted(recording.streams))
        read = [frame.stream for frame in recording.frames if not frame.stream.endswith(_NEVER_ASKED_FOR)]
        received: list[Received] = []
        limits = connection_limits()
        async with following(exchange.stream_url, wanted=streams, limits=limits, handle=received.append) as follower:
            await follower.until_active(*streams)
            exchange.play()
            await until(lambda: exchange.is_over and len(received) == len(read))
            assert [one.stream for one in received] == read
            counts = follower.upstream.counts
            assert (counts.unreadable, counts.unknown) == (0, len(recording.frames) - len(read))
            assert not follower.upstream.counts.endings
        rest = ExchangeRest(exchange.rest_url, timeout=20.0, budget=WeightBudget(6000, exchange.clock))
        matched = 0
        for symbol in recording.symbols():
            if any(snapshot.symbol == symbol for snapshot in recording.snapshots):
                body = await rest.get("/api/v3/depth", {"symbol": symbol, "limit": 1000}, weight=50)
                matched += matches(Book(rest_parser.parse_depth(body)), symbol, received)
        assert matched > 50


def matches(book: Book, symbol: str, received: list[Received]) -> int:
    """Let a book follow what came of its symbol; return how often its top was that of the newest `bookTicker`."""
    tickers: list[messages.BookTickerMessage] = []
    compared = 0
    for one in received:
        match one.message:
            case messages.DepthUpdateMessage(symbol=name) as update if name == symbol:
                book.take(update)
            case messages.BookTickerMessage(symbol=name) as ticker if name == symbol:
                tickers.append(ticker)
    for last_id, top in book.tops.items():
        earlier = [ticker for ticker in tickers if ticker.update_id <= last_id]
        if earlier:
            newest = max(earlier, key=lambda ticker: ticker.update_id)
            assert top == (newest.bid, newest.bid_quantity, newest.ask, newest.ask_quantity), (symbol, last_id)
            compared += 1
    return compared


@rule("A.8")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
@pytest.mark.parametrize("path", SESSIONS)
async def test_a_replayed_session_reaches_readers_with_nothing_dropped_but_conflated(path: Path) -> None:
    """Played to the whole bridge, which carries of it what its channels have (minute candles): the last state of each
    is told, no gap is told of, nothing is dropped, and symbols are those of the session.
    """
    async with replaying(path) as exchange, bridging(settings_for(exchange)) as bridged:
        frames = [json.loads(frame.plain) for frame in exchange.recording.frames if "@kline_1m" in frame.stream]
        last = {frame["s"]: frame["k"] for frame in frames}
        assert last
        readings = await bridged.read(*(Topic(MarketKind.CANDLE, symbol, Interval.MINUTE_1) for symbol in last))
        await until(lambda: exchange.subscribed_streams() == {f"{symbol.lower()}@kline_1m" for symbol in last})
        await bridged.until_live()
        exchange.play()
        for reading in readings:
            expected = last[reading.topic.symbol]
            await until(lambda reading=reading: reading.events)  # type: ignore[misc]
            await until(lambda: exchange.is_over)

            def is_told(reading: Any = reading, expected: Any = expected) -> bool:
                newest = [event for event in reading.events if isinstance(event, Candle)][-1]
                return (str(newest.close), str(newest.volume), newest.trades) == (
                    expected["c"], expected["v"], expected["n"],
                )  # fmt: skip

            await until(is_told)
            assert reading.resyncs == []
        status = await bridged.until_status(lambda status: status.events >= len(readings))
        assert (status.dropped, status.gaps_unfilled, status.reconnects) == (0, 0, {})
