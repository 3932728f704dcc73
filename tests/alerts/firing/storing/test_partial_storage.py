"""Of a batch that the database refuses, all is stored but what is refused by itself."""

from decimal import Decimal

import pytest

from alerts.conditions.rule import AlertSource, Condition, Firing, Point, Series
from alerts.events import AlertOperator, AlertState
from alerts.firing.storing.partial_storage import firing_store_in_parts
from alerts.firing.storing.storage import firing_store
from alerts.firing.types import Batch, NumberedFiring, RuleUpdate, SeriesMemory
from alerts.models import AlertEvent, AlertRule, Delivery, Notification, RuleChange, SeriesPoint
from streaming.times import moment
from streaming.workers.fencing import Fence, LeaseLostError
from tests.alerts.notifications.drafts import rule_of, user

pytestmark = pytest.mark.django_db

_NOW_MS = 1_700_000_000_000
_SERIES = Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price")
_CONDITION = Condition(series=_SERIES, operator=AlertOperator.ABOVE, threshold=Decimal(100))


def _batch(rules: list[AlertRule]) -> Batch:
    """Return a batch in which each rule fires for the first time."""
    firings = [
        Firing(rule_id=rule.pk, condition=0, value=Decimal(101), previous=None, operand=None, time=_NOW_MS)
        for rule in rules
    ]
    return Batch(
        firings=tuple(NumberedFiring(number=1, firing=firing, condition=_CONDITION) for firing in firings),
        updates={rule.pk: RuleUpdate(state=AlertState.FIRING) for rule in rules},
        beginnings={},
        series={_SERIES.key: SeriesMemory(point=Point(value=Decimal(101), time=_NOW_MS))},
    )


def _rules(count: int, *, refused: int) -> list[AlertRule]:
    """Make rules; of one the database refuses to store the first firing, because there is one of that number."""
    owner = user("Ada")
    rules = [rule_of(owner) for _ in range(count)]
    AlertEvent.objects.create(
        rule=rules[refused], owner=owner, number=1, name="BTC", symbol="BTCUSDT", source="price", operator="above",
        value=Decimal(1), fired_at=moment(_NOW_MS),
    )  # fmt: skip
    return rules


def _noted() -> list[int]:
    return list(RuleChange.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("refused", [0, 3, 6])
def test_it_stores_all_but_the_rule_that_is_refused_which_says_why(refused: int) -> None:
    rules = _rules(7, refused=refused)
    others = [rule.pk for rule in rules if rule is not rules[refused]]
    stored = firing_store_in_parts(batch=_batch(rules), noted_changes=_noted(), fence=None, now=moment(_NOW_MS))
    assert stored.refused == {rules[refused].pk}
    assert [alert.alert.rule for alert in stored.alerts] == others
    assert stored.notifications == Notification.objects.count() == Delivery.objects.count() == 6
    fired = AlertRule.objects.filter(state="firing", firings=1, error="")
    assert list(fired.order_by("pk").values_list("pk", flat=True)) == others
    rules[refused].refresh_from_db()
    assert (rules[refused].state, rules[refused].firings) == ("error", 0)
    assert rules[refused].error.startswith("What it did can't be stored: ")
    assert SeriesPoint.objects.get().value == Decimal(101)


def test_it_stores_what_was_stored_in_parts_no_second_time() -> None:
    batch = _batch(_rules(3, refused=1))
    for _ in range(2):
        firing_store_in_parts(batch=batch, noted_changes=_noted(), fence=None, now=moment(_NOW_MS))
    assert (AlertEvent.objects.count(), Notification.objects.count()) == (3, 2)


def test_it_leaves_a_rule_alone_that_was_changed_meanwhile() -> None:
    rules = _rules(2, refused=1)
    firing_store_in_parts(batch=_batch(rules), noted_changes=(), fence=None, now=moment(_NOW_MS))
    rules[1].refresh_from_db()
    assert (rules[1].state, rules[1].error) == ("pending", "")


def test_it_stores_nothing_where_the_lease_is_lost() -> None:
    batch = _batch(_rules(2, refused=1))
    fence = Fence(name="alerts", holder="another", token=1)
    with pytest.raises(LeaseLostError):
        firing_store_in_parts(batch=batch, noted_changes=_noted(), fence=fence, now=moment(_NOW_MS))
    assert Notification.objects.count() == 0


def test_it_is_refused_as_a_whole_otherwise() -> None:
    batch = _batch(_rules(2, refused=1))
    with pytest.raises(Exception, match=r"(?i)unique"):
        firing_store(batch=batch, noted_changes=_noted(), fence=None, now=moment(_NOW_MS))
    assert AlertRule.objects.filter(firings=0).count() == 2
