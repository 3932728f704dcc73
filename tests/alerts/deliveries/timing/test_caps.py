"""Only so much goes out to one user by a channel in an hour and in a day; the rest becomes one digest."""

from datetime import UTC, datetime, time, timedelta

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import Claimed, Failed, deliveries_claim, deliveries_failed
from alerts.deliveries.timing.caps import Cap, Capped, capped_tell, free_again, room_left, uses_forget
from alerts.deliveries.timing.digests import held_release
from alerts.models import ChannelChoices, ChannelUse, Delivery, DeliveryState, Notification, NotificationPreferences
from alerts.preferences.parameters import PreferencesGiven, QuietHoursGiven
from alerts.preferences.preferences import Channel
from alerts.preferences.services import preferences_set
from streaming.times import milliseconds
from tests.alerts.deliveries.notifying import DeliveryRig, draft_of, tell
from tests.alerts.deliveries.smtp_server import Mailbox
from tests.manual_clock import ManualClock
from tests.waiting import until

EMAIL = ChannelChoices.EMAIL
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 20, 22, 10, tzinfo=UTC)
NEXT_HOUR = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _caps(settings: Settings) -> None:
    settings.DELIVERIES_EMAIL_PER_HOUR, settings.DELIVERIES_EMAIL_PER_DAY = 3, 5


def _tell(user: User, count: int, *channels: Channel, now: datetime = NOW) -> list[Notification]:
    return tell(*[draft_of(user, *(channels or (Channel.EMAIL,)), title=f"{n}") for n in range(count)], now=now)


def _claim(holder: str = "worker", now: datetime = NOW, channel: ChannelChoices = EMAIL) -> Claimed:
    capacity = DeliveryCapacity(most=100, most_each=100)
    return deliveries_claim(channel=channel, holder=holder, now=now, lease_seconds=30, capacity=capacity)


def _held() -> list[tuple[bool, bool, datetime, int]]:
    rows = Delivery.objects.filter(state=DeliveryState.WAITING).order_by("pk")
    return list(rows.values_list("held", "over_cap", "not_before", "attempts"))


# -- how much room there is, which is pure ---------------------------------------------------------------------------

_THIS = datetime(2026, 11, 20, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("used", "cap", "room", "free"),
    [
        ({}, (3, 5), 3, 1),
        ({0: 3}, (3, 5), 0, 1),
        ({0: 1, -1: 3}, (3, 5), 1, 1),
        ({0: 2, -1: 3}, (3, 5), 0, 23),
        ({0: 2, -23: 3}, (3, 5), 0, 1),
        ({0: 2, -24: 3}, (3, 5), 1, 1),
        ({0: 7}, (3, 5), 0, 24),
        ({0: 1000}, (0, 5), 0, 24),
        ({0: 2}, (3, 0), 1, 1),
    ],
)
def test_it_has_room_for_so_many_in_this_hour_and_the_last_24(
    used: dict[int, int], cap: tuple[int, int], room: int, free: int
) -> None:
    hours = {_THIS + ahead * HOUR: count for ahead, count in used.items()}
    limits = Cap(per_hour=cap[0], per_day=cap[1])
    assert room_left(hours, limits, _THIS) == room
    assert free_again(hours, limits, _THIS) == _THIS + free * HOUR


# -- over a real mail server -----------------------------------------------------------------------------------------


async def test_it_mails_so_many_in_an_hour_and_the_rest_as_one_digest_in_the_next(
    rig: DeliveryRig, mailbox: Mailbox
) -> None:
    clock = ManualClock(milliseconds(NOW))
    await sync_to_async(_tell)(rig.user, 200)
    for holder in ("first", "second"):
        rig.start(clock, holder)
    waiting = [DeliveryState.WAITING] * 197
    await rig.until_states(*waiting, *[DeliveryState.SENT] * 4)  # the fourth tells on the page
    await until(lambda: len(mailbox.mails) == 3)
    assert await Delivery.objects.filter(held=True, over_cap=True, not_before=NEXT_HOUR).acount() == 197
    told = [notification async for notification in Notification.objects.filter(title__startswith="Email")]
    assert [one.title for one in told] == ["Email: no more until 23:00 UTC"]
    clock.advance(50 * 60)
    await rig.until_states(*[DeliveryState.DIGESTED] * 197, *[DeliveryState.SENT] * 5)
    await until(lambda: len(mailbox.mails) == 4)
    assert mailbox.mails[3]["Subject"] == "Held back, as there were too many: 197 notifications"
    assert await Notification.objects.acount() == 202


# -- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_holds_up_what_is_over_the_cap_of_an_hour_and_counts_over_workers(ada: User) -> None:
    _tell(ada, 2)
    assert len(_claim("first").messages) == 2
    _tell(ada, 3)
    claimed = _claim("second")
    assert [one.notification.title for one in claimed.messages] == ["0"]
    assert claimed.capped == [Capped(user_id=ada.pk, channel=EMAIL, until=NEXT_HOUR)]
    assert _held() == [(True, True, NEXT_HOUR, 0)] * 2
    assert ChannelUse.objects.get().count == 3


@pytest.mark.django_db
def test_it_holds_up_what_is_over_the_cap_of_a_day_until_that_is_over(ada: User) -> None:
    _tell(ada, 3)
    _claim()
    Delivery.objects.update(state=DeliveryState.SENT, sent_at=NOW)
    _tell(ada, 4)
    assert len(_claim(now=NEXT_HOUR).messages) == 2
    tomorrow = NEXT_HOUR.replace(hour=22) + timedelta(days=1)
    assert _held() == [(True, True, tomorrow, 0)] * 2


@pytest.mark.django_db
def test_it_counts_what_is_tried_again_once(ada: User) -> None:
    _tell(ada, 3)
    for _ in range(3):
        messages = _claim().messages
        assert len(messages) == 3
        failures = [Failed(message=message, reason="later", wait_seconds=0) for message in messages]
        deliveries_failed(failures=failures, holder="worker", now=NOW)
    assert ChannelUse.objects.get().count == 3


@pytest.mark.django_db
def test_it_caps_users_and_channels_apart_and_the_websocket_never(ada: User, bob: User) -> None:
    _tell(ada, 4, Channel.EMAIL, Channel.WEBSOCKET)
    _tell(bob, 1)
    claimed = _claim()
    assert sorted(one.user_id for one in claimed.messages) == [ada.pk] * 3 + [bob.pk]
    socket = _claim(channel=ChannelChoices.WEBSOCKET)
    assert (len(socket.messages), socket.capped) == (4, [])


@pytest.mark.django_db
def test_it_has_no_cap_where_none_is_set(ada: User, settings: Settings) -> None:
    settings.DELIVERIES_EMAIL_PER_HOUR = settings.DELIVERIES_EMAIL_PER_DAY = 0
    _tell(ada, 50)
    assert len(_claim().messages) == 50
    assert not ChannelUse.objects.exists()


@pytest.mark.django_db
def test_it_tells_the_user_once_until_there_is_room_again(ada: User) -> None:
    _tell(ada, 3)
    _claim()
    for now, later in ((NOW, NEXT_HOUR), (NEXT_HOUR, NEXT_HOUR + HOUR)):
        capped = [Capped(user_id=ada.pk, channel=EMAIL, until=later)]
        assert [capped_tell(capped=capped, now=now) for _ in range(3)] == [1, 0, 0]
    told = Notification.objects.filter(title__startswith="Email: no more until").order_by("pk")
    assert [(one.title[-9:], [*one.deliveries.values_list("channel", flat=True)]) for one in told] == [
        ("23:00 UTC", ["websocket"]),
        ("00:00 UTC", ["websocket"]),
    ]


@pytest.mark.django_db
def test_it_makes_one_digest_though_the_user_wants_none_of_quiet_hours(ada: User) -> None:
    NotificationPreferences.objects.create(user=ada, digest=False)
    _tell(ada, 8)
    _claim()
    held_release(user_id=ada.pk, now=NEXT_HOUR)
    digest = Notification.objects.get(title__startswith="Held back")
    assert digest.title == "Held back, as there were too many: 5 notifications"
    assert [*digest.deliveries.values_list("channel", "state")] == [("email", "waiting")]
    assert Delivery.objects.filter(state=DeliveryState.DIGESTED).count() == 5


@pytest.mark.django_db
def test_it_lets_a_change_of_quiet_hours_release_nothing_before_there_is_room(ada: User) -> None:
    night = {"quiet_start": time(21), "quiet_end": time(22), "timezone": "UTC"}
    NotificationPreferences.objects.create(user=ada, **night)
    _tell(ada, 4)
    _claim()
    preferences_set(user_id=ada.pk, given=PreferencesGiven(quiet_hours=None), now=NOW)
    assert _held() == [(True, True, NEXT_HOUR, 0)]


@pytest.mark.django_db
def test_it_is_held_up_by_quiet_hours_once_there_is_room_and_no_longer_than_they_last(ada: User) -> None:
    night, morning = QuietHoursGiven(start="22:00", end="07:00", timezone="UTC"), NEXT_HOUR + 8 * HOUR
    _tell(ada, 4)
    _claim()
    Delivery.objects.filter(state=DeliveryState.SENDING).update(state=DeliveryState.SENT, sent_at=NOW)
    preferences_set(user_id=ada.pk, given=PreferencesGiven(quiet_hours=night), now=NOW)
    assert _held() == [(True, True, NEXT_HOUR, 0)]
    held_release(user_id=ada.pk, now=NEXT_HOUR)
    assert _claim(now=NEXT_HOUR).messages == []
    assert _held() == [(True, False, morning, 0)]
    preferences_set(user_id=ada.pk, given=PreferencesGiven(quiet_hours=None), now=NEXT_HOUR + HOUR)
    assert _held() == [(True, False, NEXT_HOUR + HOUR, 0)]


@pytest.mark.django_db
def test_it_lets_the_next_channel_be_tried_where_one_follows_the_other(ada: User) -> None:
    NotificationPreferences.objects.create(user=ada, escalate=True)
    _tell(ada, 4, Channel.EMAIL, Channel.WEBSOCKET)
    _claim()
    Delivery.objects.filter(channel=EMAIL, state=DeliveryState.SENDING).update(state=DeliveryState.SENT, sent_at=NOW)
    socket = _claim(now=NOW + timedelta(minutes=5), channel=ChannelChoices.WEBSOCKET)
    assert "3" in [one.notification.title for one in socket.messages]


@pytest.mark.django_db
def test_it_forgets_what_counts_no_more(ada: User) -> None:
    for hours in (0, 23, 47, 49):
        ChannelUse.objects.create(user=ada, channel=EMAIL, hour=_THIS - hours * HOUR, count=1)
    assert uses_forget(now=_THIS) == 1
    assert ChannelUse.objects.count() == 3
