"""Many clients that come back, each by the Python client's own back-off; a program of its own (`python -m`).

Plain sockets of `websockets` with `tidewire_client.back_off`: a thousand whole clients would above all measure
themselves, on a machine that they share with the gateway. Prints a line of JSON once all have data, and one each time
all of them have lost their connection and have data again that was made after the loss. Times are `time.time()`.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tidewire_client.back_off import BackOff, Next, after_close

CHANNELS = ("price:BTCUSDT", "price:ETHUSDT", "ticker:BTCUSDT")
_SUBSCRIBE = json.dumps({"type": "subscribe", "channels": CHANNELS})
_OPEN_SECONDS = 10.0
_AT_ONCE_AT_FIRST = 50
_ENDED_WITHOUT_CODE = 1006


class Round(msgspec.Struct, kw_only=True):
    """One return of all clients: when each lost its connection, was welcome again, and had fresh data."""

    lost: dict[int, float] = {}
    welcome: dict[int, float] = {}
    fresh: dict[int, float] = {}
    attempts: int = 0


class Crowd:
    """All clients of this process, and the round that they are in."""

    def __init__(self, url: str, tokens: Sequence[str]) -> None:
        self._url = url
        self._tokens = tokens
        self._round = Round()
        self._first = asyncio.Semaphore(_AT_ONCE_AT_FIRST)

    async def run(self) -> None:
        """Stay connected with all of them until this is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for client in range(len(self._tokens)):
                tasks.create_task(self._stay(client))

    async def _stay(self, client: int) -> None:
        back_off = BackOff()
        async with self._first:
            connection = await self._connected(client)
        while True:
            then = Next.RETRY if connection is None else await self._read(client, connection)
            delay = back_off.next_delay(then, time.monotonic())
            assert delay is not None, "the gateway refused a client for good"
            await asyncio.sleep(delay)
            self._round.attempts += 1
            connection = await self._connected(client)
            if connection is not None:
                back_off.opened()

    async def _connected(self, client: int) -> ClientConnection | None:
        """Return a connection that was welcomed and has subscribed; None where it could not be had."""
        token = self._tokens[client]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with suppress(OSError, TimeoutError, InvalidHandshake, InvalidMessage, ConnectionClosed):
            connection = await connect(
                self._url, additional_headers=headers, compression=None, ping_interval=None, open_timeout=_OPEN_SECONDS
            )
            await connection.recv()
            self._round.welcome[client] = time.time()
            await connection.send(_SUBSCRIBE)
            return connection
        return None

    async def _read(self, client: int, connection: ClientConnection) -> Next:
        """Read until the connection ends; return what its end asks for."""
        is_fresh = False
        with suppress(ConnectionClosed):
            while True:
                message = await connection.recv(decode=False)
                if not is_fresh and _made_at(message) > self._round.lost.get(client, 0.0):
                    is_fresh = True
                    self._has_data(client)
        self._round.lost[client] = time.time()
        return after_close(connection.close_code or _ENDED_WITHOUT_CODE, connection.close_reason or "")

    def _has_data(self, client: int) -> None:
        self._round.fresh[client] = time.time()
        if len(self._round.fresh) == len(self._tokens):
            finished, self._round = self._round, Round()
            print(
                json.dumps(
                    {
                        name: sorted(at.values()) if isinstance(at, dict) else at
                        for name, at in msgspec.structs.asdict(finished).items()
                    }
                ),
                flush=True,
            )


def _made_at(message: bytes) -> float:
    """Return when the data in a frame was made; 0 where there is none in it."""
    frame = json.loads(message)
    if frame["type"] != "price":
        return 0.0
    made_at_ms: int = frame["data"]["timestamp"]
    return made_at_ms / 1000


def main() -> None:
    """Read the options and run until stopped."""
    parser = argparse.ArgumentParser(description="Connect many clients, which come back each time they are cut off.")
    parser.add_argument("url")
    parser.add_argument("tokens", type=Path, help="a file with one token a line, an empty one for nobody's")
    options = parser.parse_args()
    tokens = options.tokens.read_text(encoding="ascii").split("\n")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, suppress(KeyboardInterrupt):
        runner.run(Crowd(options.url, tokens).run())


if __name__ == "__main__":
    main()
