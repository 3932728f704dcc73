"""The evaluator that holds the lease, for as long as it holds it.

Events are evaluated as they come, on the event loop; one task stores what they change, in order, and takes changed
rules over between two batches. While the database is away, what is to be stored waits.
"""

import asyncio
import time
from collections.abc import Callable

import structlog
from django.conf import settings

from alerts.deliveries.wake_ups import wake_deliveries
from alerts.firing.alert_publisher import AlertPublisher
from alerts.firing.past_candles import PastCandles, PastCandlesLoader
from alerts.firing.rules import Opened, changed_rules, follow, unlisted_symbols
from alerts.firing.series_values import ReadEvent
from alerts.firing.storing.old_series import old_series_forget
from alerts.firing.storing.partial_storage import firing_store_in_parts
from alerts.firing.storing.storage import firing_store
from alerts.firing.types import Batch, Stored
from alerts.metrics import EVALUATION_SECONDS, FIRINGS, STORING_SECONDS
from streaming.clock import Clock
from streaming.database.errors import DATABASE_OUTAGES, AnyDatabaseError
from streaming.outage import Outage
from streaming.times import moment
from streaming.topics.topic import Topic
from streaming.tracing.spans import span
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from streaming.workers.topic_subscriber import TopicSubscriber
from streaming.workers.waiting import wait_for

_RETRY_SECONDS = 0.5
_LISTINGS_SECONDS = 30.0
_OLD_SERIES_SECONDS = 3600.0
_SHOWN = 200
"""Rules that show the newest value at each checkpoint, though nothing else of them has changed."""

Store = Callable[..., Stored]

logger = structlog.get_logger(__name__)


class ActiveEvaluator:
    """Evaluates events as they come, and stores what they change.

    It works on an evaluation that was opened, and has replayed what was heard since.
    """

    def __init__(
        self,
        opened: Opened,
        *,
        database: DatabaseThread,
        subscriber: TopicSubscriber,
        alert_publisher: AlertPublisher,
        fence: Fence | None,
        clock: Clock,
    ) -> None:
        self._evaluation = opened.evaluation
        self._changes = opened.changes
        self._database = database
        self._subscriber = subscriber
        self._alert_publisher = alert_publisher
        self._fence = fence
        self._clock = clock
        self._past_candles = PastCandlesLoader(opened.evaluation, PastCandles(clock), self._wake_if_fired)
        self._walked: int | None = None
        """How far the walk over old series has come that is under way."""
        self._woken = asyncio.Event()
        self._outage = Outage("database of the alerts", clock)

    @property
    def rule_count(self) -> int:
        """How many rules are evaluated."""
        return self._evaluation.rule_count

    def hear(self, topic: Topic, event: ReadEvent) -> None:
        """Evaluate an event that comes now."""
        began = time.perf_counter()
        self._evaluation.take(topic, event)
        EVALUATION_SECONDS.measure(time.perf_counter() - began)
        self._wake_if_fired()

    async def run(self) -> None:
        """Evaluate until cancelled; raise a group with `LeaseLostError` where another has the lease."""
        logger.info("alerts are evaluated", rules=self._evaluation.rule_count, topics=len(self._evaluation.topics))
        self._wake_if_fired()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep())
            tasks.create_task(self._past_candles.run())

    async def _keep(self) -> None:
        """Store, and follow the rules, each when it is due."""
        changes = Due(settings.ALERTS_RULE_CHANGES_SECONDS, self._clock)
        checkpoint = Due(settings.ALERTS_CHECKPOINT_SECONDS, self._clock)
        listings = Due(_LISTINGS_SECONDS, self._clock)
        old_series = Due(_OLD_SERIES_SECONDS, self._clock)
        while True:
            self._woken.clear()
            self._evaluation.tick()
            is_checkpoint = checkpoint.is_now()
            if is_checkpoint:
                self._evaluation.show(_SHOWN)
            if self._evaluation.has_fired:
                with span("firings stored"):
                    await self._store(self._evaluation.take_batch(whole=is_checkpoint))
            elif is_checkpoint:
                await self._store(self._evaluation.take_batch(whole=True))
            if changes.is_now():
                await self._follow_rules()
            if listings.is_now():
                await self._look_at_listings()
            if old_series.is_now():
                self._walked = 0
            await self._forget_old_series()
            await wait_for(self._woken, min(changes.seconds, checkpoint.seconds))

    async def _store(self, batch: Batch) -> None:
        """Store a batch, however long the database is away; of one that is refused as a whole, what is taken."""
        if batch.is_empty:
            return
        began = time.perf_counter()
        try:
            stored = await self._stored(firing_store, batch)
        except LeaseLostError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it would be the same again
            logger.warning("a batch is refused as a whole", reason=repr(error))
            stored = await self._stored(firing_store_in_parts, batch)
        STORING_SECONDS.measure(time.perf_counter() - began)
        FIRINGS.add(by=len(stored.alerts))
        self._evaluation.give_up(stored.refused)
        self._alert_publisher.tell(stored.alerts)
        if stored.notifications:
            await wake_deliveries()

    async def _stored(self, store: Store, batch: Batch) -> Stored:
        """Ask the database until it answers; raise what it says where it is not away."""
        while True:
            try:
                stored = await self._database.run(
                    store,
                    batch=batch,
                    noted_changes=self._changes.noted,
                    fence=self._fence,
                    now=moment(self._clock.now_ms()),
                )
            except DATABASE_OUTAGES as error:
                self._outage.failed(error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self._outage.worked()
                return stored

    async def _follow_rules(self) -> None:
        try:
            changed = await self._database.run(changed_rules, self._changes)
        except AnyDatabaseError as error:
            self._outage.failed(error)
            return
        follow(self._evaluation, changed)
        await self._subscriber.want(self._evaluation.topics)
        await self._forget_old_changes()

    async def _forget_old_changes(self) -> None:
        """Go on where that fails: what is on record for longer does no harm, and it is tried again."""
        try:
            await self._database.run(self._changes.forget_old, moment(self._clock.now_ms()))
        except AnyDatabaseError as error:
            self._outage.failed(error)

    async def _look_at_listings(self) -> None:
        try:
            unlisted = await self._database.run(unlisted_symbols, self._evaluation.symbols)
        except AnyDatabaseError as error:
            self._outage.failed(error)
        else:
            self._evaluation.set_faults(unlisted)

    async def _forget_old_series(self) -> None:
        """Go on by a batch with what no rule needs; what a rule has needed whose firing isn't stored is let alone."""
        if self._walked is None or self._evaluation.has_fired:
            return
        needed = {series.key for series in self._evaluation.series}
        after, self._walked = self._walked, None
        try:
            self._walked = await self._database.run(
                old_series_forget, needed, after=after, fence=self._fence, now_ms=self._clock.now_ms()
            )
        except AnyDatabaseError as error:
            self._outage.failed(error)

    def _wake_if_fired(self) -> None:
        if self._evaluation.has_fired:
            self._woken.set()


class Due:
    """Something that is due every so many seconds, and at once for the first time."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self._clock = clock
        self._next = clock.monotonic()

    def is_now(self) -> bool:
        """Return whether it is due; then it is so again after its time."""
        now = self._clock.monotonic()
        if now < self._next:
            return False
        self._next = now + self.seconds
        return True
