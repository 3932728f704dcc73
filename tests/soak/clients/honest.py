"""An honest user beside a hostile one: asks for its rules now and then, and must be answered each time, and in time."""

import asyncio
from random import Random

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.soak.clients.account import Account
from tests.soak.clients.dialects import Answer, Dialect, Frame, message, read
from tests.soak.clients.notes import NOT_THERE, Counts, Door, now_ms, pause

ANSWER_SECONDS = 5.0
"""Within so long each command of an honest user is answered, whatever others do."""
_BETWEEN_SECONDS = 1.5


class Honest:
    """Asks, and must be answered in time. A connection that is lost, as with a killed gateway, is no finding."""

    def __init__(self, *, name: str, door: Door, counts: Counts, random: Random, gateway: int, address: str) -> None:
        self._name = name
        self._door = door
        self._counts = counts
        self._random = random
        self._gateway = gateway
        self._address = address
        self._account = Account(name, door, address)
        self.is_there = False
        self.slowest_ms = 0

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            try:
                await self._visit()
            except NOT_THERE as error:
                self._counts.refused[f"honest {type(error).__name__}"] += 1
                self._gateway += 1
            except ConnectionClosed as closed:
                self._note_close(closed)
            self.is_there = False
            await asyncio.sleep(pause(self._random, 1.0))

    def _note_close(self, closed: ConnectionClosed) -> None:
        code = closed.rcvd.code if closed.rcvd is not None else 1006
        self._counts.closes[f"honest {code}"] += 1
        if 4000 <= code < 5000:
            self._counts.unforeseen.append(f"{self._name}, who did nothing wrong, was closed with {code}")

    async def _visit(self) -> None:
        token = await self._account.token()
        connection = await self._door.open(Dialect.MARKET, self._gateway, token=token, address=self._address)
        self.is_there = True
        try:
            number = 0
            while True:
                number += 1
                await self._ask(connection, f"{self._name} {number}")
                await connection.send(message("auth", token=await self._account.token()))
                await asyncio.sleep(pause(self._random, _BETWEEN_SECONDS))
        finally:
            await connection.close()

    async def _ask(self, connection: ClientConnection, command_id: str) -> None:
        began = now_ms()
        await connection.send(message("command", id=command_id, action="alerts.list"))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await _answer_to(connection, command_id)
        except TimeoutError:
            self._counts.unforeseen.append(f"{self._name} was not answered within {ANSWER_SECONDS:g} s")
            return
        self._counts.moves["answered the honest"] += 1
        self.slowest_ms = max(self.slowest_ms, now_ms() - began)
        if not answer["success"]:
            self._counts.unforeseen.append(f"{self._name} was refused: {answer['error']}")


async def _answer_to(connection: ClientConnection, command_id: str) -> Frame:
    while True:
        for told in read(await connection.recv(), Dialect.MARKET):
            if isinstance(told, Answer) and told.frame.get("id") == command_id:
                return told.frame
