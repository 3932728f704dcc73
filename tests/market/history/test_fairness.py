"""Whoever asks for history without end is worked for two queries at a time, little by little, and holds up nobody."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from pytest_django import Settings
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from streaming.database.fair_queries import asking
from streaming.events import Interval, Source
from streaming.market.history.history import QUERIES_AT_A_TIME, History
from streaming.market.history.stored import DATABASE_THREAD
from streaming.market.history.storing import CANDLES_AT_A_TIME
from streaming.market.models import Candle
from streaming.market.sources.binance.rest import klines_of
from streaming.market.stored_candles import stored_candles
from tests.conformance.rows import row
from tests.manual_clock import ManualClock
from tests.market.history.minutes import NOW, minute_query, minute_row, opens
from tests.market.kline_exchange import KlineExchange
from tests.market.symbols.stored_symbols import store
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]
FLOOD = 20


class HeldExchange(KlineExchange):
    """One that answers nothing for old candles until it is let; `waiting` counts the requests that it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()
        self.waiting = self.most_waiting = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await serve(self._serve, "127.0.0.1", 0, process_request=self._held, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def _held(self, socket: ServerConnection, request: Request) -> Response | None:
        if str(opens(0)) not in request.path:
            self.waiting += 1
            self.most_waiting = max(self.most_waiting, self.waiting)
            await self.may_answer.wait()
            self.waiting -= 1
        return self._process(socket, request)


@pytest.fixture
async def exchange(settings: Settings) -> AsyncIterator[HeldExchange]:
    """Run an exchange that holds its answers, that of the settings, with BTCUSDT and 2,000 minutes."""
    exchange = HeldExchange()
    await exchange.start()
    exchange.has(*(minute_row(minute) for minute in range(-2000, 1)))
    settings.EXCHANGE_REST_URL = exchange.rest_url
    await store("BTCUSDT")
    yield exchange
    exchange.may_answer.set()
    await exchange.stop()


@pytest.fixture
def history() -> History:
    """Return a history."""
    return History(ManualClock(NOW))


async def ask(requester: str, history: History, start: int, end: int) -> None:
    """Ask for some minutes."""
    with asking(requester):
        await history.page(minute_query(start=start, end=end, limit=1000))


@row("CM-47")
async def test_it_works_on_two_queries_of_one_requester_and_on_anothers_at_once(
    history: History, exchange: HeldExchange
) -> None:
    flood = [asyncio.create_task(ask("hostile", history, -1000 - each, -900 - each)) for each in range(FLOOD)]
    await until(lambda: exchange.waiting == QUERIES_AT_A_TIME)
    await ask("honest", history, 0, 0)
    assert exchange.waiting == QUERIES_AT_A_TIME
    assert not any(task.done() for task in flood)
    exchange.may_answer.set()
    await asyncio.gather(*flood)
    assert exchange.most_waiting == QUERIES_AT_A_TIME


async def test_it_works_on_no_more_of_one_who_asks_and_leaves(history: History, exchange: HeldExchange) -> None:
    for each in range(FLOOD):
        leaving = asyncio.create_task(ask("hostile", history, -1000 - each, -900 - each))
        await until(lambda: exchange.waiting == min(each + 1, QUERIES_AT_A_TIME))  # noqa: B023 - awaited here
        leaving.cancel()
        await asyncio.wait([leaving])
    assert history._turns.takers().get("hostile") == QUERIES_AT_A_TIME
    exchange.may_answer.set()
    await until(lambda: "hostile" not in history._turns.takers())
    assert len(exchange.asked) == QUERIES_AT_A_TIME


async def test_it_stores_a_thousand_candles_little_by_little(history: History, exchange: HeldExchange) -> None:
    exchange.may_answer.set()
    minutes = {opens(minute) for minute in range(-1000, 0)}
    with _asked_of_candles() as asked:
        await ask("hostile", history, -1000, -1)
    compared = [len(set(params) & minutes) for sql, params in asked if " IN (" in sql]
    assert compared == [CANDLES_AT_A_TIME] * 10
    assert len(await sync_to_async(all_stored)()) == 1000


def all_stored() -> tuple[object, ...]:
    """Return all stored candles."""
    return stored_candles(source=Source.BINANCE, symbol="BTCUSDT", interval=Interval.MINUTE_1)


async def test_it_reads_a_thousand_candles_little_by_little() -> None:
    candle = [opens(-1000), "1", "1", "1", "1", "1", opens(-999) - 1, "1", 1, "0", "0", "0"]
    reading = asyncio.create_task(klines_of(json.dumps([candle] * 1000).encode()))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    assert len(await reading) == 1000
    assert turns >= 10


async def test_all_who_ask_alike_at_the_same_time_share_one_look_at_what_is_stored(
    history: History, exchange: HeldExchange
) -> None:
    exchange.may_answer.set()
    with _asked_of_candles() as asked:
        await ask("user:0", history, -200, -150)
        of_one, asked[:] = _reads(asked), []
        await asyncio.gather(*(ask(f"user:{number}", history, -100, -50) for number in range(FLOOD)))
        assert 0 < _reads(asked) <= of_one


Asked = list[tuple[str, Any]]
"""Statements, with their parameters."""


def _reads(asked: Asked) -> int:
    return sum(sql.startswith("SELECT") for sql, _ in asked)


@contextmanager
def _asked_of_candles() -> Iterator[Asked]:
    """Note what history's own thread asks of the table of candles."""
    asked: Asked = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if Candle._meta.db_table in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    DATABASE_THREAD.submit(lambda: connection.execute_wrappers.append(note)).result()
    try:
        yield asked
    finally:
        DATABASE_THREAD.submit(lambda: connection.execute_wrappers.remove(note)).result()
