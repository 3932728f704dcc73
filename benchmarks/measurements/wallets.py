"""What following a chain costs with 100,000 watched addresses: a block, a long absence, and how soon clients hear.

On PostgreSQL; the follower that is measured has a process of its own, and so have the nodes, but for `a block`, where a
simulated node answers in the follower's process, and the time that it takes is left out. `head to frame` is a whole
deployment: node, `run_wallets`, Redis, gateway and client, with every transaction in the node's pool before its block.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.load.child_process import ChildProcess
from benchmarks.measurements.live_commands import share_ms
from benchmarks.options import Options
from benchmarks.wallets.anvil import running_anvil
from benchmarks.wallets.busy_chain import Describe, MineBlocks, MineSlowly, NodeDescription, run_node
from benchmarks.wallets.following import WALLETS, BlockSeconds, BlocksWanted, CatchingUp, CaughtUp
from tests.alerts.firing.stage import Stage, stage
from tests.processes import Process
from tests.waiting import until

_TRANSACTIONS = 300
_TOUCHING = (0, 6, 30)
_BLOCKS = 100
_LAG = 1_000
_LAG_TRANSACTIONS, _LAG_TOUCHING = 30, 1
_FIRST_HEADS, _HEADS, _HEAD_SECONDS = 10, 120, 1.0
"""The first ones aren't measured: who has just begun makes each statement for the first time."""
_LONG = 600.0
_Kind = TypeVar("_Kind")


class BlockCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a block costs beyond the node's answers: from its head until all of it is stored."""

    wallets: int
    transactions: int
    touching: int
    """Of these, to watched addresses; all that are watched are followed until they are final, 64 blocks."""
    median_ms: float
    p99_ms: float
    processor_ms: float
    """Processor time of the follower's process, on average."""


class CatchUp(msgspec.Struct, frozen=True, kw_only=True):
    """How fast a follower that was away catches up, the node's answers included."""

    blocks: int
    blocks_per_second: float
    processor_ms: float
    """Processor time of the follower's process for each block."""


class HeadToFrame(msgspec.Struct, frozen=True, kw_only=True):
    """From the moment at which a node has a block until a client has its frame."""

    blocks: int
    median_ms: float
    p99_ms: float
    maximum_ms: float


def wallets(options: Options) -> dict[str, list[BlockCost] | list[CatchUp] | list[HeadToFrame]]:
    """Measure each case as often as asked, each time on a new database; only a block with `--touching`."""
    rounds = range(options.rounds)
    rows: dict[str, list[BlockCost] | list[CatchUp] | list[HeadToFrame]] = {
        f"a block, {touching} of {_TRANSACTIONS} watched": [_block_cost(touching) for _ in rounds]
        for touching in options.touching or _TOUCHING
    }
    if options.touching:
        return rows
    try:
        rows["1,000 blocks, anvil"] = [_caught_up_with_anvil() for _ in rounds]
    except pytest.skip.Exception as lacking:
        print(f"left out: {lacking}", file=sys.stderr)
    rows["1,000 blocks, simulated"] = [_caught_up_with_simulator() for _ in rounds]
    heard = [_heads_to_frames() for _ in rounds]
    rows["head to block's frame"] = [blocks for blocks, _ in heard]
    rows["head to wallet's frame"] = [activity for _, activity in heard]
    return rows


@contextmanager
def _staged() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="wallets-") as name, stage(Path(name), LOG_LEVEL="INFO") as running:
        yield running


def _run(running: Stage, what: str, given: object = None) -> str:
    """Do something in a process that has the deployment's database; return the last line that it prints."""
    arguments = ("-m", "benchmarks.wallets.following", what, msgspec.json.encode(given).decode())
    with Process(*arguments, environment=running.environment) as process:
        assert process.wait(_LONG) == 0, process.output
        process.stop()
        return process.lines[-1] if process.lines else ""


def _read(text: str, kind: type[_Kind]) -> _Kind:
    return msgspec.json.decode(text, type=kind)


# -- a block ------------------------------------------------------------------------------------------------------


def _block_cost(touching: int) -> BlockCost:
    with _staged() as running:
        said = _run(running, "blocks", BlocksWanted(_BLOCKS, _TRANSACTIONS, touching))
    blocks = _read(said, list[BlockSeconds])
    walls = [each.wall for each in blocks]
    return BlockCost(
        wallets=WALLETS,
        transactions=_TRANSACTIONS,
        touching=touching,
        median_ms=share_ms(walls, 0.5),
        p99_ms=share_ms(walls, 0.99),
        processor_ms=round(1000 * sum(each.processor for each in blocks) / len(blocks), 1),
    )


# -- a long absence -----------------------------------------------------------------------------------------------


def _caught_up_with_anvil() -> CatchUp:
    with running_anvil() as anvil, _staged() as running:
        _run(running, "watch", anvil.describe())
        _run(running, "catch_up", CatchingUp(anvil.mine(_LAG // 100)))
        _run(running, "balances")
        return _catch_up(running, anvil.mine(_LAG))


def _caught_up_with_simulator() -> CatchUp:
    with ChildProcess(run_node) as node, _staged() as running:
        _run(running, "watch", node.ask(Describe()))
        _run(running, "catch_up", CatchingUp(_mined(node, 1)))
        _run(running, "balances")
        return _catch_up(running, _mined(node, _LAG))


def _mined(node: ChildProcess, blocks: int) -> int:
    head = node.ask(MineBlocks(blocks, _LAG_TRANSACTIONS, _LAG_TOUCHING))
    assert isinstance(head, int)
    return head


def _catch_up(running: Stage, head: int) -> CatchUp:
    said = _read(_run(running, "catch_up", CatchingUp(head)), CaughtUp)
    return CatchUp(
        blocks=said.blocks,
        blocks_per_second=round(said.blocks / said.wall, 1),
        processor_ms=round(1000 * said.processor / said.blocks, 2),
    )


# -- from a head to a client's frame ------------------------------------------------------------------------------


def _heads_to_frames() -> tuple[HeadToFrame, HeadToFrame]:
    with ChildProcess(run_node) as node, _staged() as running:
        described = node.ask(Describe())
        assert isinstance(described, NodeDescription)
        running.serve()
        _run(running, "watch", described)
        _run(running, "catch_up", CatchingUp(_mined(node, 1)))
        _run(running, "balances")
        running.worker("run_wallets").wait_for("the lease is ours")
        return asyncio.run(_hear(running, node, described.watched[0]))


async def _hear(running: Stage, node: ChildProcess, address: str) -> tuple[HeadToFrame, HeadToFrame]:
    numbers: dict[int, str] = {}
    heard: dict[str, dict[Any, float]] = {"block": {}, "wallet": {}}
    async with connect(running.socket_url, max_size=None) as client:
        await client.send(json.dumps({"type": "auth", "token": running.token}))
        await client.send(json.dumps({"type": "subscribe", "channels": ["blocks:bench", f"wallet:{address}"]}))
        reading = asyncio.create_task(_note(client, heard, numbers))
        wanted = MineSlowly(_FIRST_HEADS + _HEADS, _HEAD_SECONDS, _TRANSACTIONS, 6)
        mined = await asyncio.to_thread(node.ask, wanted)
        assert isinstance(mined, dict)
        await until(lambda: heard["block"].keys() >= mined.keys(), seconds=_LONG)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    activity = {numbers[number]: at for number, at in heard["wallet"].items() if number in numbers}
    return _latency(mined, heard["block"]), _latency(mined, activity)


async def _note(client: ClientConnection, heard: dict[str, dict[Any, float]], numbers: dict[int, str]) -> None:
    """Note when each block came, by its hash, and when the first that tells of a transfer in it, by its number."""
    async for text in client:
        at, frame = time.monotonic(), json.loads(text)
        if frame["type"] == "block":
            heard["block"][frame["data"]["hash"]] = at
            numbers[frame["data"]["number"]] = frame["data"]["hash"]
        elif frame["type"] == "wallet" and frame["data"]["event"] == "transaction":
            heard["wallet"].setdefault(frame["data"]["block"], at)


def _latency(mined: dict[str, float], heard: dict[Any, float]) -> HeadToFrame:
    measured = list(mined.items())[_FIRST_HEADS:]
    seconds: Sequence[float] = [heard[each] - at for each, at in measured if each in heard]
    return HeadToFrame(
        blocks=len(seconds),
        median_ms=share_ms(seconds, 0.5),
        p99_ms=share_ms(seconds, 0.99),
        maximum_ms=share_ms(seconds, 1.0),
    )
