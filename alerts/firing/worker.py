"""`run_alerts`: evaluates the rules on the hub's events. One at a time holds the lease; another stands by, warm.

Whoever takes over goes on behind what was stored last, by what it has heard since. So one that hasn't stood by for long
enough to have heard all that lets the others go first.
"""

import asyncio
import gc
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from django.conf import settings

from alerts.declared_workers import EVALUATOR
from alerts.firing.active_evaluator import ActiveEvaluator
from alerts.firing.alert_publisher import AlertPublisher
from alerts.firing.missed_moments import in_order, missed_moments
from alerts.firing.restored_series import RecentEvents
from alerts.firing.rules import Opened, changed_rules, evaluation_open, follow
from alerts.firing.series_values import ReadEvent
from alerts.metrics import rules_source
from streaming.clock import Clock, SystemClock
from streaming.database.errors import AnyDatabaseError
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.outage import Outage
from streaming.topics.topic import Topic
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from streaming.workers.leases.leases import held_lease
from streaming.workers.process import new_process_id
from streaming.workers.topic_subscriber import TopicSubscriber
from streaming.workers.worker import WorkerContext

_RETRY_SECONDS = 0.5
_KEPT_SECONDS = 60.0
"""How far back events are kept: longer than a change of hands takes, so that it misses none of them."""
_KEPT_EVENTS = 60_000
_SWITCH_SECONDS = 0.0005
"""How long events may keep the thread that stores from going on, after each answer of the database."""

P = ParamSpec("P")
T = TypeVar("T")

logger = structlog.get_logger(__name__)


class AlertsWorker:
    """Stands by for the lease, and evaluates while it holds it.

    With an `epoch` given it takes no lease, and is the one evaluator by whoever's word.

    `has_own_process` says that nothing else lives in this process.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        clock: Clock | None = None,
        epoch: int | None = None,
        holder: str | None = None,
        has_own_process: bool = False,
    ) -> None:
        self._clock = clock or SystemClock()
        self._epoch = epoch
        self._has_own_process = has_own_process
        self.holder = holder or new_process_id()
        self._subscriber = TopicSubscriber(hub, self._hear, name=EVALUATOR.name)
        self._recent = RecentEvents(seconds=_KEPT_SECONDS, limit=_KEPT_EVENTS, clock=self._clock)
        self._alert_publisher = AlertPublisher(hub, self._clock)
        self._database = DatabaseThread("alerts-database")
        self._active_evaluator: ActiveEvaluator | None = None
        self._warm_since: float | None = None
        self._outage = Outage("database of the alerts", self._clock)

    @property
    def rule_count(self) -> int | None:
        """How many rules it evaluates; None while it stands by."""
        return None if self._active_evaluator is None else self._active_evaluator.rule_count

    async def run(self) -> None:
        """Evaluate, or stand by, until cancelled. Call it once."""
        try:
            if self._epoch is not None:
                await self._evaluate(None)
                return
            while True:
                await self._evaluate_while_leased()
        finally:
            self._subscriber.stop()
            await self._alert_publisher.stop()
            await self._database.stop()

    async def _evaluate_while_leased(self) -> None:
        """Stand by until the lease is ours, and evaluate until it is lost."""
        self._warm_since = None
        standing_by = asyncio.create_task(self._stand_by())
        try:
            async with held_lease(
                EVALUATOR.name,
                holder=self.holder,
                seconds=settings.ALERTS_LEASE_SECONDS,
                renewal=settings.ALERTS_LEASE_RENEWAL_SECONDS,
                clock=self._clock,
                newcomer_for=self._newcomer_for,
            ) as lease:
                await _end(standing_by)
                fence = Fence(name=EVALUATOR.name, holder=self.holder, token=lease.token)
                await lease.run(self._evaluate(fence))
        except* LeaseLostError:
            logger.warning("another evaluates by now", holder=self.holder)
        finally:
            await _end(standing_by)

    def _newcomer_for(self) -> float:
        """Return for how many seconds more the last values that are stored may be older than what was heard.

        Who holds the lease then has renewed it since this one stands by, and has stored what it had seen by then.
        """
        enough: float = settings.ALERTS_LEASE_SECONDS + 2 * settings.ALERTS_LEASE_RENEWAL_SECONDS
        if self._warm_since is None:
            return enough
        return max(0.0, self._warm_since + enough - self._clock.monotonic())

    async def _stand_by(self) -> None:
        """Read what the rules need, so that nothing is missed when the lease changes hands."""
        opened = await self._open()
        follow(opened.evaluation, {loaded.id: loaded for loaded in opened.newcomers})
        while True:
            await self._subscriber.want(opened.evaluation.topics)
            self._note_that_it_is_warm(opened.evaluation.topics)
            await asyncio.sleep(settings.ALERTS_RULE_CHANGES_SECONDS)
            try:
                follow(opened.evaluation, await self._database.run(changed_rules, opened.changes))
            except AnyDatabaseError as error:
                self._outage.failed(error)
            else:
                self._outage.worked()

    def _note_that_it_is_warm(self, topics: frozenset[Topic]) -> None:
        if self._warm_since is None and self._subscriber.has(topics):
            self._warm_since = self._clock.monotonic()
            logger.info("the rules are followed while standing by", topics=len(topics))

    async def _evaluate(self, fence: Fence | None) -> None:
        opened = await self._open()
        await self._subscriber.want(opened.topics)
        missed = await self._read(missed_moments, opened.watched_series, now_ms=self._clock.now_ms())
        opened.evaluation.replay(in_order(missed, self._recent), opened.newcomers)
        if self._has_own_process:
            _freeze()
            sys.setswitchinterval(_SWITCH_SECONDS)
        active_evaluator = ActiveEvaluator(
            opened,
            database=self._database,
            subscriber=self._subscriber,
            alert_publisher=self._alert_publisher,
            fence=fence,
            clock=self._clock,
        )
        self._active_evaluator = active_evaluator
        try:
            await active_evaluator.run()
        finally:
            self._active_evaluator = None

    async def _open(self) -> Opened:
        return await self._read(evaluation_open, clock=self._clock)

    async def _read(self, function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Return what a function reads of the database, however long that is away."""
        while True:
            try:
                read = await self._database.run(function, *given, **named)
            except AnyDatabaseError as error:
                self._outage.failed(error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self._outage.worked()
                return read

    def _hear(self, topic: Topic, event: Event) -> None:
        """Take an event in; a value that was only told once more because it is stale is left out."""
        if not isinstance(event, ReadEvent) or event.stale:
            return
        self._recent.add(topic, event)
        if self._active_evaluator is not None:
            self._active_evaluator.hear(topic, event)


async def evaluate_alerts(context: WorkerContext) -> None:
    """Evaluate the rules, or stand by, until cancelled."""
    worker = AlertsWorker(
        context.hub,
        clock=context.clock,
        epoch=context.epoch,
        holder=context.holder,
        has_own_process=context.has_own_process,
    )
    with context.metrics.added("rules", rules_source(lambda: worker.rule_count)):
        await worker.run()


def _freeze() -> None:
    """Take what is loaded out of the garbage collector's sight; what was so before comes back into it.

    The rules live as long as the evaluation, and a hundred thousand of them are millions of objects: to look through
    all of them for garbage would hold up the prices again and again. In a process that is shared with others it isn't
    done, since what those have made by then would never be collected either.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait until it has ended; log why, where that was for another reason."""
    task.cancel()
    (outcome,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(outcome, Exception):
        logger.error("standing by has failed", exc_info=outcome)
