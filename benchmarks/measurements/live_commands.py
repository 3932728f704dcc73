"""How soon commands are answered and fills told while grids run: two gateways, two workers, PostgreSQL and Redis.

A hundred grids trade on the simulated exchange, a thousand clients read the symbol's trades and ticker. One client
places and cancels orders, and hears of its user's fills; beside it, it reads the exchange's own stream: a fill's time
is from when a trade came there until its `order` frame came.
"""

import asyncio
import itertools
import json
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.load.load_process import LoadProcess
from benchmarks.measurements.live_deployment import SYMBOL, LiveDeployment, live_deployment
from benchmarks.servers.servers import OUR_SPEECH

_GRIDS, _SUBSCRIBERS = 100, 1000
_COMMANDS = 200
_PAUSE_SECONDS = 0.1
_SPEECH = msgspec.structs.replace(
    OUR_SPEECH,
    subscribe=(json.dumps({"type": "subscribe", "channels": [f"trades:{SYMBOL}", f"ticker:{SYMBOL}"]}),),
    sequence=b'"not counted":',
)
"""Their frames are read, and not timed: real trades carry no stamp of ours."""
_FILLED = {"filled", "partially_filled"}
_ANSWER_SECONDS = 30.0


class LiveCommands(msgspec.Struct, frozen=True, kw_only=True):
    """Commands and fills of one deployment; `load` is the machine's, over a minute, at the end."""

    grids: int
    subscribers: int
    commands: int
    """Orders that were placed, and cancelled again."""
    place_median_ms: float
    place_p99_ms: float
    cancel_median_ms: float
    cancel_p99_ms: float
    fills: int
    fill_median_ms: float
    fill_p99_ms: float
    fill_maximum_ms: float
    load: float


def live_commands(*, rounds: int) -> list[LiveCommands]:
    """Measure `rounds` times, each on a deployment of its own."""
    return [_measured() for _ in range(rounds)]


def _measured() -> LiveCommands:
    with live_deployment(_GRIDS) as deployment, LoadProcess() as load:
        there = sum(_subscribed(load, address) for address in deployment.gateways)
        return asyncio.run(_ask(deployment, there))


def _subscribed(load: LoadProcess, address: str) -> int:
    opened = load.open(address, _SPEECH, _SUBSCRIBERS // 2)
    return load.subscribe(opened.clients).clients


async def _ask(deployment: LiveDeployment, subscribers: int) -> LiveCommands:
    async with (
        TradingClient.connected(deployment.socket_url, deployment.token()) as client,
        connect(f"{deployment.exchange_socket_url}/ws/{SYMBOL.lower()}@trade") as exchange,
    ):
        hearing = asyncio.create_task(client.hear_exchange(exchange))
        await client.subscribe("orders:me")
        placed, cancelled = await _place_and_cancel(client, deployment.price() * 0.9)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
    fills = client.fill_seconds()
    return LiveCommands(
        grids=_GRIDS,
        subscribers=subscribers,
        commands=len(placed),
        place_median_ms=share_ms(placed, 0.5),
        place_p99_ms=share_ms(placed, 0.99),
        cancel_median_ms=share_ms(cancelled, 0.5),
        cancel_p99_ms=share_ms(cancelled, 0.99),
        fills=len(fills),
        fill_median_ms=share_ms(fills, 0.5),
        fill_p99_ms=share_ms(fills, 0.99),
        fill_maximum_ms=share_ms(fills, 1.0),
        load=round(os.getloadavg()[0], 1),
    )


async def _place_and_cancel(client: "TradingClient", price: float) -> tuple[list[float], list[float]]:
    placed, cancelled = [], []
    for _ in range(_COMMANDS):
        order, seconds = await client.command("order.place", order_at(price))
        placed.append(seconds)
        await asyncio.sleep(_PAUSE_SECONDS)
        assert order["success"], order
        answer, seconds = await client.command("order.cancel", {"id": order["data"]["id"]})
        assert answer["success"], answer
        cancelled.append(seconds)
        await asyncio.sleep(_PAUSE_SECONDS)
    return placed, cancelled


def order_at(price: float) -> dict[str, Any]:
    """Return the parameters of an order that buys at a price."""
    return {"symbol": SYMBOL, "side": "buy", "type": "limit", "quantity": "0.001", "price": f"{price:.0f}"}


def share_ms(seconds: Sequence[float], share: float) -> float:
    """Return a percentile in milliseconds; 0.0 of nothing."""
    ordered = sorted(seconds)
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0


class TradingClient:
    """A client that trades: its commands' answers, and when it heard of fills."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count()
        self._answers: dict[str, asyncio.Future[tuple[dict[str, Any], float]]] = {}
        self._subscribed = asyncio.Event()
        self._traded: dict[int, float] = {}
        self._told: list[tuple[int, float]] = []
        self.trades = 0
        """How many trades it was told of."""

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, token: str) -> AsyncIterator["TradingClient"]:
        """Connect, and log in."""
        async with connect(url, max_size=None) as connection:
            client = cls(connection)
            await connection.send(json.dumps({"type": "auth", "token": token}))
            reading = asyncio.create_task(client._read())
            yield client
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def command(self, action: str, params: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """Return the answer, and after how many seconds it came."""
        name = f"bench-{id(self)}-{time.time_ns()}-{next(self._ids)}"
        answer = self._answers[name] = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        await self._connection.send(json.dumps({"type": "command", "id": name, "action": action, "params": params}))
        frame, at = await asyncio.wait_for(answer, _ANSWER_SECONDS)
        return frame, at - began

    async def subscribe(self, *channels: str) -> None:
        """Subscribe, and wait until it is."""
        self._subscribed.clear()
        await self._connection.send(json.dumps({"type": "subscribe", "channels": channels}))
        await asyncio.wait_for(self._subscribed.wait(), _ANSWER_SECONDS)

    async def hear_exchange(self, exchange: ClientConnection) -> None:
        """Note when each trade came from the exchange itself."""
        async for text in exchange:
            trade = json.loads(text)
            self._traded.setdefault(trade["T"], time.monotonic())

    def fill_seconds(self) -> list[float]:
        """Return how long after its trade each fill was told, of those whose trade came from the exchange."""
        return [at - self._traded[moment] for moment, at in self._told if moment in self._traded]

    async def _read(self) -> None:
        async for text in self._connection:
            at, frame = time.monotonic(), json.loads(text)
            match frame["type"]:
                case "response":
                    self._answers.pop(frame["id"]).set_result((frame, at))
                case "subscribed":
                    self._subscribed.set()
                case "trade":
                    self.trades += 1
                case "order" if frame["data"]["status"] in _FILLED:
                    self._told.append((_milliseconds(frame["data"]["timestamp"]), at))


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
