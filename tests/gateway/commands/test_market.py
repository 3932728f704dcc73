"""The commands on market data: what REST answers, over a command."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from django.test import AsyncClient
from pytest_django import Settings

from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.gateway.commands.execution import execute
from streaming.installed import command_registry
from streaming.market.publishing.last_values import MemoryLastValues
from tests.gateway.commands.overviews import ENCODED, KEY, TIME_MS
from tests.market.frames import KLINE, KLINES
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.symbols.stored_symbols import store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


async def ask(context: CommandContext, action: str, params: Mapping[str, Any]) -> Outcome:
    """Give a command."""
    return await execute(command_registry(), Command("1", action, params), context)


async def data_of(context: CommandContext, action: str, params: Mapping[str, Any]) -> bytes:
    """Return the answer's data as JSON."""
    outcome = await ask(context, action, params)
    assert isinstance(outcome, Success), outcome
    return msgspec.json.encode(outcome.data)


async def test_it_lists_symbols_as_rest_does(context: CommandContext, async_client: AsyncClient) -> None:
    await store("BTCUSDT", "ETHUSDT")
    params: dict[str, str | int] = {"query": "btc", "limit": 1}
    data = await data_of(context, "market.symbols", params)
    assert data == (await async_client.get("/api/v1/market/symbols/", params)).content
    assert b'"tickSize":0.00000001' in data


async def test_it_returns_candles_as_rest_does(
    context: CommandContext, async_client: AsyncClient, settings: Settings
) -> None:
    exchange = ScriptedExchange()
    exchange.rest[KLINES] = (200, json.dumps([KLINE]), {})
    await exchange.start()
    settings.EXCHANGE_REST_URL = exchange.rest_url
    await store("BTCUSDT")
    params: dict[str, str | int] = {"symbol": "BTCUSDT", "interval": "1m", "limit": 7}
    data = await data_of(context, "market.history", params)
    assert data == (await async_client.get("/api/v1/market/history/", params)).content
    assert b"[[1700000040000,97000.10,98000.5,0.00000100,97523.45000000,33.0]]" in data
    await exchange.stop()


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("symbols", {"limit": "0"}),
        ("symbols", {"limit": "0", "offset": "-1", "page": "1"}),
        ("history", {}),
        ("history", {"symbol": "BTCUSDT", "interval": "7m", "end": "x"}),
        ("history", {"symbol": "NOPE", "interval": "1m"}),
        ("history", {"symbol": "BTCUSDT", "interval": "1m", "start": "2", "end": "1", "limit": "9" * 99}),
        ("overview", {"symbol": "BTCUSDT"}),
    ],
)
async def test_it_refuses_with_the_code_the_words_and_the_fields_of_rest(
    context: CommandContext, async_client: AsyncClient, path: str, params: dict[str, str]
) -> None:
    await store("BTCUSDT")
    outcome = await ask(context, f"market.{path}", params)
    response = await async_client.get(f"/api/v1/market/{path}/", params)
    assert response.status_code == 400
    assert isinstance(outcome, Failure)
    error = response.json()["error"]
    assert error == {"code": outcome.code.value, "message": outcome.message, "fields": dict(outcome.fields)}


async def test_it_tells_the_market_at_a_glance(context: CommandContext, last_values: MemoryLastValues) -> None:
    await last_values.write({KEY: ENCODED})
    assert (
        await data_of(context, "market.overview", {})
        == (
            b'{"symbols":[{"symbol":"BTCUSDT","price":97523.45,"changePercent24h":0.540,"volume24h":0.00000100}],'
            b'"gainers":["BTCUSDT"],"losers":[],"volumes":["BTCUSDT"],"timestamp":%d,'
            b'"source":"simulator","simulated":true}'
        )
        % TIME_MS
    )


async def test_it_is_unavailable_where_no_overview_comes(context: CommandContext, settings: Settings) -> None:
    settings.OVERVIEW_WAIT_SECONDS = 0.01
    outcome = await ask(context, "market.overview", {})
    assert outcome == Failure(CommandErrorCode.UNAVAILABLE, "Market data unavailable")
