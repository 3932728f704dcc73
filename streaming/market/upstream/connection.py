"""One connection to the exchange's streams, from its handshake to its end.

A thin shell: what to ask for, how fast, and what silence means is decided by `StreamSubscriptions`, `Pacer` and
`Silence`. The reader never waits: it parses a frame and hands the message on.
"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

import structlog
from websockets.asyncio.client import ClientConnection

from streaming.market.sources import messages
from streaming.market.sources.messages import Received
from streaming.market.upstream.connection_context import ConnectionContext
from streaming.market.upstream.failure import SilentError, UnansweredError
from streaming.market.upstream.pacing import Pacer
from streaming.market.upstream.repairs import Repairs
from streaming.market.upstream.silence import Silence
from streaming.market.upstream.subscriptions.stream_subscriptions import Changes, StreamSubscriptions
from streaming.market.upstream.web_socket import WebSocket, open_socket
from streaming.workers.waiting import until_one_ends, wait_for

logger = structlog.get_logger(__name__)


class Owner(Protocol):
    """Whoever keeps connections. What is called here must neither wait nor block."""

    def opened(self, connection: "Connection") -> None:
        """Take note that a connection was made."""

    def heard(self, connection: "Connection", received: Received) -> None:
        """Take an event of a stream."""

    def shutdown_announced(self, connection: "Connection") -> None:
        """Take note that the exchange is about to end a connection."""

    def flowing(self, connection: "Connection", streams: frozenset[str]) -> None:
        """Take note that streams were acknowledged."""

    def broken(self, connection: "Connection", streams: frozenset[str], reason: str) -> None:
        """Take note that streams flow no longer, though they should, and are asked for again."""

    def changed(self) -> None:
        """Look at the connections again, soon."""


class Connection:
    """Runs one connection to the exchange's streams, from its handshake to its end.

    `doubtful`: the one before was ended because the exchange was silent.
    """

    def __init__(self, address: str, owner: Owner, context: ConnectionContext, *, doubtful: bool = False) -> None:
        limits, clock = context.limits, context.clock
        self.address = address
        self.began_at = clock.monotonic()
        self.drains_until: float | None = None
        self._owner = owner
        self._url = context.source.stream_url(address)
        self._session = context.source.session()
        self._limits = limits
        self._counts = context.counts
        canary = limits.silence.canary
        self._subscriptions = StreamSubscriptions(
            limits.subscriptions, clock, wording=self._session, pinned=(canary,) if canary else ()
        )
        self._pacer = Pacer(limits.send_interval, clock)
        self._silence = Silence(
            limits.silence,
            context.history,
            clock,
            update_frequency_of=context.source.update_frequency_of,
            doubtful=doubtful,
        )
        self._repairs = Repairs(clock)
        self._changed = asyncio.Event()
        self._was_stale = False
        self.is_open = False
        self.is_ending = False

    @property
    def active(self) -> frozenset[str]:
        """The streams that the exchange has acknowledged, the canary too."""
        return self._subscriptions.active

    @property
    def lingering(self) -> frozenset[str]:
        """Those of them that nobody wants any more."""
        return self._subscriptions.lingering

    @property
    def is_settled(self) -> bool:
        """True where all that is wanted was asked for and answered."""
        return self.is_open and self._subscriptions.is_settled

    @property
    def event_at(self) -> float | None:
        """When the last event came (monotonic seconds); None before the first."""
        return self._silence.event_at

    @property
    def is_stale(self) -> bool:
        """True where nothing has come for longer than what is subscribed allows."""
        return self._silence.is_stale

    @property
    def is_well(self) -> bool:
        """True where it brings what it should, or nothing is subscribed that would prove it."""
        has_proved_itself = self.event_at is not None or (self.is_settled and not self._silence.expects_events)
        return self.is_open and not self.is_stale and has_proved_itself

    def is_silent(self, stream: str) -> bool:
        """Return whether a stream has said nothing for longer than one of its kind does."""
        return self._silence.is_silent(stream)

    def want(self, streams: Iterable[str]) -> None:
        """Make `streams` what the exchange is to send; what is no longer wanted ends after its linger."""
        self._subscriptions.want(streams)
        self._changed.set()

    def drain(self, until: float) -> None:
        """Send nothing more, and only hand on what comes; `until` is for the owner to keep."""
        self.drains_until = until
        self._changed.set()

    async def run(self) -> None:
        """Connect and serve; always ends by raising."""
        async with open_socket(self._url, self._limits) as socket:
            if isinstance(socket, WebSocket):
                socket.heard, socket.said = self._silence.frame, self._pacer.sent
            self._silence.frame()
            self.is_open = True
            self._owner.opened(self)
            try:
                await until_one_ends(self._read(socket), self._send(socket), self._watch())
            except (SilentError, UnansweredError):
                socket.transport.abort()  # nobody is there to take leave of
                raise
            finally:
                await socket.close()

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            for received in self._session.read(await socket.recv(decode=False)):
                try:
                    self._take(received)
                except Exception:
                    logger.exception("a message of the exchange could not be handled", stream=received.stream)

    def _take(self, received: Received) -> None:
        match received.message:
            case messages.Answer(request_id=request_id, result=result, streams=streams):
                self._apply(self._subscriptions.accepted(request_id, result, streams))
            case messages.Refusal(request_id=request_id, code=code, message=message, streams=streams):
                self._counts.refused_requests += 1
                self._subscriptions.refused(request_id, f"{code} {message}", streams)
                self._look_again()
            case messages.Broken(reason=reason):
                self._repair(received.stream, reason)
            case messages.ServerShutdownMessage():
                self.is_ending = True
                self._owner.shutdown_announced(self)
            case messages.ExchangeState(state=state):
                logger.warning("the exchange says how it is", state=state)
            case messages.Unknown() | messages.Unreadable() as message:
                self._counts.useless(message)
            case _:
                is_first = self.event_at is None
                self._silence.event(received.stream)
                if is_first or self._was_stale:
                    self._tell_staleness()
                    self._owner.changed()
                self._owner.heard(self, received)

    def _apply(self, changes: Changes) -> None:
        self._silence.ended(changes.ended | changes.missing)
        self._silence.forget(name for name in changes.ended if not self._subscriptions.wants(name))
        self._silence.acknowledged(changes.started)
        self._counts.differences += changes.differences
        if changes.missing:
            self._owner.broken(self, changes.missing, "the exchange no longer had them subscribed")
        if changes.started:
            self._owner.flowing(self, changes.started)
        self._look_again()

    def _look_again(self) -> None:
        self._changed.set()
        self._owner.changed()

    async def _send(self, socket: ClientConnection) -> None:
        while self.drains_until is None:
            self._changed.clear()
            self._subscriptions.expire()
            if self._subscriptions.is_exhausted:
                raise UnansweredError("the exchange does not answer requests")
            await asyncio.sleep(self._pacer.wait)
            if self._pacer.wait:  # a ping or a pong has left meanwhile
                continue
            request = self._subscriptions.next_request()
            if request is None:
                await wait_for(self._changed, self._subscriptions.wait)
                continue
            self._pacer.sent()
            await socket.send(request, text=True)
        await asyncio.get_running_loop().create_future()

    async def _watch(self) -> None:
        while True:
            if self.drains_until is None:
                self._judge()
            await asyncio.sleep(self._silence.wait)

    def _judge(self) -> None:
        verdict = self._silence.judge()
        if verdict.dead:
            raise SilentError(verdict.dead)
        self._subscribe_again(verdict.resubscribe, "silent for too long")
        for stream in verdict.unbegun:
            self._repair(stream, "acknowledged, but nothing came")
        self._tell_staleness()

    def _repair(self, stream: str, reason: str) -> None:
        if stream in self._subscriptions.active and self._repairs.admit(stream):
            self._subscribe_again(frozenset({stream}), reason)

    def _subscribe_again(self, streams: frozenset[str], reason: str) -> None:
        if broken := self._subscriptions.resubscribe(streams):
            self._counts.resubscribed += len(broken)
            logger.warning("streams are subscribed again", streams=sorted(broken), reason=reason)
            self._owner.broken(self, broken, f"{reason}: subscribed again")
            self._look_again()

    def _tell_staleness(self) -> None:
        if self._was_stale is not self.is_stale:
            self._was_stale = not self._was_stale
            self._owner.changed()
