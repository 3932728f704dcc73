"""What quiet hours have held up goes out as one digest."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from alerts.deliveries.timing.digests import held_release, users_with_held
from alerts.events import AlertState, NotificationKind, Severity
from alerts.models import Delivery, DeliveryState, Notification, NotificationPreferences
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.notifying import draft_of, hold_all, rule_of, tell

EVENING = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _fire(user: User, *channels: Channel, holds: bool, times: int = 1) -> list[Notification]:
    rule = rule_of(user, state=AlertState.FIRING if holds else AlertState.ARMED)
    drafts = [
        draft_of(user, *channels, kind=NotificationKind.ALERT, rule_id=rule.pk, title=f"Fired {number}")
        for number in range(times)
    ]
    return tell(*drafts, now=EVENING)


def _states(notifications: Sequence[Notification]) -> set[tuple[str, str]]:
    return set(Delivery.objects.filter(notification__in=notifications).values_list("channel", "state"))


def _digests() -> list[Notification]:
    return list(Notification.objects.filter(title__startswith="In your quiet hours").order_by("pk"))


def test_it_tells_how_many_fired_and_how_many_are_still_true(ada: User) -> None:
    held = _fire(ada, Channel.EMAIL, holds=True, times=3)
    held += _fire(ada, Channel.EMAIL, holds=True) + _fire(ada, Channel.EMAIL, holds=False, times=3)
    hold_all(MORNING)
    assert held_release(user_id=ada.pk, now=MORNING)
    (digest,) = _digests()
    assert digest.title == "In your quiet hours: 7 fired, 2 still true"
    assert digest.kind == NotificationKind.ALERT
    assert digest.body.splitlines()[:4] == ["Fired 0", "Fired 1", "Fired 2", "Fired 0"]
    assert json.loads(digest.data) == {"digest": {"seqs": [1, 2, 3, 4, 5, 6, 7], "fired": 7, "still_true": 2}}
    assert _states(held) == {("email", "digested")}
    assert _states([digest]) == {("email", "waiting")}


def test_it_tells_of_other_notifications_too(ada: User) -> None:
    _fire(ada, Channel.EMAIL, holds=True)
    tell(*[draft_of(ada, Channel.EMAIL, severity=Severity.WARNING, title=f"{number}") for number in range(2)])
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    (digest,) = _digests()
    assert digest.title == "In your quiet hours: 1 fired, 1 still true, 2 more"
    assert (digest.kind, digest.severity) == (NotificationKind.SYSTEM, Severity.WARNING)


def test_it_lets_a_single_one_go_out_as_it_is(ada: User) -> None:
    held = _fire(ada, Channel.EMAIL, holds=True)
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    assert _digests() == []
    assert _states(held) == {("email", "waiting")}
    assert not Delivery.objects.get().held


def test_it_lets_all_go_out_where_the_user_wants_no_digest(ada: User) -> None:
    NotificationPreferences.objects.create(user=ada, digest=False)
    _fire(ada, Channel.EMAIL, holds=True, times=3)
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    assert _digests() == []
    assert Delivery.objects.filter(held=False, state=DeliveryState.WAITING).count() == 3


def test_it_makes_one_digest_for_the_channels_that_hold_the_same(ada: User) -> None:
    _fire(ada, Channel.WEBSOCKET, Channel.EMAIL, holds=True, times=2)
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    (digest,) = _digests()
    assert _states([digest]) == {("websocket", "waiting"), ("email", "waiting")}


def test_it_tells_nobody_by_a_channel_what_was_not_for_that_channel(ada: User) -> None:
    _fire(ada, Channel.WEBSOCKET, Channel.EMAIL, holds=True, times=2)
    _fire(ada, Channel.WEBSOCKET, holds=True)
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    by_channels = {
        tuple(digest.deliveries.values_list("channel", flat=True)): json.loads(digest.data)["digest"]["seqs"]
        for digest in _digests()
    }
    assert by_channels == {("websocket",): [1, 2, 3], ("email",): [1, 2]}


def test_it_takes_what_would_have_followed_by_another_channel(ada: User) -> None:
    held = _fire(ada, Channel.WEBSOCKET, Channel.EMAIL, holds=True, times=2)
    hold_all(MORNING)
    Delivery.objects.filter(channel="email").update(not_before=MORNING + timedelta(seconds=30))
    held_release(user_id=ada.pk, now=MORNING)
    assert len(_digests()) == 1
    assert _states(held) == {("websocket", "digested"), ("email", "digested")}


def test_it_does_not_tell_again_what_was_read(ada: User) -> None:
    read, *_ = held = _fire(ada, Channel.EMAIL, holds=True, times=3)
    Notification.objects.filter(pk=read.pk).update(read_at=EVENING)
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    (digest,) = _digests()
    assert digest.title.endswith("2 fired, 1 still true")
    assert _states(held[:1]) == {("email", "cancelled")}


def test_it_leaves_alone_what_is_not_due(ada: User, bob: User) -> None:
    _fire(ada, Channel.EMAIL, holds=True, times=2)
    _fire(bob, Channel.EMAIL, holds=True, times=2)
    hold_all(MORNING + timedelta(hours=1))
    Delivery.objects.filter(notification__user=bob).update(not_before=MORNING)
    assert users_with_held(now=MORNING) == [bob.pk]
    held_release(user_id=bob.pk, now=MORNING)
    assert [digest.user_id for digest in _digests()] == [bob.pk]


def test_it_makes_no_second_digest(ada: User) -> None:
    _fire(ada, Channel.EMAIL, holds=True, times=2)
    hold_all(MORNING)
    for _ in range(2):
        held_release(user_id=ada.pk, now=MORNING)
    assert len(_digests()) == 1
    assert users_with_held(now=MORNING) == []


def test_it_names_only_so_many(ada: User) -> None:
    _fire(ada, Channel.EMAIL, holds=True, times=25)
    hold_all(MORNING)
    held_release(user_id=ada.pk, now=MORNING)
    assert _digests()[0].body.splitlines()[-1] == "and 5 more"
