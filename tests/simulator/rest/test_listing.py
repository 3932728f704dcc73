"""The exchange lists whatever it is told: a thousand symbols, odd ones, or none; only those with a market trade."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import msgspec
import pytest
import websockets

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.rest.exchange_info import listed_symbol
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock
from tests.simulator.listed import many_symbols

Opened = Callable[[ExchangeSettings], Any]
CHINESE = "币安人生USDT"


@pytest.fixture
async def opened(clock: ManualClock) -> AsyncIterator[Opened]:
    """Open an exchange with these settings and return it with a client of its REST API."""
    async with AsyncExitStack() as stack:

        async def opened(settings: ExchangeSettings) -> tuple[SimulatedExchange, httpx2.AsyncClient]:
            exchange = SimulatedExchange(clock=clock, settings=settings)
            await exchange.start()
            stack.push_async_callback(exchange.stop)
            client = httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False)
            return exchange, await stack.enter_async_context(client)

        yield opened


async def info_of(client: httpx2.AsyncClient, query: str = "") -> Any:
    response = await client.get(f"/api/v3/exchangeInfo{query}")
    assert response.status_code == 200, response.text
    return response.json()


def quiet(**settings: Any) -> ExchangeSettings:
    return ExchangeSettings(tick_interval=None, **settings)


async def test_it_lists_a_thousand_symbols_beside_what_trades(opened: Opened) -> None:
    exchange, client = await opened(quiet(instruments=INSTRUMENTS[:1], halted=(), listed=many_symbols(1000)))
    rows = (await info_of(client))["symbols"]
    assert [row["symbol"] for row in rows] == ["BTCUSDT", *(f"C{number:04d}USDT" for number in range(1, 1001))]
    assert {row["status"] for row in rows} == {"TRADING"}
    assert all({each["filterType"] for each in row["filters"]} >= {"PRICE_FILTER", "LOT_SIZE"} for row in rows)
    assert list(exchange.market.symbols) == ["BTCUSDT"]


async def test_it_lists_nothing(opened: Opened) -> None:
    _, client = await opened(quiet(instruments=(), halted=()))
    info = await info_of(client)
    assert info["symbols"] == []
    assert info["rateLimits"]
    assert (await client.get("/api/v3/ticker/price")).json() == []


async def test_it_sends_odd_rows_as_they_are(opened: Opened) -> None:
    odd: tuple[object, ...] = (
        listed_symbol("OLD", "USDT", status="CANCEL_ONLY"),
        listed_symbol("NEW", "USDT", status="PRE_OPENING"),
        listed_symbol("BARE", "USDT", filters=False),
        {"symbol": "HALF"}, {"symbol": 7, "status": ["TRADING"]}, None, "a text", [],
    )  # fmt: skip
    _, client = await opened(quiet(instruments=(), listed=odd))
    rows = (await info_of(client))["symbols"]
    assert rows[0]["symbol"] == "LUNAUSDT"
    assert rows[1:] == json.loads(json.dumps(odd))
    assert rows[3]["filters"] == []


async def test_it_finds_listed_rows_by_name_and_status(opened: Opened) -> None:
    listed = (listed_symbol("OLD", "USDT", status="CANCEL_ONLY"), listed_symbol("币安人生", "USDT"), None)
    _, client = await opened(quiet(instruments=INSTRUMENTS[:1], listed=listed))
    for query, names in (
        ("?symbol=OLDUSDT", ["OLDUSDT"]),
        (f"?symbol={CHINESE}", [CHINESE]),
        (f'?symbols=["{CHINESE}","BTCUSDT"]', [CHINESE, "BTCUSDT"]),
        ("?symbolStatus=CANCEL_ONLY", ["OLDUSDT"]),
        ("?symbolStatus=TRADING", ["BTCUSDT", CHINESE]),
        ("?symbolStatus=HALT", []),
    ):
        assert [row["symbol"] for row in (await info_of(client, query))["symbols"]] == names


async def test_it_has_no_data_of_a_symbol_that_is_only_listed(opened: Opened) -> None:
    _, client = await opened(quiet(instruments=(), listed=many_symbols(1)))
    refused = await client.get("/api/v3/klines?symbol=C0001USDT&interval=1m")
    assert (refused.status_code, refused.json()["code"]) == (400, -1122)
    unknown = await client.get("/api/v3/klines?symbol=C0002USDT&interval=1m")
    assert (unknown.status_code, unknown.json()["code"]) == (400, -1121)


async def test_it_trades_a_symbol_with_letters_beyond_ascii(opened: Opened, clock: ManualClock) -> None:
    instrument = msgspec.structs.replace(INSTRUMENTS[0], symbol=CHINESE, base="币安人生")
    exchange, client = await opened(quiet(instruments=(instrument,)))
    assert (await client.get(f"/api/v3/klines?symbol={CHINESE}&interval=1m&limit=2")).status_code == 200
    address = f"{exchange.stream_url}/stream?streams={CHINESE.lower()}@trade"
    async with websockets.connect(address, proxy=None, max_queue=None) as socket:
        clock.advance(10)
        await exchange.tick()
        event = json.loads(await asyncio.wait_for(socket.recv(), 5))
    assert (event["stream"], event["data"]["s"]) == (f"{CHINESE.lower()}@trade", CHINESE)
