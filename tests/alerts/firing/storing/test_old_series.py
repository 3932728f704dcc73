"""What is stored of series: read for what rules need alone, and deleted once it is old and no rule needs it."""

import asyncio
from contextlib import suppress
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from alerts.conditions.rule import AlertSource, Point, Series
from alerts.events import AlertState
from alerts.firing.rules import evaluation_open, series_load
from alerts.firing.storing.old_series import KEPT_SECONDS, old_series_forget
from alerts.firing.storing.storage import series_store
from alerts.firing.types import SeriesMemory
from alerts.firing.worker import AlertsWorker
from alerts.models import AlertRule, SeriesPoint
from alerts.rules.services import rule_disable, rule_enable
from streaming.fan_out.hub import Hub
from streaming.times import moment
from streaming.workers.fencing import Fence, LeaseLostError
from tests.alerts.deliveries.notifying import confirmed_user, rule_of
from tests.manual_clock import ManualClock
from tests.waiting import until_answer

_NOW_MS = 1_795_215_600_000
_OLD_MS = _NOW_MS - 1000 * KEPT_SECONDS - 1
_BTC = Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price").key


def _store(*keys: str, time: int = _OLD_MS) -> None:
    memory = SeriesMemory(point=Point(value=Decimal(101), time=time))
    series_store(dict.fromkeys(keys, memory))


def _stored() -> set[str]:
    return set(SeriesPoint.objects.values_list("key", flat=True))


def _forget(*needed: str, after: int = 0, limit: int = 10, fence: Fence | None = None) -> int | None:
    return old_series_forget(needed, after=after, limit=limit, fence=fence, now_ms=_NOW_MS)


@pytest.mark.django_db
def test_it_reads_of_all_series_those_alone_that_rules_need() -> None:
    _store("a", "b", "gone")
    with CaptureQueriesContext(connection) as queries:
        found = series_load({"a", "b", "new", *map(str, range(5_000))})
    assert found.keys() == {"a", "b"}
    assert [" IN (" in query["sql"] for query in queries.captured_queries] == [True, True]


@pytest.mark.django_db
def test_what_is_old_and_needed_by_no_rule_goes() -> None:
    _store("needed", "gone")
    _store("young", time=_OLD_MS + 1)
    assert _forget("needed") is None
    assert _stored() == {"needed", "young"}


@pytest.mark.django_db
def test_what_a_rule_in_error_looks_at_stays_and_all_of_it_where_one_cannot_be_read() -> None:
    rule = rule_of(confirmed_user("Ada"), state=AlertState.ERROR)
    _store(_BTC, "gone")
    _forget()
    assert _stored() == {_BTC}
    AlertRule.objects.filter(pk=rule.pk).update(conditions=[{"source": "of a later version"}])
    _forget()
    assert _stored() == {_BTC}
    AlertRule.objects.filter(pk=rule.pk).update(enabled=False)
    _forget()
    assert _stored() == set()


@pytest.mark.django_db
def test_a_rule_that_was_switched_off_and_on_needs_nothing_from_before() -> None:
    rule = rule_of(confirmed_user("Ada"), state=AlertState.ARMED)
    AlertRule.objects.filter(pk=rule.pk).update(memory={"state": "armed", "holds": [False]})
    known = evaluation_open(clock=ManualClock(_NOW_MS))
    assert [series.key for series in known.evaluation.series] == [_BTC]
    rule_disable(rule=rule, now=moment(_NOW_MS))
    rule_enable(rule=rule, now=moment(_NOW_MS))
    opened = evaluation_open(clock=ManualClock(_NOW_MS))
    assert ([loaded.id for loaded in opened.newcomers], opened.evaluation.series) == ([rule.pk], ())


@pytest.mark.django_db
def test_it_goes_batch_by_batch() -> None:
    _store(*"abcde")
    walked: int | None = 0
    sizes = []
    while walked is not None:
        walked = _forget("b", after=walked, limit=2)
        sizes.append(len(_stored()))
    assert (sizes, _stored()) == ([4, 2, 1], {"b"})


@pytest.mark.django_db
def test_who_has_lost_the_lease_deletes_nothing() -> None:
    _store("gone")
    with pytest.raises(LeaseLostError):
        _forget(fence=Fence(name="alerts", holder="former", token=1))
    assert _stored() == {"gone"}


async def test_the_active_evaluator_deletes_what_none_of_its_rules_needs(hub_here: Hub) -> None:
    await sync_to_async(rule_of)(await sync_to_async(confirmed_user)("Ada"), state=AlertState.PENDING)
    await sync_to_async(_store)(_BTC, "gone")
    clock = ManualClock(_NOW_MS)

    async def stored() -> set[str] | None:
        """Return what is, but while it is written; it is deleted again each hour, as what is read can't be written."""
        clock.advance(3600)
        with suppress(OperationalError):
            return await sync_to_async(_stored)()
        return None

    worker = asyncio.create_task(AlertsWorker(hub_here, clock=clock, epoch=1).run())
    await until_answer(stored, {_BTC})
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
