"""How books stood as candles closed: noted of the symbols that are learnt from, by books of that moment alone."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from pytest_django import Settings

from streaming.events import Candle, Depth, Interval, Level, Source
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.database_thread import DatabaseThread
from trading.live.worker.models.book_imbalance_collector import BookImbalanceCollector
from trading.models import BookImbalance
from trading.price_models.book_imbalances import imbalances_known
from trading.retention import old_books_forget

_CLOSE = 1_700_000_099_999
_DAY = 86_400_000


def _depth(**changes: Any) -> Depth:
    """Return a book of the close, in which bids are thrice the asks."""
    bids, asks = ((Level(Decimal(price), Decimal(quantity)),) for price, quantity in ((99, 3), (101, 1)))
    book = Depth(symbol="BTCUSDT", source=Source.BINANCE, time=_CLOSE, bids=bids, asks=asks)
    return msgspec.structs.replace(book, **changes)


def _candle(**changes: Any) -> Candle:
    """Return a candle that has closed."""
    prices: dict[str, Any] = dict.fromkeys(("open", "high", "low", "close", "volume", "quote_volume"), Decimal(100))
    candle = Candle(
        symbol="BTCUSDT",
        source=Source.BINANCE,
        time=_CLOSE + 50,
        interval=Interval.MINUTE_1,
        open_time=_CLOSE - 59_999,
        close_time=_CLOSE,
        trades=1,
        is_final=True,
        **prices,
    )
    return msgspec.structs.replace(candle, **changes)


@pytest.fixture
async def noted(transactional_db: None, settings: Settings) -> AsyncIterator[BookImbalanceCollector]:
    """Note the books of BTCUSDT at the closes of minutes."""
    settings.LEARNING_SYMBOLS, settings.LEARNING_INTERVAL = ["BTCUSDT"], "1m"
    database = DatabaseThread("test-books")
    yield BookImbalanceCollector(database)
    await database.stop()
    await sync_to_async(connections.close_all)()


def _at(noted: BookImbalanceCollector) -> float | None:
    return noted.at(Source.BINANCE, "BTCUSDT", _CLOSE)


async def test_it_is_noted_at_the_close_and_stored_once_and_read_by_its_market(noted: BookImbalanceCollector) -> None:
    noted.hear(_depth())
    noted.hear(_candle(is_final=False))
    assert _at(noted) is None
    noted.hear(_candle())
    noted.hear(_depth(bids=()))  # what comes later changes nothing
    assert _at(noted) == 0.5
    for _ in range(2):
        await noted.store()
        noted.hear(_depth())
        noted.hear(_candle())
    assert await BookImbalance.objects.acount() == 1
    known = sync_to_async(imbalances_known)
    assert await known(source=Source.BINANCE, symbol="BTCUSDT", start=_CLOSE, end=_CLOSE + 1) == {_CLOSE: 0.5}
    assert await known(source=Source.SIMULATOR, symbol="BTCUSDT", start=0) == {}
    assert await known(source=Source.BINANCE, symbol="BTCUSDT", start=0, end=_CLOSE) == {}


@pytest.mark.parametrize(
    "book",
    [
        {"time": _CLOSE - 10_001},
        {"time": _CLOSE + 1},
        {"stale": True},
        {"source": Source.SIMULATOR},
        {"symbol": "ETHUSDT"},
        {"bids": (), "asks": ()},
    ],
    ids=["old", "of later", "stale", "of another market", "of another symbol", "empty"],
)
async def test_a_book_that_is_not_the_one_of_the_close_is_not_noted(
    noted: BookImbalanceCollector, book: dict[str, Any]
) -> None:
    noted.hear(_depth(**book))
    noted.hear(_candle())
    assert _at(noted) is None


async def test_what_was_told_of_the_book_between_the_close_and_its_candle_is_left_out(
    noted: BookImbalanceCollector,
) -> None:
    """The label counts from the close: a book of after it would know how the price goes on."""
    noted.hear(_depth(time=_CLOSE - 300))
    noted.hear(_depth(time=_CLOSE))
    for late in (1, 500, 1_900):
        noted.hear(_depth(time=_CLOSE + late, bids=()))
    noted.hear(_candle(time=_CLOSE + 1_950))
    assert _at(noted) == 0.5


async def test_of_each_candle_the_last_book_is_kept_though_many_are_told_late(noted: BookImbalanceCollector) -> None:
    closes = [_CLOSE + index * 60_000 for index in range(-2, 2)]
    for close in closes:
        noted.hear(_depth(time=close - 100, bids=()))
        noted.hear(_depth(time=close))
    for close in closes:
        noted.hear(_candle(open_time=close - 59_999, close_time=close))
    assert [noted.at(Source.BINANCE, "BTCUSDT", close) for close in closes] == [0.5] * 4


async def test_a_clock_that_jumps_back_is_followed_at_once(noted: BookImbalanceCollector) -> None:
    for minute in range(60, 65):
        noted.hear(_depth(time=_CLOSE + minute * 60_000, bids=()))
    noted.hear(_depth())
    noted.hear(_candle())
    assert _at(noted) == 0.5


async def test_a_book_that_is_told_again_and_again_is_not_the_one_that_is_forgotten(
    noted: BookImbalanceCollector,
) -> None:
    for minute in range(60, 65):
        noted.hear(_depth())
        noted.hear(_depth(time=_CLOSE + minute * 60_000, bids=()))
    noted.hear(_candle())
    assert _at(noted) == 0.5


async def test_candles_of_other_lengths_and_symbols_are_left_to_others(noted: BookImbalanceCollector) -> None:
    noted.hear(_depth())
    noted.hear(_candle(interval=Interval.SECOND_1))
    noted.hear(_candle(stale=True))
    noted.hear(_candle(symbol="ETHUSDT"))
    await noted.store()
    assert not await BookImbalance.objects.aexists()
    wanted = {Topic(MarketKind.DEPTH, "BTCUSDT"), Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)}
    assert noted.topics == wanted


@pytest.mark.django_db
def test_what_is_older_than_what_is_learnt_from_and_than_versions_is_deleted(settings: Settings) -> None:
    settings.MODEL_VERSIONS_KEPT_DAYS, settings.LEARNING_DAYS = 2, 4
    for day in range(8):
        BookImbalance.objects.create(source="binance", symbol="BTCUSDT", close_time=day * _DAY, imbalance=0.1)
    assert sum(old_books_forget(now_ms=7 * _DAY)) == 2
    settings.MODEL_VERSIONS_KEPT_DAYS = 0
    assert sum(old_books_forget(now_ms=70 * _DAY)) == 0
