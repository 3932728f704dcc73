"""What the bridge adds to prices: by how much they differ from those of an hour before."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import msgspec
import pytest
from channels.db import database_sync_to_async

from streaming.events import Candle, Interval, Price, Source
from streaming.events.intervals import open_time_at
from streaming.market.hourly_change.hourly_changes import HourlyChanges
from streaming.market.hourly_change.past_prices import HOUR_MS, MINUTE_MS
from streaming.topics.topic import MarketKind, Topic
from tests.market.hourly_change.stored_hour import hour_ago_store
from tests.waiting import until

NOW = 1_700_000_070_000
BITCOIN, ETHER = (Topic(MarketKind.PRICE, symbol) for symbol in ("BTCUSDT", "ETHUSDT"))


def price(value: str, *, time: int = NOW, symbol: str = "BTCUSDT", source: Source = Source.SIMULATOR) -> Price:
    """Return a price."""
    some = Decimal(value)
    return Price(
        symbol=symbol,
        source=source,
        time=time,
        price=some,
        change=Decimal(1),
        change_percent=Decimal(1),
        high=some,
        low=some,
        volume=Decimal(10),
    )


def candle(close: str, *, open_time: int, interval: Interval = Interval.MINUTE_1, is_final: bool = True) -> Candle:
    """Return a candle."""
    some = Decimal(close)
    return Candle(
        symbol="BTCUSDT",
        source=Source.SIMULATOR,
        time=open_time,
        interval=interval,
        open_time=open_time,
        close_time=open_time + MINUTE_MS - 1,
        open=some,
        high=some,
        low=some,
        close=some,
        volume=Decimal(1),
        quote_volume=some,
        trades=1,
        is_final=is_final,
    )


def change_of(changes: HourlyChanges, told: Price) -> object:
    """Return what is added to a price."""
    found = changes.with_change(told)
    assert isinstance(found, Price)
    return found.change_1h


@pytest.fixture
def changes() -> HourlyChanges:
    """Know nothing yet, and want Bitcoin."""
    changes = HourlyChanges(Source.SIMULATOR, lambda: NOW)
    changes.want([BITCOIN])
    return changes


@pytest.fixture
async def reading(changes: HourlyChanges) -> AsyncIterator[HourlyChanges]:
    """Read what is stored."""
    running = asyncio.create_task(changes.run())
    yield changes
    assert not running.done()
    running.cancel()


def test_it_is_unset_where_nothing_is_known(changes: HourlyChanges) -> None:
    assert change_of(changes, price("100")) is msgspec.UNSET


def test_a_closed_candle_of_a_minute_is_the_past_of_what_comes_an_hour_later(changes: HourlyChanges) -> None:
    open_time = open_time_at(Interval.MINUTE_1, NOW) - MINUTE_MS
    later = open_time_at(Interval.MINUTE_1, NOW) + HOUR_MS
    changes.with_change(candle("90", open_time=open_time, is_final=False))
    changes.with_change(candle("91", open_time=open_time, interval=Interval.SECOND_1))
    assert change_of(changes, price("100", time=later)) is msgspec.UNSET
    changes.with_change(candle("99.9", open_time=open_time))
    assert change_of(changes, price("100", time=later)) == Decimal("0.1")


def test_without_a_candle_the_last_price_of_the_minute_stands_for_it(changes: HourlyChanges) -> None:
    begins = open_time_at(Interval.MINUTE_1, NOW)
    for seconds, value in ((0, "90"), (59, "95"), (61, "96")):
        changes.with_change(price(value, time=begins + seconds * 1000))
    assert change_of(changes, price("100", time=begins + HOUR_MS + MINUTE_MS)) == 5


def test_what_stands_in_for_the_exchange_neither_learns_nor_is_told(changes: HourlyChanges) -> None:
    changes.with_change(candle("99", open_time=open_time_at(Interval.MINUTE_1, NOW) - HOUR_MS - MINUTE_MS))
    assert change_of(changes, price("100", source=Source.BINANCE)) is msgspec.UNSET
    assert change_of(changes, price("100")) == 1


def test_who_is_wanted_no_longer_is_forgotten(changes: HourlyChanges) -> None:
    changes.with_change(candle("99", open_time=open_time_at(Interval.MINUTE_1, NOW) - HOUR_MS - MINUTE_MS))
    changes.want([ETHER])
    changes.want([BITCOIN, ETHER])
    assert change_of(changes, price("100")) is msgspec.UNSET


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_what_is_stored_is_known_of_each_symbol_as_it_begins_to_be_wanted(reading: HourlyChanges) -> None:
    store = database_sync_to_async(hour_ago_store)
    await store("BTCUSDT", Decimal("99.5"), now_ms=NOW)
    await store("ETHUSDT", Decimal(80), now_ms=NOW)
    reading.want([])
    reading.want([BITCOIN])
    await until(lambda: change_of(reading, price("100")) == Decimal("0.5"))
    reading.want([BITCOIN, ETHER])
    await until(lambda: change_of(reading, price("100", symbol="ETHUSDT")) == 20)
