"""How long one user's `alerts.list` takes, alone and beside a user who floods the gateway with it over ninety sockets.

The gateway is one `serve` on SQLite and the memory layer. Who floods does so from a process of their own, as fast as a
connection may give commands (ten a second), four at a time; by hand with `python -m` and a URL with a token.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.options import Options
from tests.databases.prepared_databases import prepare_database
from tests.deployments import Deployment
from tests.processes import ROOT, Process, process_environment

_SOCKETS = 90
_AT_A_TIME = 4
_QUESTIONS = 100
_PAUSE_SECONDS = 0.11
"""Within the ten commands a second of a connection."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """From a command to its answer, over all questions of the honest user."""

    questions: int
    refused: int
    median_ms: float
    p99_ms: float
    maximum_ms: float


def fairness(options: Options) -> dict[str, list[Wait]]:
    """Ask alone and beside the flood, `options.rounds` times of a gateway that is started anew."""
    found: dict[str, list[Wait]] = {"alone": [], f"beside {_SOCKETS} sockets": []}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            environment = {"VAR_DIR": folder}
            prepare_database(environment)
            with Process.command("serve", "--port", "0", environment=environment) as process:
                gateway = Deployment([process.wait_for(r"Serving on (http://\S+)")[1]], "")
                for case, wait in zip(found, measured(gateway), strict=True):
                    found[case].append(wait)
    return found


def measured(gateway: Deployment) -> tuple[Wait, Wait]:
    """Return how long the honest user waits, alone and beside the flood."""
    honest = f"{gateway.socket_url}?token={gateway.token('admin')}"
    hostile = f"{gateway.socket_url}?token={gateway.token('demo')}"
    alone = asyncio.run(_waits(honest))
    command = [sys.executable, "-m", "benchmarks.measurements.fairness", hostile]
    with subprocess.Popen(command, cwd=ROOT, env=process_environment({}), stdout=subprocess.PIPE) as flood:  # noqa: S603 - ourselves
        try:
            assert flood.stdout is not None
            flood.stdout.readline()  # it floods
            beside = asyncio.run(_waits(honest))
        finally:
            flood.terminate()
    return alone, beside


async def _waits(url: str) -> Wait:
    waits, refused = [], 0
    async with connect(url, compression=None, max_size=None) as client:
        for number in range(_QUESTIONS):
            began = time.monotonic()
            refused += not await _ask(client, str(number))
            waits.append(time.monotonic() - began)
            await asyncio.sleep(_PAUSE_SECONDS)
    return _wait(waits, refused)


async def _ask(client: ClientConnection, command_id: str) -> bool:
    """Give the command; return whether it was done."""
    await client.send(json.dumps({"type": "command", "id": command_id, "action": "alerts.list", "params": {}}))
    async for text in client:
        frame = json.loads(text)
        if frame["type"] == "response" and frame["id"] == command_id:
            return bool(frame["success"])
    raise AssertionError("the gateway closed the connection")


def _wait(seconds: Sequence[float], refused: int) -> Wait:
    ordered = sorted(1000 * each for each in seconds)
    return Wait(
        questions=len(ordered),
        refused=refused,
        median_ms=round(ordered[len(ordered) // 2], 1),
        p99_ms=round(ordered[int(len(ordered) * 0.99)], 1),
        maximum_ms=round(ordered[-1], 1),
    )


async def _flood(url: str) -> None:
    async with asyncio.TaskGroup() as group:
        clients = [await connect(url, compression=None, max_size=None) for _ in range(_SOCKETS)]
        for client in clients:
            group.create_task(_flood_over(client))
        await asyncio.sleep(1)
        print("flooding", flush=True)


async def _flood_over(client: ClientConnection) -> None:
    room = asyncio.Semaphore(_AT_A_TIME)

    async def read() -> None:
        async for text in client:
            if '"response"' in str(text):
                room.release()

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        number = 0
        while True:
            await room.acquire()
            number += 1
            command = {"type": "command", "id": str(number), "action": "alerts.list", "params": {"limit": 500}}
            await client.send(json.dumps(command))
            await asyncio.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    asyncio.run(_flood(sys.argv[1]))
