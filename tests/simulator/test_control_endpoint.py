"""`/simulator/…` over HTTP: faults on request and the truth; only where it was allowed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import websockets

from streaming.simulator.faults.faults import FOLLOWING_ONLY, FaultKind
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock
from tests.simulator.talking import closed, pass_time, received


@pytest.fixture
async def exchange(clock: ManualClock) -> AsyncIterator[SimulatedExchange]:
    """An exchange that takes requests for faults."""
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:2], control=True)
    exchange = SimulatedExchange(seed=7, clock=clock, settings=settings)
    await exchange.start()
    yield exchange
    await exchange.stop()


async def answer(http: httpx2.AsyncClient, path: str) -> Any:
    response = await http.get(f"/simulator/{path}")
    assert response.headers["Content-Type"] == "application/json"
    assert response.status_code == 200, response.text
    return response.json()


async def test_it_injects_lists_and_ends(
    exchange: SimulatedExchange, clock: ManualClock, http: httpx2.AsyncClient
) -> None:
    assert await answer(http, "faults") == []
    freeze = await answer(http, "faults/freeze?seconds=15")
    assert freeze == {"kind": "freeze", "seconds": 15.0}
    silence = await answer(http, "faults/silence?streams=btcusdt@trade,ethusdt%40trade")
    assert silence["streams"] == ["btcusdt@trade", "ethusdt@trade"]
    refusal = await answer(http, "faults/refuse-streams?status=429&retry_after=5")
    assert await answer(http, "faults") == [freeze, silence, refusal]
    assert [fault.kind for fault in exchange.active_faults] == ["freeze", "silence", "refuse-streams"]
    clock.advance(15)
    assert await answer(http, "faults") == [silence, refusal]
    assert await answer(http, "faults/silence/end") == {"kind": "silence", "ended": True}
    assert await answer(http, "faults/silence/end") == {"kind": "silence", "ended": False}
    assert await answer(http, "faults/cut/end") == {"kind": "cut", "ended": False}
    assert await answer(http, "faults") == [refusal]


async def test_it_does_at_once_what_happens_at_once(exchange: SimulatedExchange, http: httpx2.AsyncClient) -> None:
    connection = await websockets.connect(exchange.stream_url + "/ws", proxy=None)
    await answer(http, "faults/close?code=1008&reason=Too+many+requests")
    assert await closed(connection) == (1008, "Too many requests")
    connection = await websockets.connect(exchange.stream_url + "/ws", proxy=None)
    await answer(http, "faults/cut")
    assert (await closed(connection))[0] == 1006
    assert exchange.connections == ()
    assert await answer(http, "faults") == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("faults?x=1", "unknown parameter 'x'; there are none"),
        ("faults/melt", "there is no fault 'melt'; there are cut, close,"),
        ("faults/melt/end", "there is no fault 'melt'"),
        ("faults/freeze/end?seconds=1", "unknown parameter 'seconds'"),
        ("faults/freeze?seconds=soon", "seconds must be a number of seconds, not 'soon'"),
        ("faults/freeze?seconds=", "seconds must be a number of seconds, not ''"),
        ("faults/freeze?seconds=0", "seconds must be more than 0"),
        ("faults/freeze?seconds=1&seconds=2", "seconds was given twice"),
        ("faults/freeze?status=451", "freeze takes seconds; not 'status'"),
        ("faults/late-pong", "late-pong needs delay"),
        ("faults/late-pong?delay=inf", "delay must be"),
        ("faults/silence?streams=", "streams must be names"),
        ("faults/refuse-rest?status=20", "status must be between 300 and 599"),
        ("faults/refuse-rest?retry_after=x", "retry_after must be a whole number"),
        ("faults/close?code=1", "code must be one"),
        ("faults/close?reason=" + "x" * 124, "reason must be at most 123 bytes long"),
        ("trades", "symbol must be one of BTCUSDT, ETHUSDT; not ''"),
        ("trades?symbol=btcusdt", "symbol must be one of"),
        ("trades?symbol=BTCUSDT&from_id=-1", "from_id must be a whole number, not '-1'"),
        ("trades?symbol=BTCUSDT&symbol=BTCUSDT", "a parameter was given twice"),
        ("trades?symbol=BTCUSDT&limit=3", "unknown parameter 'limit'; there are symbol, from_id"),
        ("candles?symbol=BTCUSDT", "interval must be one of 1s, 1m"),
        ("candles?symbol=BTCUSDT&interval=7m", "interval must be one of"),
        ("candles?symbol=BTCUSDT&interval=1m&start=x", "start must be a whole number, not 'x'"),
        ("candles?symbol=BTCUSDT&interval=1m&start=" + "9" * 30, "start must be a whole number"),
        ("candles?interval=1m", "symbol must be one of"),
    ],
)
async def test_it_says_what_is_wrong_and_does_nothing(
    exchange: SimulatedExchange, http: httpx2.AsyncClient, path: str, words: str
) -> None:
    response = await http.get(f"/simulator/{path}")
    assert response.status_code == 400
    assert response.json()["error"].startswith(words)
    assert exchange.active_faults == ()


@pytest.mark.parametrize("path", ["", "fault", "faults/freeze/begin", "faults/freeze/end/now", "x/y"])
async def test_it_has_nothing_elsewhere(http: httpx2.AsyncClient, path: str) -> None:
    response = await http.get(f"/simulator/{path}")
    assert response.status_code == 404
    assert response.json() == {"error": f"nothing at /simulator/{path}"}


async def test_it_tells_the_trades_that_were_made(
    exchange: SimulatedExchange, clock: ManualClock, http: httpx2.AsyncClient
) -> None:
    connection = await websockets.connect(exchange.stream_url + "/ws/btcusdt@trade", proxy=None)
    first = exchange.market.symbols["BTCUSDT"].candles.next_trade_id
    await pass_time(exchange, clock, 5)
    rows = await answer(http, f"trades?symbol=BTCUSDT&from_id={first}")
    events = await received(connection)
    assert len(events) > 10
    assert [(row["id"], row["price"], row["quantity"], row["time"]) for row in rows] == [
        (event["t"], event["p"], event["q"], event["T"]) for event in events
    ]
    assert len(await answer(http, "trades?symbol=BTCUSDT")) > len(rows)
    assert await answer(http, f"trades?symbol=BTCUSDT&from_id={rows[-1]['id'] + 1}") == []
    await connection.close()


async def test_it_says_which_trades_it_no_longer_has(
    exchange: SimulatedExchange, clock: ManualClock, http: httpx2.AsyncClient
) -> None:
    kept = exchange.market.symbols["BTCUSDT"].trades
    first = kept[0].trade_id
    while kept[0].trade_id == first:
        await pass_time(exchange, clock, 60)
    response = await http.get(f"/simulator/trades?symbol=BTCUSDT&from_id={first}")
    assert response.status_code == 400
    assert response.json() == {"error": f"from_id must be at least {kept[0].trade_id}: older trades are no longer kept"}
    assert len(await answer(http, f"trades?symbol=BTCUSDT&from_id={kept[0].trade_id}")) == len(kept)


async def test_it_tells_the_candles_that_were_made(
    exchange: SimulatedExchange, clock: ManualClock, http: httpx2.AsyncClient
) -> None:
    start = clock.now_ms()
    await pass_time(exchange, clock, 4)
    rows = await answer(http, f"candles?symbol=BTCUSDT&interval=1s&start={start}")
    told = (await http.get(f"/api/v3/klines?symbol=BTCUSDT&interval=1s&startTime={start}")).json()
    assert [[row[name] for name in ("open_time", "o", "h", "l", "c", "volume")] for row in rows] == [
        row[:6] for row in told
    ]
    assert [row["closed"] for row in rows] == [True] * 4 + [False]
    assert await answer(http, f"candles?symbol=BTCUSDT&interval=1s&start={start + 3_600_000}") == []
    assert len(await answer(http, "candles?symbol=BTCUSDT&interval=1m")) == 1000


@pytest.mark.parametrize("path", ["faults", "faults/cut", "trades?symbol=BTCUSDT", ""])
async def test_it_does_not_answer_where_it_was_not_allowed(clock: ManualClock, path: str) -> None:
    exchange = SimulatedExchange(
        clock=clock, settings=ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1])
    )
    await exchange.start()
    connection = await websockets.connect(exchange.stream_url + "/ws", proxy=None)
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as http:
        response = await http.get(f"/simulator/{path}")
    assert (response.status_code, response.text) == (404, "404 page not found")
    assert await received(connection) == []
    await connection.close()
    await exchange.stop()


async def test_it_answers_while_connections_are_frozen_and_rest_is_refused(
    exchange: SimulatedExchange, http: httpx2.AsyncClient
) -> None:
    for kind in ("freeze", "refuse-rest", "refuse-streams"):
        await answer(http, f"faults/{kind}")
    assert (await http.get("/api/v3/ping")).status_code == 451
    for kind in ("freeze", "refuse-rest", "refuse-streams"):
        assert (await answer(http, f"faults/{kind}/end"))["ended"]
    assert (await http.get("/api/v3/ping")).json() == {}


async def test_it_takes_every_kind_but_those_of_others(exchange: SimulatedExchange, http: httpx2.AsyncClient) -> None:
    for kind in FOLLOWING_ONLY:
        assert (await http.get(f"/simulator/faults/{kind}")).json() == {"error": f"this exchange has no fault '{kind}'"}
    for kind in set(FaultKind) - FOLLOWING_ONLY:
        needs = "?delay=1" if kind in ("late-pong", "late-candles", "lifetime") else ""
        assert json.loads((await http.get(f"/simulator/faults/{kind}{needs}")).content)["kind"] == kind
