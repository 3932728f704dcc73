"""An evaluator at work takes over the rules that change, whatever fails beside that."""

import asyncio

from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from alerts.firing.worker import AlertsWorker
from alerts.models import RuleChange
from streaming.fan_out.hub import Hub
from tests.alerts.deliveries.notifying import ago, rule_of, stop
from tests.alerts.firing.market import price_topic
from tests.databases.lost_connection import lost_connections
from tests.waiting import until


def _old_change() -> User:
    """Store a rule whose change every evaluator has had time to see; return whose it is."""
    user = User.objects.create(username="Ada", email="ada@example.com")
    rule_of(user)
    RuleChange.objects.update(created_at=ago(60))
    return user


def _another_rule(user: User) -> None:
    rule = rule_of(user)
    rule.symbol = "ETHUSDT"
    rule.save()


async def test_it_takes_a_rule_over_though_old_changes_can_not_be_deleted(hub_here: Hub, settings: Settings) -> None:
    settings.ALERTS_RULE_CHANGES_SECONDS = 0.05
    user = await sync_to_async(_old_change)()
    with lost_connections() as lost:
        lost.word = 'DELETE FROM "alerts_rulechange"'
        work = asyncio.get_running_loop().create_task(AlertsWorker(hub_here, epoch=1).run())
        try:
            await until(lambda: lost.failures)
            await sync_to_async(_another_rule)(user)
            await until(lambda: price_topic("ETHUSDT") in hub_here.topics)
        finally:
            await stop([work])
