"""What is old is deleted, the oldest first and in small parts; what is still to be sent stays, and counts are right."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.models import AlertEvent, AlertRule, Delivery, DeliveryState, Notification
from alerts.notifications.acknowledgement import notifications_acknowledge
from alerts.notifications.selectors import unread_count
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from alerts.retention.services import Walked, firings_forget, notifications_forget
from streaming.installed import retention_rules
from streaming.times import milliseconds
from tests.alerts.deliveries.notifying import event_of
from tests.alerts.notifications.drafts import NOW, after, draft, rule_of, set_states, states, user

pytestmark = pytest.mark.django_db
DAY = 86_400
CUTOFF = NOW
OLD, YOUNG = after(-1), after(0)
TO_DO = [DeliveryState.WAITING, DeliveryState.SENDING]
FINISHED = [state for state in DeliveryState if state not in TO_DO]


@pytest.fixture
def ada() -> User:
    """Return a user."""
    return user("ada")


@pytest.fixture
def rule(ada: User) -> AlertRule:
    """Return a rule of Ada's."""
    return rule_of(ada)


def tell(owner: User, *, days: float = 1, state: DeliveryState = DeliveryState.SENT, **words: object) -> Notification:
    """Store what a user was told so many days before the cutoff."""
    (stored,) = notifications_store(drafts=[draft(owner, **words)], now=after(-days * DAY))  # type: ignore[arg-type]
    stored.deliveries.update(state=state)
    return stored


def fire(rule: AlertRule, *, days: float = 1) -> AlertEvent:
    """Store that a rule fired so many days before the cutoff."""
    rule.firings += 1
    rule.save(update_fields=["firings"])
    event = event_of(rule, rule.firings)
    AlertEvent.objects.filter(pk=event.pk).update(fired_at=after(-days * DAY))
    return event


def left() -> list[int]:
    """Return the numbers of the notifications that there still are."""
    return list(Notification.objects.order_by("seq").values_list("seq", flat=True))


class TestNotifications:
    """With their deliveries, read or not."""

    def test_it_deletes_old_ones_with_their_deliveries_and_no_younger(self, ada: User) -> None:
        channels = (Channel.WEBSOCKET, Channel.EMAIL)
        for days in (30, 2, 0, -1):
            tell(ada, days=days, channels=channels)
        assert notifications_forget(before=CUTOFF) == Walked(deleted=2, last=None)
        assert left() == [3, 4]
        assert {seq for seq, _ in states(ada)} == {3, 4}
        assert notifications_forget(before=CUTOFF).deleted == 0

    @pytest.mark.parametrize("state", FINISHED)
    def test_it_deletes_one_whatever_has_become_of_it(self, ada: User, state: DeliveryState) -> None:
        tell(ada, state=state)
        assert notifications_forget(before=CUTOFF).deleted == 1
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("state", TO_DO)
    def test_it_keeps_one_of_which_any_delivery_is_still_to_be_made(self, ada: User, state: DeliveryState) -> None:
        tell(ada, channels=(Channel.WEBSOCKET, Channel.EMAIL))
        set_states(ada, state, channel=Channel.EMAIL)
        assert notifications_forget(before=CUTOFF).deleted == 0
        assert len(states(ada)) == 2

    def test_it_keeps_one_that_was_told_again_since(self, ada: User) -> None:
        told = tell(ada, days=30)
        told.deliveries.update(not_before=YOUNG)
        assert notifications_forget(before=CUTOFF).deleted == 0
        told.deliveries.update(not_before=OLD)
        assert notifications_forget(before=CUTOFF).deleted == 1

    def test_it_walks_over_what_stays_a_few_at_a_time_and_ends_where_the_young_begin(self, ada: User) -> None:
        for days in (9, 8, 7, 6, 5, 0, 0, 0):
            tell(ada, days=days)
        set_states(ada, DeliveryState.WAITING, notification__seq__in=(1, 2, 4))
        steps: list[int] = []
        last: int | None = 0
        while last is not None:
            walked = notifications_forget(before=CUTOFF, after=last, limit=2)
            steps.append(walked.deleted)
            last = walked.last
        assert steps == [0, 1, 1]
        assert left() == [1, 2, 4, 6, 7, 8]

    def test_it_leaves_numbers_and_the_count_of_what_is_unread_right(self, ada: User) -> None:
        for days in (3, 2, 0):
            tell(ada, days=days)
        Notification.objects.filter(seq=2).update(read_at=OLD)
        assert unread_count(ada.pk) == 2
        notifications_forget(before=CUTOFF)
        assert unread_count(ada.pk) == 1
        assert tell(ada, days=0).seq == 4
        notifications_acknowledge(user_id=ada.pk, seq=2, now=NOW)  # by a client that still shows it
        assert left() == [3, 4]

    def test_it_lets_a_noisy_rule_be_told_of_anew(self, ada: User, rule: AlertRule) -> None:
        first = tell(ada, days=30, rule=rule, collapse=True)
        notifications_forget(before=CUTOFF)
        again = tell(ada, days=0, rule=rule, collapse=True)
        assert (again.pk > first.pk, again.seq, again.count, again.deliveries.count()) == (True, 2, 1, 1)

    def test_it_keeps_the_firing(self, ada: User, rule: AlertRule) -> None:
        event = fire(rule)
        told = tell(ada, rule=rule)
        Notification.objects.filter(pk=told.pk).update(event=event)
        assert notifications_forget(before=CUTOFF).deleted == 1
        assert AlertEvent.objects.get() == event


class TestFirings:
    """Of rules that go on counting them."""

    def test_it_deletes_the_oldest_first_a_few_at_a_time_and_no_younger(self, rule: AlertRule) -> None:
        for days in (1, 30, 2, 0):
            fire(rule, days=days)
        assert firings_forget(before=CUTOFF, limit=2) == 2
        assert list(AlertEvent.objects.order_by("number").values_list("number", flat=True)) == [1, 4]
        assert [firings_forget(before=CUTOFF, limit=2), firings_forget(before=CUTOFF, limit=2)] == [1, 0]
        rule.refresh_from_db()
        assert rule.firings == 4
        assert fire(rule, days=0).number == 5

    def test_it_keeps_what_was_told_of_them(self, ada: User, rule: AlertRule) -> None:
        event = fire(rule)
        told = tell(ada, rule=rule, data='{"value": 1}')
        Notification.objects.filter(pk=told.pk).update(event=event)
        assert firings_forget(before=CUTOFF) == 1
        told.refresh_from_db()
        assert (told.event_id, told.rule_id, told.data) == (None, rule.pk, '{"value": 1}')
        assert states(ada) == {(1, "websocket"): "sent"}

    @pytest.mark.parametrize("state", TO_DO)
    def test_it_keeps_one_that_is_still_to_be_told(self, ada: User, rule: AlertRule, state: DeliveryState) -> None:
        event = fire(rule)
        told = tell(ada, rule=rule, state=state)
        Notification.objects.filter(pk=told.pk).update(event=event)
        assert firings_forget(before=CUTOFF) == 0
        told.deliveries.update(state=DeliveryState.DEAD)
        assert firings_forget(before=CUTOFF) == 1

    def test_it_is_exact_about_the_moment(self, rule: AlertRule) -> None:
        event = fire(rule)
        AlertEvent.objects.filter(pk=event.pk).update(fired_at=CUTOFF)
        assert firings_forget(before=CUTOFF) == 0
        assert firings_forget(before=CUTOFF + timedelta(microseconds=1)) == 1


def test_changes_of_rules_go_after_their_time_and_the_rules_stay(rule: AlertRule, settings: Settings) -> None:
    settings.ALERTS_CHANGES_KEPT_DAYS = 365
    changes = rule.history.model.objects
    rule.name = "another"
    rule.save()
    deleted = rule_of(rule.owner)
    deleted_id = deleted.pk
    deleted.delete()
    changes.filter(id=deleted_id).update(history_date=OLD)
    changes.filter(id=rule.pk, history_type="+").update(history_date=OLD)
    changes.filter(id=rule.pk, history_type="~").update(history_date=YOUNG)
    [forget] = [one.forget for one in retention_rules("deliveries") if one.what == "changes of rules"]
    now_ms = milliseconds(CUTOFF + timedelta(days=365))
    assert list(forget(now_ms=now_ms)) == [3]
    assert list(changes.values_list("id", "name")) == [(rule.pk, "another")]
    assert AlertRule.objects.get().name == "another"
    settings.ALERTS_CHANGES_KEPT_DAYS = 0
    assert list(forget(now_ms=now_ms + 10**12)) == []
