"""Simulated nodes on sockets, and a follower of their chain that stores in the test's database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

import dj_database_url
import pytest
from django.db import connections
from django.db.utils import ConnectionHandler

from accounts.models import User
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence
from tests.manual_clock import ManualClock
from tests.waiting import LIMIT_SECONDS
from wallets.chain_state import ChainState
from wallets.follower.chain_follower import ChainFollower
from wallets.follower.storage import ChainStorage
from wallets.follower.stored_chain import chains_enabled
from wallets.models import Chain, Token, Wallet
from wallets.nodes.node import NodeLimits
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings

P = ParamSpec("P")
T = TypeVar("T")
NAME = "simulated"
REQUIRED = 3
LIMITS = NodeLimits(open_seconds=15, answer_seconds=15)
"""As long as a busy machine may need; a test whose node says nothing sets a shorter one."""


class FollowingRig:
    """A simulated node that moves when a test says so, and who follows it."""

    def __init__(self, node: SimulatedNode, clock: ManualClock, url: str = "") -> None:
        self.node = node
        self.clock = clock
        self.limits = LIMITS
        self.url = url
        """Of a database that other processes reach; without it, it is the test's own."""
        self.follower: ChainFollower | None = None
        self.first = [(block.number, block.hash) for block in node.chain.blocks]
        """The chain's blocks, by number and hash, of before it is followed."""
        self.reported: list[tuple[ChainState | None, str]] = []
        self._database: DatabaseThread | None = None
        self._task: asyncio.Task[None] | None = None

    async def make_chain(self, *urls: str, watched: int = 2, owner: str = "owner", **columns: Any) -> None:
        """Make the chain's row, with wallets at the first accounts, of a user who is made where there is none."""
        await self._open_database()
        await self.read(self._make_chain, urls or (self.node.websocket_url,), watched, owner, columns)

    async def start(self, fence: Fence | None = None) -> None:
        """Follow the chain, behind a fence."""
        database = await self._open_database()
        (chain,) = await self.read(chains_enabled)
        storage = ChainStorage(
            chain.name,
            database,
            fence=fence,
            clock=self.clock,
            stored=lambda: None,
            report=lambda _, state, reason: self.reported.append((state, reason)),
        )
        self.follower = ChainFollower(chain, storage, clock=self.clock, limits=self.limits)
        self._task = asyncio.create_task(self.follower.run())

    async def stop(self) -> None:
        """Follow it no more, wherever the follower is."""
        if self._task is not None:
            self._task.cancel()
            raised = await self.ended()
            assert isinstance(raised, asyncio.CancelledError), raised

    async def ended(self) -> BaseException | None:
        """Wait until the follower ends; return what it has raised."""
        assert self._task is not None
        (raised,) = await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), LIMIT_SECONDS)
        self._task = None
        return raised

    async def close(self) -> None:
        """Follow it no more, and leave the database."""
        await self.stop()
        if self._database is not None:
            await self._database.stop()

    async def _open_database(self) -> DatabaseThread:
        """Return the one thread that asks the database."""
        if self._database is None:
            self._database = DatabaseThread("test-chain")
            if self.url:
                await self._database.run(_use, self.url)
        return self._database

    async def read(self, function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Read or write rows, as the follower does."""
        return await (await self._open_database()).run(function, *given, **named)

    async def row(self) -> Chain:
        """Return the chain's row."""
        return await self.read(Chain.objects.get, pk=NAME)

    async def caught_up(self) -> None:
        """Wait until the follower is at the node's head."""
        await self.until_row(lambda row: row.cursor_hash == self.node.chain.head.hash)

    async def until_reported(self, text: str) -> None:
        """Wait until something is reported with `text` in its reason that wasn't before."""
        known = len(self.reported)
        await self.until_row(lambda _: any(text in reason for _, reason in self.reported[known:]))

    async def start_over_from(self, number: int) -> None:
        """Have it followed from a block, as staff do."""
        await self.read(Chain.objects.filter(pk=NAME).update, followed_from=number)
        assert self.follower is not None
        self.follower.wake()

    async def until_row(self, condition: Callable[[Chain], bool], *, seconds: float = LIMIT_SECONDS) -> None:
        """Wait until the chain's row is so; fail after `seconds`.

        The clock moves on by just as much as all nodes are left alone for: by more, they would count as silent.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while not condition(row := await self.row()):
            assert self._task is None or not self._task.done(), self._task
            assert asyncio.get_running_loop().time() < deadline, (row.state, row.cursor_number, row.reason)
            if self.follower is not None:
                self.clock.advance(self.follower.pause)
            await asyncio.sleep(0.005)

    def control(self, action: str, **given: Any) -> Any:
        """Do what the control endpoint does."""
        return self.node._control.carry_out(action, {name: str(value) for name, value in given.items()})

    def send(self, sender: int, recipient: int, amount: int, token: int | None = None) -> str:
        """Have an account send; return the transaction's hash."""
        accounts, tokens = self.node.chain.accounts, list(self.node.chain.tokens)
        more = {} if token is None else {"token": tokens[token]}
        sent = self.control("send", **{"from": accounts[sender], "to": accounts[recipient], "amount": amount, **more})
        return str(sent["hash"])

    def _make_chain(self, urls: tuple[str, ...], watched: int, name: str, columns: dict[str, Any]) -> None:
        now = datetime(2020, 1, 1, tzinfo=UTC)  # before any block
        chain = Chain.objects.create(
            name=NAME,
            chain_id=31337,
            symbol="ETH",
            **{"nodes": list(urls), "confirmations": REQUIRED, "is_simulated": True, **columns},
        )
        owner, _ = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.com"})
        for token in self.node.chain.tokens.values():
            Token.objects.create(
                chain=chain, address=token.address, symbol=token.symbol, decimals=token.decimals, is_listed=True
            )
        for address in self.node.chain.accounts[:watched]:
            Wallet.objects.create(owner=owner, chain=chain, address=address, created_at=now)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def rig(clock: ManualClock, transactional_db: None) -> AsyncIterator[FollowingRig]:
    settings = ChainSettings(tick_interval=None, control=True, history=80)
    node = SimulatedNode(seed=7, clock=clock, settings=settings)
    await node.start()
    rig = FollowingRig(node, clock)
    yield rig
    await rig.close()
    await node.stop()


def _use(url: str) -> None:
    """Have this thread use a database of its own."""
    connections["default"] = ConnectionHandler({"default": dj_database_url.parse(url)})["default"]
