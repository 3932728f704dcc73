"""Storing the closed candles of the stream."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection

from streaming.events import Candle as CandleEvent
from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of
from streaming.market.candles.writer import CandleWriter, CandleWriterLimits
from streaming.market.models import Candle
from tests.databases.held_queries import Choice, HeldQueries
from tests.manual_clock import ManualClock
from tests.market.candles.rows import FIRST, MINUTE, NOW
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

TABLE = Candle._meta.db_table
QUICK = CandleWriterLimits(gather=0.01, retry=0.01)


def event(minute: int = 0, symbol: str = "BTCUSDT", *, final: bool = True, repaired: bool = False) -> CandleEvent:
    """Return the candle of a minute after `FIRST`."""
    time, one = FIRST + minute * MINUTE, Decimal("1.50")
    return CandleEvent(
        symbol=symbol, source=Source.SIMULATOR, time=time + MINUTE, interval=Interval.MINUTE_1, open_time=time,
        close_time=close_time_of(Interval.MINUTE_1, time), open=one, high=one, low=one, close=one, volume=one,
        quote_volume=one, trades=3, is_final=final, repaired=repaired,
    )  # fmt: skip


@asynccontextmanager
async def writing(limits: CandleWriterLimits = QUICK, *, now_ms: int = NOW) -> AsyncIterator[CandleWriter]:
    """Run a writer."""
    writer = CandleWriter(Source.SIMULATOR, limits, ManualClock(now_ms))
    running = asyncio.create_task(writer.run())
    try:
        yield writer
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@sync_to_async
def stored() -> list[tuple[str, int, bool]]:
    """Return symbol, minute and repaired of each stored candle."""
    found = Candle.objects.filter(source="simulator").values_list("symbol", "open_time", "repaired")
    return [(symbol, (time - FIRST) // MINUTE, repaired) for symbol, time, repaired in found]


@sync_to_async
def rename_table(old: str, new: str) -> None:
    """Give the table another name."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(Candle, old, new)


@asynccontextmanager
async def inserts(choice: Choice) -> AsyncIterator[HeldQueries]:
    """Hold the writer's inserts that `choice` picks, until they are let go."""
    held = HeldQueries(lambda sql, params: sql.startswith("INSERT") and TABLE in sql and choice(sql, params))
    await sync_to_async(lambda: connection.execute_wrappers.append(held))()
    try:
        yield held
    finally:
        held.let_go()
        await sync_to_async(lambda: connection.execute_wrappers.remove(held))()


async def test_it_stores_final_candles_and_no_other() -> None:
    async with writing() as writer:
        writer.offer(event(1, final=False))
        writer.offer(event(0))
        writer.offer(event(0, "ETHUSDT"))
        writer.offer(event(2, repaired=True))
        await until(lambda: writer.stored == 3)
    assert await stored() == [("BTCUSDT", 0, False), ("BTCUSDT", 2, True), ("ETHUSDT", 0, False)]


async def test_it_takes_the_same_candle_again_and_its_revision() -> None:
    async with writing() as writer:
        writer.offer(event())
        await until(lambda: writer.stored == 1)
        writer.offer(event())
        writer.offer(msgspec.structs.replace(event(), trades=4))
        await until(lambda: writer.stored == 3)
    assert await sync_to_async(lambda: [row.trades for row in Candle.objects.all()])() == [4]


async def test_it_believes_the_exchange_whose_clock_is_ahead() -> None:
    async with writing(now_ms=FIRST) as writer:
        writer.offer(event())
        await until(lambda: writer.stored == 1)


async def test_it_refuses_and_tells_what_cannot_be_and_stores_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async with writing() as writer:
        writer.offer(msgspec.structs.replace(event(), high=Decimal(1)))
        writer.offer(msgspec.structs.replace(event(), open_time=FIRST + 1))
        writer.offer(event(1))
        await until(lambda: writer.stored == 1)
    assert writer.refused == 2
    assert sum("a closed candle is refused" in record.message for record in caplog.records) == 2
    assert await stored() == [("BTCUSDT", 1, False)]


async def test_it_keeps_what_the_database_refuses_until_it_takes_it(caplog: pytest.LogCaptureFixture) -> None:
    await rename_table(TABLE, "away")
    try:
        async with writing() as writer:
            writer.offer(event(0))
            await until(lambda: caplog.records)
            writer.offer(event(1))
            assert writer.stored == 0
            await rename_table("away", TABLE)
            await until(lambda: writer.stored == 2)
            assert writer.waiting == 0
    finally:
        if await sync_to_async(lambda: TABLE not in connection.introspection.table_names())():
            await rename_table("away", TABLE)
    assert [minute for _, minute, _ in await stored()] == [0, 1]
    assert [sum(text in record.message for record in caplog.records) for text in ("no answer", "answers again")] == [
        1,
        1,
    ]


async def test_it_keeps_the_newest_of_too_many_and_counts_and_tells_the_others_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    writer = CandleWriter(Source.SIMULATOR, msgspec.structs.replace(QUICK, waiting=3), ManualClock(NOW))
    for minute in range(8):
        writer.offer(event(minute))
    assert (writer.waiting, writer.dropped) == (3, 5)
    running = asyncio.create_task(writer.run())
    await until(lambda: writer.stored == 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [minute for _, minute, _ in await stored()] == [5, 6, 7]
    told = [record.message for record in caplog.records if "dropped while" in record.message]
    assert len(told) == 1
    assert "5" in told[0]


async def test_it_tries_again_no_sooner_than_it_may() -> None:
    tried: list[float] = []

    def refuse(_: str, __: object) -> bool:
        tried.append(time.monotonic())
        raise OperationalError("the database is away")

    async with inserts(refuse), writing(CandleWriterLimits(gather=0.0, retry=0.05, farewell=0.0)) as writer:
        writer.offer(event())
        await until(lambda: len(tried) == 4)
    assert tried[3] - tried[0] >= 3 * 0.05


async def test_it_keeps_no_more_than_it_may_of_what_came_while_the_database_refused() -> None:
    asked, refused = threading.Event(), threading.Event()

    def refuse_once(_: str, __: object) -> bool:
        if not refused.is_set():
            asked.set()
            assert refused.wait(20)
            raise OperationalError("the database is away")
        return False

    limits = msgspec.structs.replace(QUICK, waiting=3)
    async with inserts(refuse_once), writing(limits) as writer:
        for minute in range(3):
            writer.offer(event(minute))
        await until(asked.is_set)
        for minute in (3, 4):
            writer.offer(event(minute))
        refused.set()
        await until(lambda: writer.stored == 3)
        assert writer.dropped == 2
    assert [minute for _, minute, _ in await stored()] == [2, 3, 4]


async def test_it_stores_together_what_comes_within_a_time() -> None:
    statements: list[str] = []

    def note(sql: str, _: object) -> bool:
        statements.append(sql)
        return False

    async with inserts(note), writing(CandleWriterLimits(gather=0.1, retry=0.0)) as writer:
        for first in (0, 2):
            writer.offer(event(first))
            for _ in range(10):  # it would have begun to store by then
                await asyncio.sleep(0)
            writer.offer(event(first + 1))
            await until(lambda first=first: writer.stored == first + 2)  # type: ignore[misc]
    assert len(statements) == 2


async def test_it_stores_what_was_on_its_way_when_it_had_to_leave() -> None:
    async with inserts(lambda _, __: True) as held:
        writer = CandleWriter(Source.SIMULATOR, QUICK, ManualClock(NOW))
        running = asyncio.create_task(writer.run())
        writer.offer(event())
        await until(lambda: held.inside)
        running.cancel()
        await asyncio.sleep(0)
        held.let_go()
        await asyncio.gather(running, return_exceptions=True)
    assert (writer.stored, writer.waiting) == (1, 0)
    assert await stored() == [("BTCUSDT", 0, False)]


async def test_it_stores_more_than_a_batch() -> None:
    async with writing(msgspec.structs.replace(QUICK, batch=4)) as writer:
        for minute in range(10):
            writer.offer(event(minute))
        await until(lambda: writer.stored == 10)
    assert len(await stored()) == 10


async def test_it_stores_what_waits_before_it_leaves() -> None:
    async with writing(CandleWriterLimits(gather=60.0)) as writer:
        writer.offer(event())
        await asyncio.sleep(0)
    assert writer.stored == 1
    assert await stored() == [("BTCUSDT", 0, False)]
