"""`run_deliveries`: carries notifications to their users. Any number may run side by side.

A turn asks what is due, claims as much as there is room for, and lets it be sent beside the next turns. Turns follow
each other while there is work; else a wake-up, a finished attempt or the poll begins the next one.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from accounts.mails.sending import AccountMailSender
from alerts.deliveries import services
from alerts.deliveries.channels.transports import channel_transports
from alerts.deliveries.message import Message as Delivered
from alerts.deliveries.selectors import due_channels
from alerts.deliveries.sending import outcomes
from alerts.deliveries.sending.attempts import attempt_all
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.timing.caps import capped_tell
from alerts.deliveries.timing.digests import held_release, users_with_held
from alerts.deliveries.timing.retrying import RetryRules
from alerts.deliveries.wake_ups import listen_for_delivery_wake_ups
from alerts.models import ChannelChoices
from streaming.batches import batched
from streaming.clock import Clock, SystemClock
from streaming.database.errors import DATABASE_OUTAGES, AnyDatabaseError
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.process import new_process_id
from streaming.workers.waiting import wait_for
from streaming.workers.worker import WorkerContext

_GRACE_SECONDS = 2.0
_STORE_AGAIN_SECONDS = 0.5
_RENEWALS = 3
"""How often a lease is renewed in its time, so that one that fails costs nothing."""

logger = structlog.get_logger(__name__)


async def carry_deliveries(context: WorkerContext) -> None:
    """Send deliveries, and the mails about accounts, until cancelled."""
    mails = AccountMailSender(poll_seconds=settings.DELIVERIES_POLL_SECONDS, clock=context.clock)
    async with asyncio.TaskGroup() as beside:
        beside.create_task(mails.run(), name="mails about accounts")
        await DeliveriesWorker(context.hub, clock=context.clock, holder=context.holder).run()


class DeliveriesWorker:
    """Claims the deliveries that are due and sends them, until it is cancelled."""

    def __init__(self, hub: Hub, *, clock: Clock | None = None, holder: str | None = None) -> None:
        self._hub = hub
        self._clock = clock or SystemClock()
        self.holder = holder or new_process_id()
        self._transports = channel_transports(hub, self._clock)
        self._rules = RetryRules(
            attempts=settings.DELIVERIES_ATTEMPTS,
            first_seconds=settings.DELIVERIES_RETRY_SECONDS,
            longest_seconds=settings.DELIVERIES_LONGEST_RETRY_SECONDS,
        )
        self._chance = random.Random()  # noqa: S311 - it spreads attempts, and keeps no secret
        self._sending: dict[ChannelChoices, dict[asyncio.Task[None], frozenset[int]]] = {
            channel: {} for channel in self._transports
        }
        self._unmarked: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._outage = Outage("database of the deliveries", self._clock)

    async def run(self) -> None:
        """Deliver until cancelled; then what is being sent has a moment to end, and the rest is given back."""
        listening = asyncio.create_task(listen_for_delivery_wake_ups(self._hub, heard=self._wake))
        logger.info("deliveries are carried", holder=self.holder)
        try:
            while True:
                self._woken.clear()
                if not await self._turn_if_possible():
                    await wait_for(self._woken, settings.DELIVERIES_POLL_SECONDS)
        finally:
            listening.cancel()
            await self._leave()

    def _wake(self, _: Message) -> None:
        self._woken.set()

    async def _turn_if_possible(self) -> bool:
        try:
            worked = await self._turn()
        except AnyDatabaseError as error:
            self._outage.failed(error)
            return False
        self._outage.worked()
        return worked

    async def _turn(self) -> bool:
        """Begin what is due and has room; return whether there was any."""
        work = await database_sync_to_async(due_channels)(now=self._now())
        released = work.has_held and await self._release_held()
        due = [channel for channel in self._transports if channel in work.channels]
        claimed = [await self._apart(self._claim(channel), channel=channel) for channel in due]
        return released or any(claimed)

    async def _release_held(self) -> bool:
        """Let go out what quiet hours have held up."""
        users = await database_sync_to_async(users_with_held)(now=self._now())
        released = [
            await self._apart(database_sync_to_async(held_release)(user_id=user_id, now=self._now()), user=user_id)
            for user_id in users
        ]
        return any(released)

    async def _apart(self, part: Awaitable[bool], **what: object) -> bool:
        """Do a part of a turn, and return what it does; where it is refused by itself it holds up no other."""
        try:
            return await part
        except DATABASE_OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is: the others are as good as ever
            logger.error("what is due can't be seen to", **what, reason=repr(error))  # noqa: TRY400 - each second
            return False

    async def _claim(self, channel: ChannelChoices) -> bool:
        transport, capacity = self._transports[channel], self._capacity(channel)
        if capacity.most <= 0 or not self._unmarked.isdisjoint(self._sending[channel]):
            return False
        claimed = await database_sync_to_async(services.deliveries_claim)(
            channel=channel,
            holder=self.holder,
            now=self._now(),
            lease_seconds=settings.DELIVERIES_LEASE_SECONDS,
            capacity=capacity,
        )
        for messages in batched(claimed.messages, transport.batch):
            self._begin(channel, messages)
        if claimed.capped:
            await database_sync_to_async(capped_tell)(capped=claimed.capped, now=self._now())
        return claimed.found > 0

    def _capacity(self, channel: ChannelChoices) -> DeliveryCapacity:
        """Return for how many more there is room; of a user's in one batch, one is sent at a time."""
        batch, sending = self._transports[channel].batch, self._sending[channel]
        taken = Counter(user_id for users in sending.values() for user_id in users)
        return DeliveryCapacity(
            most=(self._transports[channel].slots - len(sending)) * batch,
            most_each=settings.DELIVERIES_PER_USER * batch,
            taken={user_id: count * batch for user_id, count in taken.items()},
        )

    def _begin(self, channel: ChannelChoices, messages: Sequence[Delivered]) -> None:
        task = asyncio.create_task(self._carry(channel, messages), name=f"deliveries by {channel}")
        self._sending[channel][task] = frozenset(message.user_id for message in messages)
        task.add_done_callback(lambda done: self._finish(channel, done))

    def _finish(self, channel: ChannelChoices, task: asyncio.Task[None]) -> None:
        del self._sending[channel][task]
        self._unmarked.discard(task)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()):
            logger.error("a batch could not be carried; it is sent again when its lease ends", exc_info=error)

    async def _carry(self, channel: ChannelChoices, messages: Sequence[Delivered]) -> None:
        """Send a batch, and store what has become of it."""
        began = time.perf_counter()
        async with self._lease_renewed(messages):
            sent, failures = await attempt_all(self._transports[channel], messages, self._rules, self._chance)
        took_ms = round((time.perf_counter() - began) * 1000)
        if sent:
            known: dict[str, Any] = {"messages": sent, "took_ms": took_ms}
            await self._store(services.deliveries_sent, outcomes.deliveries_sent_in_parts, **known)
        if failures:
            known = {"failures": failures, "took_ms": took_ms}
            await self._store(services.deliveries_failed, outcomes.deliveries_failed_in_parts, **known)

    @asynccontextmanager
    async def _lease_renewed(self, messages: Sequence[Delivered]) -> AsyncIterator[None]:
        """Renew the lease of what is being sent for as long as that takes, or another would send it, too."""
        renewing = asyncio.create_task(self._renew(messages))
        try:
            yield
        finally:
            renewing.cancel()

    async def _renew(self, messages: Sequence[Delivered]) -> None:
        lease_seconds = settings.DELIVERIES_LEASE_SECONDS
        while True:
            await asyncio.sleep(lease_seconds / _RENEWALS)
            try:
                await database_sync_to_async(services.deliveries_renew)(
                    messages=messages, holder=self.holder, now=self._now(), lease_seconds=lease_seconds
                )
            except AnyDatabaseError as error:
                self._outage.failed(error)

    async def _store(self, whole: Callable[..., None], in_parts: Callable[..., None], **outcome: Any) -> None:
        """Store what has become of a batch; of one that is refused as a whole, what is taken."""
        try:
            await self._stored(whole, **outcome)
        except Exception as error:  # noqa: BLE001 - whatever it is, it would be the same again
            logger.warning("what became of a batch is refused as a whole", reason=repr(error))
            await self._stored(in_parts, **outcome)

    async def _stored(self, service: Callable[..., None], **outcome: Any) -> None:
        """Ask the database until it answers: else all of the batch would be sent again. Raise what it refuses.

        Until then no more is claimed of the channel: the first would be this very batch, once its lease has ended.
        """
        while True:
            try:
                await database_sync_to_async(service)(**outcome, holder=self.holder, now=self._now())
            except DATABASE_OUTAGES as error:
                self._outage.failed(error)
                self._note_unmarked()
                await asyncio.sleep(_STORE_AGAIN_SECONDS)
            else:
                return

    def _note_unmarked(self) -> None:
        if (task := asyncio.current_task()) is not None:
            self._unmarked.add(task)

    async def _leave(self) -> None:
        tasks = [task for sending in self._sending.values() for task in sending]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(AnyDatabaseError, TimeoutError):  # the leases end by themselves
            async with asyncio.timeout(_GRACE_SECONDS):
                await database_sync_to_async(services.deliveries_give_back)(holder=self.holder)

    def _now(self) -> datetime:
        return moment(self._clock.now_ms())
