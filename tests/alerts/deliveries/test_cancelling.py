"""What is yet to be told of a rule that is switched off or deleted is cancelled, whatever it waits for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import Claimed, Failed, deliveries_claim, deliveries_failed, deliveries_sent
from alerts.events import NotificationKind
from alerts.models import AlertRule, ChannelChoices, Delivery, DeliveryState
from alerts.preferences.preferences import Channel
from alerts.rules.deleting import rule_delete
from alerts.rules.services import rule_disable, rule_enable
from tests.alerts.deliveries.notifying import draft_of, rule_of, tell

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
CAPACITY = DeliveryCapacity(most=10, most_each=10)
pytestmark = pytest.mark.django_db

ENDS: dict[str, Callable[[AlertRule], object]] = {
    "the rule was switched off": lambda rule: rule_disable(rule=rule, now=NOW),
    "the rule was deleted": lambda rule: rule_delete(rule=rule),
}


@pytest.fixture(params=list(ENDS))
def reason(request: pytest.FixtureRequest) -> str:
    """Return why a rule ends."""
    return str(request.param)


@pytest.fixture
def rule(ada: User) -> AlertRule:
    """Return a rule of Ada's."""
    return rule_of(ada)


def _fire(rule: AlertRule, *channels: Channel) -> None:
    tell(draft_of(rule.owner, *channels, kind=NotificationKind.ALERT, rule_id=rule.pk), now=NOW)


def _claim(channel: ChannelChoices, now: datetime) -> Claimed:
    return deliveries_claim(channel=channel, holder="w", now=now, lease_seconds=30, capacity=CAPACITY)


def _outcomes() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "error"))


@pytest.mark.parametrize(
    "waits",
    [
        {},
        {"held": True, "not_before": NOW + timedelta(hours=8)},
        {"attempts": 3, "error": "the webhook answered 500", "not_before": NOW + timedelta(minutes=1)},
        {"not_before": NOW + timedelta(seconds=30)},
        {"state": DeliveryState.SENDING, "holder": "died", "lease_until": NOW - timedelta(seconds=1)},
    ],
    ids=["due", "quiet hours or digest", "retry", "escalation", "a worker that died"],
)
def test_it_cancels_what_waits_for_whatever(rule: AlertRule, reason: str, waits: dict[str, object]) -> None:
    _fire(rule, Channel.WEBSOCKET, Channel.EMAIL)
    Delivery.objects.update(**waits)
    ENDS[reason](rule)
    assert _outcomes() == [("cancelled", reason)] * 2
    later = NOW + timedelta(days=1)
    assert (
        deliveries_claim(
            channel=ChannelChoices.WEBSOCKET, holder="w", now=later, lease_seconds=30, capacity=CAPACITY
        ).found
        == 0
    )


def test_it_leaves_alone_what_went_out_and_what_is_of_other_rules(ada: User, rule: AlertRule, reason: str) -> None:
    _fire(rule, Channel.WEBSOCKET)
    Delivery.objects.update(state=DeliveryState.SENT, sent_at=NOW)
    _fire(rule_of(ada, name="Another"), Channel.WEBSOCKET)
    tell(draft_of(ada, Channel.WEBSOCKET), now=NOW)
    ENDS[reason](rule)
    assert _outcomes() == [("sent", ""), ("waiting", ""), ("waiting", "")]


def test_it_is_tried_no_second_time_where_it_was_being_sent(rule: AlertRule, reason: str) -> None:
    for _ in range(2):
        _fire(rule, Channel.EMAIL)
    first, second = _claim(ChannelChoices.EMAIL, NOW).messages
    ENDS[reason](rule)
    deliveries_failed(failures=[Failed(message=first, reason="500", wait_seconds=5)], holder="w", now=NOW)
    deliveries_sent(messages=[second], holder="w", now=NOW)
    assert _outcomes() == [("cancelled", reason)] * 2


def test_it_stays_cancelled_when_the_rule_is_switched_on_again(rule: AlertRule) -> None:
    _fire(rule, Channel.WEBSOCKET)
    rule_disable(rule=rule, now=NOW)
    rule_enable(rule=rule, now=NOW)
    assert _outcomes() == [("cancelled", "the rule was switched off")]
