"""An evaluator that has stood by takes over: nothing is missed of what came meanwhile, and comes while it does so."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count

from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from alerts.declared_workers import EVALUATOR
from alerts.events import Alert
from alerts.firing.worker import AlertsWorker
from alerts.models import AlertRule
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.models import Lease
from streaming.topics.topic import Topic
from streaming.workers.leases.lease_rows import lease_release
from tests.alerts.deliveries.notifying import rule_of, stop
from tests.alerts.firing.market import price, price_topic
from tests.alerts.firing.stage import now_ms
from tests.waiting import until

_TOPIC = price_topic("BTCUSDT")
_HOLDER = "another"


def _new_rule() -> AlertRule:
    """Store a rule that fires each time the price rises through 100.10, and that nobody has evaluated yet."""
    rule = rule_of(User.objects.create(username="Ada", email="ada@example.com"))
    rule.trigger = "every_time"
    rule.conditions = [{**rule.conditions[0], "operator": "crossing_up"}]
    rule.save()
    return rule


def _lend() -> None:
    """Let another hold the lease."""
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    Lease.objects.create(name=EVALUATOR.name, holder=_HOLDER, token=1, expires_at=in_an_hour)


def _give_back() -> None:
    """Let the other give the lease back."""
    assert lease_release(name=EVALUATOR.name, holder=_HOLDER, token=1, now=datetime.now(UTC))


class _Market:
    """Lets the price rise through the level again and again: to 201, to 202, and so on."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.newest = 0

    async def run(self) -> None:
        for number in count(201):
            for value in (50, number):
                event = price("BTCUSDT", value, now_ms())
                await self._hub.publish(event)
            self.newest = number
            await asyncio.sleep(0.005)

    async def go_on(self, rises: int) -> None:
        """Wait for so many more."""
        seen = self.newest
        await until(lambda: self.newest >= seen + rises)


async def _fired(hub: Hub, rule: AlertRule) -> list[int]:
    """Return the prices at which the rule fires, as its owner is told of them; the list grows."""
    fired: list[int] = []

    def hear(event: Event) -> None:
        assert isinstance(event, Alert)
        fired.append(int(event.value))

    feed = await hub.acquire(Topic("alerts", owner=str(rule.owner_id)))
    feed.add_callback(hear)
    return fired


async def test_it_misses_nothing_of_a_rule_that_nobody_has_evaluated_yet(hub_here: Hub, settings: Settings) -> None:
    settings.ALERTS_LEASE_RENEWAL_SECONDS = 0.2
    fired = await _fired(hub_here, await sync_to_async(_new_rule)())
    await sync_to_async(_lend)()
    market, loop = _Market(hub_here), asyncio.get_running_loop()
    work = [loop.create_task(market.run()), loop.create_task(AlertsWorker(hub_here).run())]
    try:
        await until(lambda: _TOPIC in hub_here.topics)
        await market.go_on(10)
        given_back = market.newest
        await sync_to_async(_give_back)()
        await until(lambda: fired)
        taken_over = market.newest
        await market.go_on(10)
        await until(lambda: fired[-1] > taken_over)
    finally:
        await stop(work)
    assert fired[0] < given_back  # it was heard while another held the lease
    assert fired == list(range(fired[0], fired[-1] + 1))
