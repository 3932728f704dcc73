"""Python's `websockets`, telling every frame as it came; it takes and prints what speaker.mjs does."""

import asyncio
import json
import sys
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


def tell(**told: Any) -> None:
    """Print one line."""
    print(json.dumps({"at": round(time.time() * 1000), **told}), flush=True)  # noqa: T201 - what it is for


async def repeat(connection: ClientConnection, messages: list[Any], every: float) -> None:
    """Send messages again and again."""
    while True:
        await asyncio.sleep(every)
        for message in messages:
            await connection.send(json.dumps(message))


async def leave(connection: ClientConnection, seconds: float) -> None:
    """Close after a while."""
    await asyncio.sleep(seconds)
    await connection.close(1000)


async def speak(speech: dict[str, Any]) -> None:
    """Connect, say what is to be said, and tell what comes."""
    async with connect(speech["url"], subprotocols=speech["protocols"] or None) as connection:
        for message in speech["first"]:
            await connection.send(json.dumps(message))
        tasks = [
            asyncio.create_task(repeat(connection, speech["repeated"], speech["every"])),
            asyncio.create_task(leave(connection, speech["seconds"])),
        ]
        try:
            while True:
                text = await connection.recv()
                tell(text=str(text), isBinary=isinstance(text, bytes))
                if speech["protocols"] and json.loads(text)["type"] == "ping":
                    await connection.send('{"type":"pong"}')
        except ConnectionClosed as closed:
            tell(closed=closed.rcvd.code if closed.rcvd else 1006, reason=closed.rcvd.reason if closed.rcvd else "")
        for task in tasks:
            task.cancel()


asyncio.run(speak(json.loads(sys.argv[1])))
