"""A hostile user: floods of commands, log-ins, questions, request heads and rules, from an address of its own.

It breaks off by itself after each flood, and each is bounded: what is judged is that nobody else loses anything by it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from random import Random

import httpx2
from websockets.exceptions import ConnectionClosed

from tests.soak.clients.account import Account
from tests.soak.clients.dialects import Dialect, message
from tests.soak.clients.notes import NOT_THERE, Counts, Door, pause
from tests.soak.clients.rawness import endless_head

HOSTILE_ADDRESS = "127.0.0.66"
_SOCKETS = 30
_COMMANDS_OF_A_SOCKET = 60
_LOG_INS = 60
_HEADS = 8
_QUESTIONS = 60
_MINUTES = 1_000_000
"""How far back history is asked for."""
_RULES = 40
_BETWEEN_SECONDS = 2.0


class Hostile:
    """Floods: one flood after another, in an order that `random` decides."""

    def __init__(self, *, door: Door, counts: Counts, random: Random) -> None:
        self._door = door
        self._counts = counts
        self._random = random
        self._account = Account("hostile", door, HOSTILE_ADDRESS)
        self._floods: list[tuple[str, Callable[[int], Awaitable[None]]]] = [
            ("flooded with commands", self._flood_commands),
            ("flooded with log-ins", self._flood_log_ins),
            ("flooded with heads", self._flood_heads),
            ("flooded with rules", self._flood_rules),
            ("flooded with questions for the market", self._flood_market),
            ("flooded with questions for history", self._flood_history),
            ("flooded with questions for the user", self._flood_user),
        ]
        self.is_there = True

    async def run(self) -> None:
        """Flood until cancelled."""
        while True:
            name, flood = self._random.choice(self._floods)
            self._counts.moves[name] += 1
            try:
                await flood(self._random.randrange(100))
            except (*NOT_THERE, httpx2.HTTPError, ConnectionClosed) as error:
                self._counts.refused[f"hostile {type(error).__name__}"] += 1
            await asyncio.sleep(pause(self._random, _BETWEEN_SECONDS))

    async def _flood_commands(self, gateway: int) -> None:
        """Ask on many sockets at once, faster than anybody may; read no answer."""
        token = await self._account.token()
        opened = await asyncio.gather(
            *(self._door.open(Dialect.MARKET, gateway, token=token, address=HOSTILE_ADDRESS) for _ in range(_SOCKETS)),
            return_exceptions=True,
        )
        connections = [one for one in opened if not isinstance(one, BaseException)]
        asked = [message("command", id=f"h{number}", action="alerts.list") for number in range(_COMMANDS_OF_A_SOCKET)]
        try:
            for text in asked:
                await asyncio.gather(*(one.send(text) for one in connections), return_exceptions=True)
        finally:
            await asyncio.gather(*(one.close() for one in connections), return_exceptions=True)

    async def _flood_log_ins(self, gateway: int) -> None:
        async with self._account.client(gateway) as client:
            body = {"username": "nobody", "password": "a wrong password"}
            await _all(client.post("/api/v1/auth/token/", json=body) for _ in range(_LOG_INS))

    async def _flood_heads(self, gateway: int) -> None:
        base = self._door.base(gateway)
        await asyncio.gather(*(endless_head(base, HOSTILE_ADDRESS) for _ in range(_HEADS)), return_exceptions=True)
        async with self._account.client(gateway) as client:
            await client.get("/" + "\\" * 7_900)

    async def _flood_rules(self, gateway: int) -> None:
        """Make rules until they are refused, and delete what was made."""
        async with self._account.client(gateway, token=await self._account.token()) as client:
            rule = {
                "name": "\\" * 100, "symbol": "BTCUSDT", "source": "price", "operator": "above", "threshold": "1",
                "trigger": "every_time", "cooldown_seconds": 1,
            }  # fmt: skip
            for _ in range(_RULES):
                await client.post("/api/v1/alerts/rules/", json=rule)
            found = await client.get("/api/v1/alerts/rules/", params={"limit": 500})
            for made in found.json().get("items", ()):
                await client.delete(f"/api/v1/alerts/rules/{made['id']}/")

    async def _flood_market(self, gateway: int) -> None:
        """Ask for all symbols many times at once, as nobody."""
        async with self._account.client(gateway) as client:
            await _all(client.get("/api/v1/market/symbols/") for _ in range(_QUESTIONS))

    async def _flood_history(self, gateway: int) -> None:
        """Ask for a thousand minutes of some time ago, many times at once, as nobody: most are fetched, and stored."""
        now = int(time.time())
        ends = [(now - 60 * self._random.randrange(_MINUTES)) * 1000 for _ in range(_QUESTIONS)]
        paths = [f"/api/v1/market/history/?symbol=BTCUSDT&interval=1m&limit=1000&end={end}" for end in ends]
        async with self._account.client(gateway) as client:
            await _all(client.get(path) for path in paths)

    async def _flood_user(self, gateway: int) -> None:
        """Ask who one is, many times at once: each looks up the login in the database."""
        async with self._account.client(gateway, token=await self._account.token()) as client:
            await _all(client.get("/api/v1/auth/me/") for _ in range(_QUESTIONS))


async def _all(answers: Iterable[Awaitable[object]]) -> None:
    """Wait for answers, whatever they are."""
    await asyncio.gather(*answers, return_exceptions=True)
