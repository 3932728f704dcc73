"""The WebSocket API over a real socket: it answers what REST answers, under its own names."""

import asyncio
import json
from typing import Any

import pytest
import websockets

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.rest.web_socket_api import PATHS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.simulator.conftest import Connect, Get

PARAMETERS: dict[str, dict[str, Any]] = {
    "klines": {"symbol": "BTCUSDT", "interval": "1d", "timeZone": "8", "limit": 3},
    "uiKlines": {"symbol": "BTCUSDT", "interval": "1h", "limit": 3},
    "depth": {"symbol": "BTCUSDT", "limit": 5},
    "exchangeInfo": {"symbols": ["BTCUSDT", "ETHUSDT"], "showPermissionSets": False},
    "ticker": {"symbols": ["BTCUSDT"], "windowSize": "7d", "type": "MINI"},
    "blockTrades.historical": {"symbol": "BTCUSDT", "fromId": 1},
    "ping": {},
    "time": {},
    "executionRules": {},
}
WITHOUT_RESULT = ("referencePrice", "referencePrice.calculation")


async def asked(connection: websockets.ClientConnection, **request: Any) -> Any:
    await connection.send(json.dumps(request))
    return json.loads(await asyncio.wait_for(connection.recv(), 5))


@rule("1.1.3")
async def test_it_answers_each_method_as_rest_does(connect: Connect, get: Get) -> None:
    connection = await connect("/ws-api/v3?returnRateLimits=false")
    for method in PATHS.keys() - set(WITHOUT_RESULT):
        parameters = PARAMETERS.get(method, {"symbol": "BTCUSDT"})
        answer = await asked(connection, id=method, method=f"v3/{method}", params=parameters)
        of_rest = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in parameters.items()
        }
        assert answer == {"id": method, "status": 200, "result": await get(PATHS[method], **of_rest)}


async def test_it_tells_the_weight_used_unless_it_is_not_wanted(connect: Connect) -> None:
    connection = await connect("/ws-api/v3")
    first = await asked(connection, id=1, method="depth", params={"symbol": "BTCUSDT"})
    limit = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}
    assert first["rateLimits"] == [{**limit, "count": 5}]
    assert "rateLimits" not in await asked(connection, id=2, method="time", params={"returnRateLimits": False})
    hidden = await connect("/ws-api/v3?returnRateLimits=false")
    shown = await asked(hidden, id=3, method="ping", params={"returnRateLimits": True})
    assert shown["rateLimits"] == [{**limit, "count": 7}]


@pytest.mark.parametrize(
    ("message", "identifier", "code"),
    [
        ('{"id":7,"method":"depth","params":{"symbol":"NOPEUSDT"}}', 7, -1121),
        ('{"id":"a","method":"klines","params":{"symbol":"BTCUSDT"}}', "a", -1102),
        ('{"id":null,"method":"referencePrice","params":{"symbol":"BTCUSDT"}}', None, -2043),
        ('{"id":8,"method":"order.place","params":{}}', 8, -1135),
        ('{"id":9,"params":{}}', 9, -1135),
        ('{"id":10,"method":"time","params":[]}', 10, -1135),
        ("[1]", None, -1135),
        ("hello", None, -1135),
        (b"\xff\x00", None, -1135),
    ],
)
async def test_it_refuses_with_status_code_and_words(
    connect: Connect, message: str | bytes, identifier: object, code: int
) -> None:
    connection = await connect("/ws-api/v3?returnRateLimits=false")
    await connection.send(message)
    refusal = json.loads(await asyncio.wait_for(connection.recv(), 5))
    assert (refusal["id"], refusal["status"], refusal["error"]["code"]) == (identifier, 400, code)
    assert refusal["error"]["msg"]


async def test_it_bounds_requests_by_their_weight_and_not_by_the_second(clock: ManualClock) -> None:
    settings = ExchangeSettings(weight_limit=8, tick_interval=None, instruments=INSTRUMENTS[:1])
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    async with websockets.connect(f"{exchange.stream_url}/ws-api/v3", proxy=None) as connection:
        answers = [await asked(connection, id=number, method="ping") for number in range(9)]
    assert [answer["status"] for answer in answers] == [200] * 8 + [429]
    error = answers[-1]["error"]
    assert (error["code"], error["data"]["serverTime"]) == (-1003, clock.now_ms())
    assert error["data"]["retryAfter"] > clock.now_ms()
    await exchange.stop()


async def test_it_tells_times_in_microseconds_where_the_address_asks(connect: Connect, clock: ManualClock) -> None:
    connection = await connect("/ws-api/v3?timeUnit=MICROSECOND")
    answer = await asked(connection, id=1, method="time")
    assert answer["result"] == {"serverTime": clock.now_ms() * 1000}
