"""A simulated chain whose blocks are full, with some transactions to watched addresses, and the process of its node."""

import asyncio
import time
from collections.abc import Sequence

import msgspec

from benchmarks.load.child_process import Commands
from wallets.simulator.chain.activity import transaction_of
from wallets.simulator.chain.tokens import transfer_data
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings

WATCHED = 100
"""So many of the chain's accounts are watched: those that come first."""
_SENDERS = 300
_TOKEN_EACH = 3
"""Every third transaction moves a token: a call with a log."""
_SLICES = 10


class NodeDescription(msgspec.Struct, frozen=True):
    """Where a node is, of which chain, and what is watched there."""

    url: str
    chain_id: int
    watched: Sequence[str]
    tokens: Sequence[str] = ()


class Describe(msgspec.Struct, frozen=True):
    """Ask for the node's `NodeDescription`."""


class MineBlocks(msgspec.Struct, frozen=True):
    """Ask for blocks at once, each of so many transactions, `touching` of them to watched addresses."""

    blocks: int
    transactions: int
    touching: int


class MineSlowly(msgspec.Struct, frozen=True):
    """Ask for blocks, one each so many seconds, with their transactions in the pool before.

    The answer is the time of each, in seconds of the machine's steady clock, by its hash.
    """

    blocks: int
    seconds: float
    transactions: int
    touching: int


class BusyChain:
    """A simulated node, on a socket once it is started, and the chain that it moves."""

    def __init__(self) -> None:
        settings = ChainSettings(tick_interval=None, history=80, accounts=WATCHED + _SENDERS, activity=0)
        self.node = SimulatedNode(seed=7, settings=settings)
        accounts = self.node.chain.accounts
        self.watched, self._senders = accounts[:WATCHED], accounts[WATCHED:]
        self._sent = 0

    def send(self, transactions: int, touching: int) -> None:
        """Put transactions into the pool, the first of them to watched addresses, to the first one always."""
        for number in range(transactions):
            self._send_one(self.watched[number % WATCHED] if number < touching else self._senders[-1 - number])

    def _send_one(self, recipient: str) -> None:
        self._sent += 1
        chain, amount = self.node.chain, 1 + self._sent % 1_000
        sender = self._senders[self._sent % _SENDERS]
        plain = transaction_of(chain, sender, recipient, amount)
        if self._sent % _TOKEN_EACH == 0:
            token = next(iter(chain.tokens))
            data = transfer_data(recipient, amount)
            plain = msgspec.structs.replace(plain, recipient=token, value=0, data=data)
        chain.send(plain)

    async def mine_slowly(self, wanted: MineSlowly) -> dict[str, float]:
        """Do as `MineSlowly` asks."""
        mined: dict[str, float] = {}
        for _ in range(wanted.blocks):
            for part in range(_SLICES):
                await asyncio.sleep(wanted.seconds / _SLICES)
                self.send(wanted.transactions // _SLICES, wanted.touching if part == 0 else 0)
            await asyncio.sleep(wanted.seconds / _SLICES)
            at = time.monotonic()
            mined[self.node.growth.mine().hash] = at
        return mined


async def run_node(commands: Commands) -> None:
    """Run a node that does what it is told, in a process of its own."""
    chain = BusyChain()
    await chain.node.start()
    async for command in commands:
        match command:
            case Describe():
                node, tokens = chain.node, list(chain.node.chain.tokens)
                answer: object = NodeDescription(node.websocket_url, node.settings.chain_id, chain.watched, tokens)
            case MineBlocks(blocks=blocks):
                for _ in range(blocks):
                    chain.send(command.transactions, command.touching)
                    chain.node.growth.mine()
                answer = chain.node.chain.head.number
            case MineSlowly():
                answer = await chain.mine_slowly(command)
        commands.answer(answer)
    await chain.node.stop()
