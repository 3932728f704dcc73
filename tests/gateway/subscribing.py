"""A session's subscriptions on a real hub and outbox, with the frames that leave for the client."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import InMemoryChannelLayer

from streaming import events
from streaming.commands.registry import CommandRegistry
from streaming.commands.user_limits import UserLimits, UserLimitSettings
from streaming.event_history.history import EventHistory, Position
from streaming.events import Envelope, NamedEvent
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.login.checking import CredentialCheck
from streaming.gateway.messages import SubscriptionOptions
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.sending.outbox import Outbox
from streaming.gateway.sending.slow_reader import OutboxLimits
from streaming.gateway.sending.transport import Transport
from streaming.gateway.session_context import SessionContext
from streaming.gateway.settings import GatewaySettings
from streaming.gateway.subscriptions.subscriptions import SessionSubscriptions
from streaming.identity.identity import Identity
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.symbols.directory import SymbolDirectory
from streaming.topics.dotted_names import key_of_named
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import OwnerLookup
from tests.gateway.authenticators import never_answers
from tests.manual_clock import ManualClock
from tests.topics_with import topics_with
from tests.waiting import until

USER = Identity(user_id="7", username="user", expires_at=2**53)
OTHER = Identity(user_id="8", username="other", expires_at=2**53)
STAFF = Identity(user_id="9", username="staff", expires_at=2**53, is_staff=True)

Sent = dict[str, Any]


class Site:
    """What the sessions of one process share: hub, registry, cache. Grid `a` is user 7's, `b` is user 8's."""

    def __init__(
        self,
        layer: InMemoryChannelLayer,
        cache: type[MemoryLastValues],
        registry: TopicRegistry | None = None,
        history: EventHistory | None = None,
    ) -> None:
        self.layer = layer
        self.clock = ManualClock()
        self.chains: set[str] = set()
        self.owners_of_grid: OwnerLookup = owners_of_grid
        self.registry = registry or topics_with({"grid": self._owners_of_grid}, chains=self.chains)
        self.cache = cache(maximum_age=5, clock=self.clock)
        self.hub = Hub(layer, self.registry, clock=self.clock, last_values=self.cache, history=history, linger=0)
        self._session_context = SessionContext(
            hub=self.hub,
            registry=self.registry,
            symbols=SymbolDirectory(self.hub),
            clock=self.clock,
            gatherer=Gatherer(0),
            settings=GatewaySettings(),
            credential_check=CredentialCheck(never_answers, seconds=10),
            commands=CommandRegistry(),
            user_limits=UserLimits(UserLimitSettings(), self.clock),
        )

    async def _owners_of_grid(self, grid: str) -> frozenset[str]:
        """Return what the present lookup says, which a test may change."""
        return await self.owners_of_grid(grid)

    async def cache_of_another_process(self, event: NamedEvent) -> None:
        """Let the shared cache hold a value that was published where nobody here could hear it."""
        body = events.encode(Envelope(epoch=0, sequence=0, event=event))
        await self.cache.write({key_of_named(event.channel): body})

    def client(self, identity: Identity | None, dialect: Dialect | None = None) -> "Subscriber":
        """Return a client that has connected as `identity`."""
        return Subscriber(self._session_context, identity, dialect or MarketDialect(self.clock))


class Subscriber:
    """One client: what it subscribes, and what it is sent."""

    def __init__(self, context: SessionContext, identity: Identity | None, dialect: Dialect) -> None:
        self.sent: list[Sent] = []
        self.reads = asyncio.Event()
        self.reads.set()
        clock = context.clock
        self.outbox = Outbox(Transport(self._take), context.gatherer, clock, OutboxLimits(), on_slow=lambda: None)
        self.subscriptions = SessionSubscriptions(
            context, dialect=dialect, outbox=self.outbox, identity=identity, changed=lambda: None
        )

    async def subscribe(
        self,
        *channels: str,
        throttle_ms: int = 0,
        batch: bool = False,
        since: Mapping[str, Position] | None = None,
    ) -> None:
        """Ask for channels, and wait for all answers."""
        options = SubscriptionOptions(throttle_ms=throttle_ms, batch=batch, since=since)
        await self.subscriptions.subscribe(channels, options)

    async def unsubscribe(self, *channels: str) -> None:
        """Give channels up, and wait for all answers."""
        await self.subscriptions.unsubscribe(channels)

    async def took(self, count: int) -> list[Sent]:
        """Wait for the first `count` frames that have not been taken, and take them."""
        await until(lambda: len(self.sent) >= count)
        taken, self.sent = self.sent[:count], self.sent[count:]
        return taken

    async def _take(self, message: Mapping[str, Any]) -> None:
        if not self.reads.is_set():
            await self.reads.wait()
        self.sent.append(json.loads(message["text"]))


async def owners_of_grid(grid: str) -> frozenset[str]:
    """Say whose a grid is."""
    return {"a": frozenset({"7"}), "b": frozenset({"8"})}.get(grid, frozenset())


@asynccontextmanager
async def site(
    layer: InMemoryChannelLayer | None = None,
    *,
    cache: type[MemoryLastValues] = MemoryLastValues,
    registry: TopicRegistry | None = None,
    history: EventHistory | None = None,
) -> AsyncIterator[Site]:
    """Run a hub until the end of the `async with`."""
    running = Site(layer or InMemoryChannelLayer(capacity=10_000), cache, registry, history)
    await running.hub.start()
    try:
        yield running
    finally:
        await running.hub.stop()
