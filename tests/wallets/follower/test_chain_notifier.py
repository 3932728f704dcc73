"""What operators are told of chains and their nodes: a line of `system.log` for each change, and none twice."""

import asyncio

from streaming.clock import SystemClock
from streaming.events.system import LogLevel, LogLine
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.workers.worker import WorkerContext
from tests.market.failing_layer import FailingLayer
from tests.streaming.layer_members import envelope, member
from wallets.chain_state import ChainState
from wallets.follower.chain_notifier import ChainNotifier

_REPORTED: list[tuple[ChainState | None, str]] = [
    (None, "the node is of chain 1, not of 31337"),
    (None, "the node is of chain 1, not of 31337"),
    (ChainState.DISCONNECTED, "no block has come for 3 block times"),
    (ChainState.CONNECTED, ""),
]


async def test_a_nodes_fault_and_a_chains_state_are_told_in_the_systems_log(transactional_db: None) -> None:
    layer = FailingLayer()
    staff = await member(layer, "s.log.all")
    context = WorkerContext(hub=Hub(layer, topic_registry()), clock=SystemClock(), holder="one")
    notifier = ChainNotifier(context, fence=None, epoch=1)
    for state, reason in _REPORTED:
        notifier.report("ethereum", state, reason)
    running = asyncio.create_task(notifier.run())
    told = [(await envelope(layer, staff)).event for _ in range(3)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [(line.level, line.source, line.message) for line in told if isinstance(line, LogLine)] == [
        (LogLevel.WARN, "chain.ethereum", "a node of chain ethereum is left: the node is of chain 1, not of 31337"),
        (LogLevel.WARN, "chain.ethereum", "chain ethereum is disconnected: no block has come for 3 block times"),
        (LogLevel.INFO, "chain.ethereum", "chain ethereum is connected"),
    ]
