"""The demo's chain: a simulated node in this process, which the wallets worker follows as any other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.db import database_sync_to_async

from config.single_process.workers import ExchangeOptions, Say
from streaming.times import moment
from wallets.demo import DEMO_WALLETS, DemoChain, DemoToken, demo_chain_ensure
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings

_BLOCK_SECONDS = 4
_REORGANISATION_CHANCE = 0.05
_QUIET_BLOCKS = 30
"""One of the demo's wallets sends or gets every two minutes: enough to see life, few enough notices to read."""


def chain_settings(*, control: bool = False) -> ChainSettings:
    """Return how the demo's chain behaves."""
    return ChainSettings(
        block_time=_BLOCK_SECONDS,
        reorganisation_chance=_REORGANISATION_CHANCE,
        quiet_accounts=DEMO_WALLETS,
        quiet_blocks=_QUIET_BLOCKS,
        control=control,
    )


@asynccontextmanager
async def simulated_chain(options: ExchangeOptions, say: Say) -> AsyncIterator[None]:
    """Run a simulated node, and have its chain followed."""
    node = SimulatedNode(seed=options.seed, settings=chain_settings(control=options.control))
    await node.start()
    now = moment(node.clock.now_ms())
    await database_sync_to_async(demo_chain_ensure)(_described(node), now=now)
    say("chain", f"the simulated one: {node.http_url}; its coins are worth nothing")
    try:
        yield
    finally:
        await node.stop()


def _described(node: SimulatedNode) -> DemoChain:
    return DemoChain(
        url=node.websocket_url,
        chain_id=node.settings.chain_id,
        head=node.chain.head.number,
        block_time=node.settings.block_time,
        accounts=node.chain.accounts,
        tokens=[DemoToken(each.address, each.symbol, each.name, each.decimals) for each in node.chain.tokens.values()],
    )
