"""Restless clients: they come, go, subscribe, unsubscribe, stop reading, log in and out, and some of them misbehave.

What a client does is drawn from its own generator, so that a seed gives the same intentions; what comes of them also
depends on when the deployment answers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.soak.clients.dialects import Dialect, message, subscription
from tests.soak.clients.notes import NOT_THERE, Counts, Door, pause, reason_of
from tests.soak.clients.rawness import half_open, half_shaken

MOVE_SECONDS = 1.5
"""How long a client thinks between two moves, on average."""
LONGEST_STOP_SECONDS = 12.0
_TOO_LARGE = 70_000  # over the 64 KiB that a frame may have
_FLOOD = 150  # over the 100 messages that may come in a second, for a moment
_READ_AHEAD = 4

MALFORMED: tuple[str | bytes, ...] = (
    "{", "", "null", "[]", "17", '"subscribe"', '{"channels":["price:BTCUSDT"]}', '{"type":null}', b"\x00\x01",
    '{"type":"subscribe","channels":"price"}', '{"type":"subscribe","channels":[1,2]}', '{"type":"dance"}',
    '{"type":"subscribe","channels":["price:NOSUCH","klines:BTCUSDT:7m","nothing","klines:BTCUSDT"]}',
    '{"type":"subscribe","channels":["price:BTCUSDT"],"throttle_ms":-1}', '{"type":"unsubscribe"}',
    '{"type":"command","id":"x","action":"no.such","params":{}}', '{"type":"auth","token":"not a token"}',
    '{"type":"command","id":"y","action":"market.candles","params":{"symbol":"BTCUSDT","interval":"7m"}}',
    "[" * 1000, '{"type":"ping","timestamp":1e999}', '{"type":"' + "x" * 5000 + '"}', '{"type":"ping"} trailing',
)  # fmt: skip
_EVERYBODYS = ("market:overview", "system.health", "system.exchange")
_PRIVATE = ("notifications", "orders:me", "portfolio:me", "grid.*", "system.log", "ops.gateways")


def channels_of(symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Return channels to choose from."""
    market = [
        f"{kind}:{symbol}{rest}"
        for symbol in symbols
        for kind, rest in (
            ("price", ""), ("ticker", ""), ("depth", ""), ("trades", ""), ("klines", ":1s"), ("klines", ":1m"),
            ("kline", ":5m"), ("trade", ""),
        )
    ]  # fmt: skip
    return (*market, *_EVERYBODYS, *_PRIVATE)


class Restless:
    """One restless client. It has one connection at a time."""

    def __init__(
        self, *, door: Door, counts: Counts, random: Random, channels: tuple[str, ...], misbehaves: bool
    ) -> None:
        self._door = door
        self._counts = counts
        self._random = random
        self._channels = channels
        self._moves: list[tuple[int, str, Callable[[ClientConnection], Awaitable[None]]]] = [
            (6, "subscribed", self._subscribe),
            (4, "unsubscribed", self._unsubscribe),
            (2, "pinged", self._ping),
            (2, "logged in", self._log_in),
            (2, "asked", self._ask),
            (2, "stopped reading", self._stop_reading),
        ]
        if misbehaves:
            self._moves += [
                (4, "sent malformed frames", self._send_malformed),
                (1, "flooded", self._flood),
                (1, "sent an oversize frame", self._send_too_much),
                (1, "vanished", self._vanish),
            ]
        self._misbehaves = misbehaves
        self._reads = asyncio.Event()
        self.is_there = False

    async def run(self) -> None:
        """Come and go until cancelled."""
        while True:
            try:
                await self._visit()
            except InvalidStatus as error:
                self._note_status(error.response.status_code)
            except NOT_THERE as error:
                self._counts.refused[type(error).__name__] += 1
            except ConnectionClosed as closed:
                self._counts.closes[reason_of(closed)] += 1
            await asyncio.sleep(pause(self._random, 2.0))

    def _note_status(self, status: int) -> None:
        self._counts.refused[f"HTTP {status}"] += 1
        if status >= 500 and status != 503:
            self._counts.unforeseen.append(f"a handshake was answered with HTTP {status}")

    async def _visit(self) -> None:
        dialect = self._random.choice(list(Dialect))
        if self._misbehaves and self._random.random() < 0.25:
            await self._knock_rudely(dialect)
            return
        token = ""
        if dialect.needs_token or self._random.random() < 0.3:
            token = await self._door.fresh_token()
        connection = await self._door.open(dialect, self._random.randrange(100), token=token, queue=_READ_AHEAD)
        reading = asyncio.create_task(self._read(connection))
        self._counts.moves["came"] += 1
        self.is_there = True
        try:
            for _ in range(self._random.randint(1, 12)):
                await self._move(connection, reading)
        finally:
            self.is_there = False
            reading.cancel()
            await connection.close()
            await asyncio.gather(reading, return_exceptions=True)
        self._counts.closes[f"own {connection.close_code}"] += 1

    async def _move(self, connection: ClientConnection, reading: asyncio.Task[None]) -> None:
        weights = [weight for weight, _, _ in self._moves]
        _, name, move = self._random.choices(self._moves, weights)[0]
        self._counts.moves[name] += 1
        await move(connection)
        await asyncio.sleep(pause(self._random, MOVE_SECONDS))
        if reading.done():
            reading.result()

    async def _read(self, connection: ClientConnection) -> None:
        """Read whatever comes; one that has stopped reading reads on later."""
        self._reads.set()
        while True:
            await self._reads.wait()
            await connection.recv()
            self._counts.frames += 1

    # -- what a client may do -----------------------------------------------------------------------------------

    async def _subscribe(self, connection: ClientConnection) -> None:
        options: dict[str, object] = {}
        if self._random.random() < 0.2:
            options["throttle_ms"] = self._random.choice([1, 250, 2000])
        if self._random.random() < 0.2:
            options["batch"] = True
        await connection.send(subscription(self._some(), **options))

    async def _unsubscribe(self, connection: ClientConnection) -> None:
        await connection.send(message("unsubscribe", channels=self._some()))

    async def _ping(self, connection: ClientConnection) -> None:
        await connection.send(message("ping"))

    async def _log_in(self, connection: ClientConnection) -> None:
        await connection.send(message("auth", token=await self._door.fresh_token()))

    async def _ask(self, connection: ClientConnection) -> None:
        action, parameters = self._random.choice([
            ("market.symbols", {"query": "BTC"}),
            ("market.overview", {}),
            ("market.candles", {"symbol": "BTCUSDT", "interval": "1m", "limit": 20}),
        ])  # fmt: skip
        await connection.send(message("command", id=f"c{self._random.random()}", action=action, params=parameters))

    async def _stop_reading(self, connection: ClientConnection) -> None:
        self._reads.clear()
        await asyncio.sleep(self._random.uniform(1.0, LONGEST_STOP_SECONDS))
        self._reads.set()

    # -- what it may not do -------------------------------------------------------------------------------------

    async def _send_malformed(self, connection: ClientConnection) -> None:
        for _ in range(self._random.randint(1, 4)):
            await connection.send(self._random.choice(MALFORMED))

    async def _flood(self, connection: ClientConnection) -> None:
        for _ in range(_FLOOD):
            await connection.send(message("ping"))

    async def _send_too_much(self, connection: ClientConnection) -> None:
        await connection.send(message("subscribe", channels=["x" * _TOO_LARGE]))

    async def _vanish(self, connection: ClientConnection) -> None:
        connection.transport.abort()

    async def _knock_rudely(self, dialect: Dialect) -> None:
        gateway = self._random.randrange(100)
        manner = self._random.randrange(3)
        self._counts.moves["knocked rudely"] += 1
        if manner == 0:
            await self._door.open(dialect, gateway, token="eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl")
        elif manner == 1:
            await half_shaken(self._door.url(dialect, gateway), seconds=self._random.uniform(0.5, 4.0))
        else:
            await half_open(self._door.url(Dialect.MARKET, gateway), self._some(), seconds=self._random.uniform(2, 10))

    def _some(self) -> list[str]:
        return self._random.sample(self._channels, self._random.randint(1, 6))
