"""What one session is subscribed to: each spelling is a subscription of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any

from streaming.event_history.history import Position
from streaming.gateway import errors
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.errors import RefusedError
from streaming.gateway.messages import SubscriptionOptions
from streaming.gateway.sending.outbox import Outbox
from streaming.gateway.sending.pacing import Pace
from streaming.gateway.session_context import SessionContext
from streaming.gateway.subscriptions import access
from streaming.gateway.subscriptions.catching_up import Since
from streaming.gateway.subscriptions.dotted import DottedSubscriber
from streaming.gateway.subscriptions.dotted_subscription import DottedSubscription
from streaming.gateway.subscriptions.numbered_subscription import NumberedSubscription
from streaming.gateway.subscriptions.permitted_topics import PermittedTopics
from streaming.gateway.subscriptions.request_queue import Request, RequestQueue
from streaming.gateway.subscriptions.subscription import Subscription
from streaming.gateway.subscriptions.subscription_factory import SubscriptionFactory
from streaming.identity.identity import Identity
from streaming.topics import patterns
from streaming.topics.patterns import WILDCARD
from streaming.topics.topic import Topic

ANSWERS_AT_A_TIME = 50
"""After so many answers the others of the process have their turn: one message may name thousands of channels."""

NO_OPTIONS = SubscriptionOptions()

Answer = Callable[[str], Awaitable[None]]
Ready = Callable[[tuple[str, ...]], Awaitable[None]]


class SessionSubscriptions:
    """The channels of a session.

    Requests are answered in the order in which they came; but one that waits for symbols to be known holds up no other,
    unless it names a channel of the other's.
    """

    def __init__(
        self,
        context: SessionContext,
        *,
        dialect: Dialect,
        outbox: Outbox,
        identity: Identity | None,
        changed: Callable[[], None],
    ) -> None:
        self._hub = context.hub
        self._registry = context.registry
        self._clock = context.clock
        self._settings = context.settings
        self._dialect = dialect
        self._outbox = outbox
        self._topics = PermittedTopics(context, identity)
        self._changed = changed
        self._dotted = DottedSubscriber(
            self._hub, self._registry.dotted, dialect=dialect, outbox=outbox, identity=identity
        )
        self._maker = SubscriptionFactory(context, dialect, self._dotted)
        self._held: dict[str, Subscription] = {}
        self._accepted: dict[str, Subscription | None] = {}
        """What is still to be acknowledged, of the request that has its turn; None for what is held already."""
        self._requests = RequestQueue(maximum_names=4 * self._settings.maximum_subscriptions)
        self._widening: set[asyncio.Task[None]] = set()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels as the client spelled them, oldest first."""
        return tuple(self._held)

    async def answered_channels(self) -> tuple[str, ...]:
        """Return the `channels` once every request that has come is answered; that is within seconds."""
        await self._requests.finished()
        return self.channels

    @property
    def market_channels(self) -> tuple[str, ...]:
        """Those of the channels that anyone may read."""
        return tuple(channel for channel, held in self._held.items() if self._registry.is_public(held.topic))

    def hears(self, topic: Topic) -> bool:
        """Return whether one of the channels tells of `topic`; where its owner is `me`, that is whoever reads here."""
        return any(access.covers(held.topic, topic) for held in self._held.values())

    async def has_room(self) -> None:
        """Wait until few enough channels wait to be answered; whoever asks for more is not read meanwhile."""
        await self._requests.has_room()

    def subscribe(
        self, channels: tuple[str, ...], options: SubscriptionOptions = NO_OPTIONS
    ) -> Coroutine[Any, Any, None]:
        """Take a request now, in its place; return the work, which answers for the channels as the dialect does.

        One that is refused leaves the others alone. Requests of one session are taken in the order of its messages.
        `options` are for the channels that are new. Raise `InvalidSinceError` where they name what can't be resumed.
        """
        access.check_since(options.since or (), self._registry)
        request, pace = self._requests.add(channels), self._pace(options)
        since = options.since
        if self._dialect.answers_each:
            return self._work(request, partial(self._subscribe, pace, since), ready=self._topics.symbols_are_known)
        accept = partial(self._accept_or_refuse, pace, since)
        return self._work(request, accept, ready=self._topics.symbols_are_known, finish=self._begin_accepted)

    def unsubscribe(self, channels: tuple[str, ...]) -> Coroutine[Any, Any, None]:
        """Take a request as `subscribe` does; no frame of a channel comes after the answer that it was given up."""
        request = self._requests.add(channels)
        if self._dialect.answers_each:
            return self._work(request, self._unsubscribe, ready=_at_once)
        return self._work(request, self._give_up, ready=_at_once, finish=lambda: self._tell_given_up(channels))

    def identity_changed(self, identity: Identity) -> None:
        """Take note that somebody has logged in, or renewed the login; what may be read no longer is given up.

        For that the client gets an error frame each; no other subscription is lost. One who has become staff soon sees
        everybody's events in the dotted names that are held.
        """
        self._topics.identity = self._dotted.identity = identity
        for channel, held in list(self._held.items()):
            if (refusal := self._topics.refusal(held.topic)) is not None:
                self._release(channel)
                self._refuse(refusal, channel)
        self._widen()

    def release_all(self) -> None:
        """Give all channels up without a word."""
        for task in self._widening:
            task.cancel()
        for channel in self.channels:
            self._release(channel)

    # -- requests -----------------------------------------------------------------------------------------------

    async def _work(
        self, request: Request, answer: Answer, *, ready: Ready, finish: Callable[[], None] | None = None
    ) -> None:
        async with self._requests.turn(request, lambda: ready(request.names)):
            try:
                await self._answer_all(request.names, answer)
                if finish is not None:
                    finish()
            finally:
                self._end_accepted()
            self._changed()

    async def _answer_all(self, channels: tuple[str, ...], answer: Answer) -> None:
        for count, channel in enumerate(channels, start=1):
            await self._outbox.drain()
            await answer(channel)
            if count % ANSWERS_AT_A_TIME == 0:
                await asyncio.sleep(0)

    # -- subscribing --------------------------------------------------------------------------------------------

    def _pace(self, options: SubscriptionOptions) -> Pace:
        return Pace(
            self._outbox,
            self._dialect.batch,
            throttle=options.throttle_ms / 1000,
            batch=options.batch,
            gather=self._settings.gather_window_seconds,
            clock=self._clock,
        )

    async def _subscribe(self, pace: Pace, since: Since, channel: str) -> None:
        await self._accept_or_refuse(pace, since, channel)
        self._begin_accepted()

    async def _accept_or_refuse(self, pace: Pace, since: Since, channel: str) -> None:
        try:
            await self._accept(pace, since, channel)
        except RefusedError as error:
            self._refuse(error, channel)

    async def _accept(self, pace: Pace, since: Since, channel: str) -> None:
        """Prepare a subscription, that it can begin once it is acknowledged."""
        if channel in self._held or channel in self._accepted:
            self._accepted.setdefault(channel, None)
            return
        topic = await self._topics.of(channel)
        new = sum(subscription is not None for subscription in self._accepted.values())
        if len(self._held) + new >= self._settings.maximum_subscriptions:
            raise errors.subscription_limit(self._settings.maximum_subscriptions)
        resumes = None if since is None else await self._resumes(topic, channel, since)
        subscription = self._maker.make(topic, channel, pace, self._topics.identity, resumes)
        try:
            await subscription.prepare()
        except BaseException:
            subscription.end()  # its outlet would stay with those of the same message, and keep their timer alive
            raise
        self._accepted[channel] = subscription

    async def _resumes(self, topic: Topic, channel: str, since: Mapping[str, Position]) -> dict[str, Position | None]:
        """Return what a subscription resumes: its channel, or those below its pattern that no other has resumed.

        One that may not be read is refused, as if it had been subscribed.
        """
        if not topic.is_dotted:
            return {channel: since.get(channel)}
        resumes: dict[str, Position | None] = {}
        for name in since if WILDCARD in topic.name else (channel,):
            if not patterns.can_match(topic.name, name) or self._is_resumed(name):
                continue
            try:
                await self._topics.of(name)
            except RefusedError as error:
                self._refuse(error, name)
            else:
                resumes[name] = since.get(name)
        return resumes

    def _is_resumed(self, name: str) -> bool:
        """Return whether the client hears a channel already, or will by what is still to be acknowledged."""
        accepted = (one.resumes for one in self._accepted.values() if isinstance(one, DottedSubscription))
        return self._dotted.hears(name) or any(name in resumes for resumes in accepted)

    def _begin_accepted(self) -> None:
        """Acknowledge what was accepted, then tell the last values; nothing newer can slip in between the two."""
        self._drop_forbidden()
        accepted, self._accepted = self._accepted, {}
        new = {channel: subscription for channel, subscription in accepted.items() if subscription is not None}
        self._held.update(new)
        if accepted or not self._dialect.answers_each:
            active, now_ms = len(self._held), self._clock.now_ms()
            resumed = _resumed(new.values())
            answer = self._dialect.subscribed(tuple(accepted), active=active, now_ms=now_ms, resumed=resumed)
            self._outbox.push([answer])
        for subscription in new.values():
            subscription.begin()
        self._widen()

    def _drop_forbidden(self) -> None:
        """Refuse what was accepted, and may be read no longer since the login was renewed a moment ago."""
        for channel, subscription in list(self._accepted.items()):
            if subscription is not None and (refusal := self._topics.refusal(subscription.topic)) is not None:
                subscription.end()
                self._refuse(refusal, channel)
                del self._accepted[channel]
            elif subscription is None and channel not in self._held:  # the client has been told
                del self._accepted[channel]

    def _end_accepted(self) -> None:
        """Give back what was prepared for a request that came to no end."""
        accepted, self._accepted = self._accepted, {}
        for subscription in accepted.values():
            if subscription is not None:
                subscription.end()

    # -- unsubscribing ------------------------------------------------------------------------------------------

    async def _unsubscribe(self, channel: str) -> None:
        self._release(channel)
        self._tell_given_up((channel,))

    async def _give_up(self, channel: str) -> None:
        self._release(channel)

    def _tell_given_up(self, channels: tuple[str, ...]) -> None:
        active, now_ms = len(self._held), self._clock.now_ms()
        given_up = tuple(dict.fromkeys(channels))
        self._outbox.push([self._dialect.unsubscribed(given_up, active=active, now_ms=now_ms)])

    def _release(self, channel: str) -> None:
        held = self._held.pop(channel, None)
        if held is not None:
            held.end()

    # -- reading -----------------------------------------------------------------------------------------------

    def _refuse(self, error: RefusedError, channel: str) -> None:
        self._outbox.push([self._dialect.error(error, channel, self._clock.now_ms())])

    def _widen(self) -> None:
        """Let those dotted names bring everybody's events that were subscribed before the user was staff."""
        for held in self._held.values():
            if isinstance(held, DottedSubscription) and held.is_narrow:
                task = asyncio.get_running_loop().create_task(held.widen())
                self._widening.add(task)
                task.add_done_callback(self._widening.discard)


def _resumed(begun: Iterable[Subscription]) -> dict[str, dict[str, Any]]:
    """Return by channel what the answer says of the history of what begins now."""
    resumed: dict[str, dict[str, Any]] = {}
    for one in begun:
        if isinstance(one, NumberedSubscription | DottedSubscription):
            resumed |= one.resumed()
    return resumed


async def _at_once(channels: tuple[str, ...]) -> None:
    """Nothing is waited for."""
