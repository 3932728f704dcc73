"""REST of market data: symbols and history, with every refusal."""

import json
from typing import Any, Protocol

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from pytest_django import Settings

from streaming.events import Interval, Source
from streaming.market.candles.storage import candles_store
from tests.databases.lost_connection import lost_connections
from tests.market.candles.rows import candle_row
from tests.market.frames import KLINE, KLINES, OPEN_TIME
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.symbols.stored_symbols import store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


class Response(Protocol):
    """What is looked at in an answer."""

    content: bytes


SYMBOLS = "/api/v1/market/symbols/"
HISTORY = "/api/v1/market/history/"


@pytest.fixture(autouse=True)
def _exchange_of_the_settings(settings: Settings, exchange: ScriptedExchange) -> None:
    settings.EXCHANGE_REST_URL = exchange.rest_url
    settings.EXCHANGE_REST_TIMEOUT_SECONDS = 1.0
    exchange.rest[KLINES] = (200, json.dumps([KLINE]), {})


def error_of(response: Response) -> dict[str, Any]:
    """Return the error in a refusal, which holds nothing else."""
    body = json.loads(response.content)
    assert list(body) == ["error"]
    error: dict[str, Any] = body["error"]
    assert error["message"]
    return error


class TestSymbols:
    """`symbols/`."""

    async def test_it_lists_symbols_with_exact_numbers(self, async_client: AsyncClient) -> None:
        await store("BTCUSDT")
        response = await async_client.get(SYMBOLS)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.content == (
            b'{"items":[{"symbol":"BTCUSDT","base":"BTC","quote":"USDT","status":"TRADING","tickSize":0.00000001,'
            b'"stepSize":0.00001000,"minNotional":5.00000000,"minQuantity":0.00010000,"maxQuantity":9000.00000000}],'
            b'"total":1}'
        )

    async def test_it_says_so_while_no_symbols_are_known(self, async_client: AsyncClient) -> None:
        response = await async_client.get(SYMBOLS)
        assert response.status_code == 503
        assert error_of(response) == {"code": "UNAVAILABLE", "message": "Market data unavailable"}

    async def test_it_says_so_where_the_connection_to_the_database_is_lost(self, async_client: AsyncClient) -> None:
        with lost_connections():
            response = await async_client.get(SYMBOLS)
        assert response.status_code == 503
        assert error_of(response) == {"code": "UNAVAILABLE", "message": "The database is unavailable"}

    async def test_it_finds_by_a_part_of_the_name_in_any_case(self, async_client: AsyncClient) -> None:
        await store("BTCUSDT", "ETHUSDT", "币安USDT")
        for query, names in {"btc": ["BTCUSDT"], "币": ["币安USDT"], "nope": list[str]()}.items():
            found = (await async_client.get(SYMBOLS, {"query": query})).json()
            assert [item["symbol"] for item in found["items"]] == names
            assert found["total"] == len(names)
        assert (await async_client.get(SYMBOLS, {"query": "usdt"})).json()["total"] == 3

    async def test_it_returns_them_page_by_page_by_name(self, async_client: AsyncClient) -> None:
        await store("C", "A", "B")
        pages = [(await async_client.get(SYMBOLS, {"limit": 2, "offset": offset})).json() for offset in (0, 2, 4)]
        assert [[item["symbol"] for item in page["items"]] for page in pages] == [["A", "B"], ["C"], []]
        assert {page["total"] for page in pages} == {3}

    async def test_it_leaves_out_what_the_exchange_no_longer_lists(self, async_client: AsyncClient) -> None:
        await store("GONE", "A")
        await store("A")
        assert (await async_client.get(SYMBOLS)).json()["total"] == 1

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"limit": "0"}, "limit"),
            ({"limit": "501"}, "limit"),
            ({"limit": "ten"}, "limit"),
            ({"limit": "٣"}, "limit"),
            ({"limit": "9" * 5000}, "limit"),
            ({"offset": "-1"}, "offset"),
            ({"offset": "99999999999999999999"}, "offset"),
            ({"query": "x" * 65}, "query"),
            ({"query": "a\x00b"}, "query"),
            ({"symbol": "BTCUSDT"}, "symbol"),
        ],
    )
    async def test_it_names_what_is_wrong(self, async_client: AsyncClient, given: dict[str, str], field: str) -> None:
        response = await async_client.get(SYMBOLS, given)
        assert response.status_code == 400
        error = error_of(response)
        assert error["code"] == "VALIDATION_ERROR"
        assert list(error["fields"]) == [field]


class TestHistory:
    """`history/`."""

    async def test_it_returns_candles_with_exact_numbers(
        self, async_client: AsyncClient, exchange: ScriptedExchange
    ) -> None:
        await store("BTCUSDT")
        response = await async_client.get(HISTORY, {"symbol": "BTCUSDT", "interval": "1m"})
        assert response.status_code == 200
        assert response.content == (
            b'{"symbol":"BTCUSDT","interval":"1m","candles":'
            b"[[1700000040000,97000.10,98000.5,0.00000100,97523.45000000,33.0]]}"
        )
        assert exchange.rest_requests == [f"{KLINES}?symbol=BTCUSDT&interval=1m&limit=500"]

    async def test_it_asks_for_the_range_that_is_asked_for(
        self, async_client: AsyncClient, exchange: ScriptedExchange
    ) -> None:
        await store("BTCUSDT")
        bounds = {"start": str(OPEN_TIME - 1), "end": str(OPEN_TIME + 60_001)}
        given = {"symbol": "BTCUSDT", "interval": "1m", **bounds, "limit": "7"}
        assert (await async_client.get(HISTORY, given)).status_code == 200
        (asked,) = exchange.rest_requests
        assert asked.endswith(f"&startTime={OPEN_TIME}&endTime={OPEN_TIME + 60_000}&limit=7")

    @pytest.mark.parametrize(
        ("given", "fields"),
        [
            ({}, ["symbol", "interval"]),
            ({"symbol": "", "interval": "1m"}, ["symbol"]),
            ({"symbol": "BTCUSDT", "interval": "7m"}, ["interval"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "yesterday"}, ["start"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "end": "1.5"}, ["end"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "2000", "end": "1000"}, ["end"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "-1", "end": "9" * 400}, ["start", "end"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "100000000000001"}, ["start"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "2024-01-01"}, ["start"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "2024-13-01T00:00Z"}, ["start"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "1969-01-01T00:00Z"}, ["start"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "start": "NaN", "end": "\u0663"}, ["start", "end"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "limit": "1001"}, ["limit"]),
            ({"symbol": "BTCUSDT", "interval": "1h", "page": "1"}, ["page"]),
            ({"symbol": "btcusdt", "interval": "1h"}, ["symbol"]),
            ({"symbol": "NOPE", "interval": "1h"}, ["symbol"]),
            ({"symbol": "A\x00", "interval": "x", "limit": "x"}, ["symbol", "interval", "limit"]),
        ],
    )
    async def test_it_names_all_that_is_wrong(
        self, async_client: AsyncClient, exchange: ScriptedExchange, given: dict[str, str], fields: list[str]
    ) -> None:
        await store("BTCUSDT")
        response = await async_client.get(HISTORY, given)
        assert response.status_code == 400
        error = error_of(response)
        assert error["code"] == "VALIDATION_ERROR"
        assert list(error["fields"]) == fields
        assert exchange.rest_requests == []

    async def test_it_is_unavailable_while_no_symbols_are_known(self, async_client: AsyncClient) -> None:
        response = await async_client.get(HISTORY, {"symbol": "BTCUSDT", "interval": "1m"})
        assert (response.status_code, error_of(response)["code"]) == (503, "UNAVAILABLE")

    @pytest.mark.parametrize(
        "answer",
        [
            (500, "", {}),
            (200, "<html>", {}),
            (200, "[[1]]", {}),
            (400, '{"code":-1100,"msg":"x"}', {}),
            (403, "<html>", {}),
        ],
    )
    async def test_it_is_unavailable_where_the_exchange_gives_no_candles(
        self, async_client: AsyncClient, exchange: ScriptedExchange, answer: tuple[int, str, dict[str, str]]
    ) -> None:
        await store("BTCUSDT")
        exchange.rest[KLINES] = answer
        response = await async_client.get(HISTORY, {"symbol": "BTCUSDT", "interval": "1m"})
        assert (response.status_code, error_of(response)["code"]) == (503, "UNAVAILABLE")
        exchange.rest[KLINES] = (200, json.dumps([KLINE]), {})
        assert (await async_client.get(HISTORY, {"symbol": "BTCUSDT", "interval": "1m"})).status_code == 200

    @pytest.mark.parametrize("code", [-1121, -1122])
    async def test_it_says_that_the_symbol_is_wrong_where_the_exchange_has_no_candles_of_it(
        self, async_client: AsyncClient, exchange: ScriptedExchange, code: int
    ) -> None:
        await store("BTCUSDT", status="BREAK")
        exchange.rest[KLINES] = (400, json.dumps({"code": code, "msg": "Invalid symbol."}), {})
        response = await async_client.get(HISTORY, {"symbol": "BTCUSDT", "interval": "1m"})
        assert (response.status_code, error_of(response)["code"]) == (400, "VALIDATION_ERROR")
        assert error_of(response)["fields"] == {"symbol": "The exchange has no candles of BTCUSDT now"}

    async def test_it_says_that_the_interval_is_wrong_where_the_exchange_has_none_of_it_and_none_is_stored(
        self, async_client: AsyncClient, settings: Settings
    ) -> None:
        settings.EXCHANGE_SOURCE = "kraken"
        await store("BTC/USD")
        asked = {"symbol": "BTC/USD", "interval": "3m"}
        response = await async_client.get(HISTORY, asked)
        assert (response.status_code, error_of(response)["code"]) == (400, "VALIDATION_ERROR")
        assert error_of(response)["fields"] == {"interval": "the exchange has no candles of 3m"}
        row = candle_row(540_000, Interval.MINUTE_3)
        await sync_to_async(candles_store)(
            source=Source.KRAKEN, symbol="BTC/USD", interval=Interval.MINUTE_3, rows=[row]
        )
        opened_then = {"start": str(row.open_time), "end": str(row.open_time)}
        stored = (await async_client.get(HISTORY, asked | opened_then)).json()
        assert [opened for opened, *_ in stored["candles"]] == [row.open_time]

    async def test_it_asks_for_no_candles_of_a_symbol_that_is_no_longer_listed(
        self, async_client: AsyncClient, exchange: ScriptedExchange
    ) -> None:
        await store("GONE", "A")
        await store("A")
        response = await async_client.get(HISTORY, {"symbol": "GONE", "interval": "1m"})
        assert (response.status_code, error_of(response)["code"]) == (400, "VALIDATION_ERROR")
        assert error_of(response)["fields"] == {"symbol": "No longer listed: GONE"}
        assert exchange.rest_requests == []

    async def test_it_says_when_to_come_again_where_the_limit_is_used_up(
        self, async_client: AsyncClient, exchange: ScriptedExchange
    ) -> None:
        await store("BTCUSDT")
        exchange.rest[KLINES] = (429, "", {"Retry-After": "42"})
        response = await async_client.get(HISTORY, {"symbol": "BTCUSDT", "interval": "1m"})
        assert (response.status_code, error_of(response)["code"]) == (429, "RATE_LIMITED")
        assert response.headers["Retry-After"] == "42"
