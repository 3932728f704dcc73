"""By which channels a notification goes out, and when."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices
from alerts.notifications.draft import NotificationDraft
from alerts.preferences.choice import planned
from alerts.preferences.preferences import Channel, Preferences, QuietHours
from alerts.preferences.quiet_hours import quiet_until
from tests.alerts.preferences.quietness import is_quiet

ALERT, ORDER = NotificationKind.ALERT, NotificationKind.ORDER
WEBSOCKET, EMAIL, PUSH, WEBHOOK = Channel.WEBSOCKET, Channel.EMAIL, Channel.WEB_PUSH, Channel.WEBHOOK
NIGHT = QuietHours(start=time(22), end=time(7), timezone="UTC")
NOON, MIDNIGHT = datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 7, tzinfo=UTC)
PATIENCE = timedelta(seconds=30)


def draft(
    severity: Severity = Severity.INFO, *, kind: NotificationKind = ALERT, channels: tuple[Channel, ...] = ()
) -> NotificationDraft:
    """Return a notification of one user."""
    return NotificationDraft(user_id=1, kind=kind, severity=severity, title="BTC is up", channels=channels)


def plan(preferences: Preferences, one: NotificationDraft, now: datetime = NOON) -> list[tuple[Channel, timedelta]]:
    """Return by which channels it goes out, and how long after `now`."""
    return [(delivery.channel, delivery.not_before - now) for delivery in planned(preferences, one, now)]


AT_ONCE = timedelta(0)


def test_it_knows_the_channels_that_deliveries_are_stored_with() -> None:
    assert [channel.value for channel in Channel] == list(ChannelChoices.values)


@pytest.mark.parametrize("kind", NotificationKind)
def test_it_tells_by_the_socket_where_nothing_was_chosen_and_by_email_too_what_is_critical(
    kind: NotificationKind,
) -> None:
    for severity in (Severity.INFO, Severity.WARNING):
        assert plan(Preferences(), draft(severity, kind=kind)) == [(WEBSOCKET, AT_ONCE)]
    assert plan(Preferences(), draft(Severity.CRITICAL, kind=kind)) == [(WEBSOCKET, AT_ONCE), (EMAIL, AT_ONCE)]


def test_it_tells_by_the_channels_that_were_chosen_for_the_kind() -> None:
    preferences = Preferences(kinds={ALERT: (EMAIL, PUSH)})
    assert plan(preferences, draft(Severity.CRITICAL)) == [(EMAIL, AT_ONCE), (PUSH, AT_ONCE)]
    assert plan(preferences, draft(kind=ORDER)) == [(WEBSOCKET, AT_ONCE)]


def test_it_tells_by_the_rules_own_channels_instead_where_it_has_some() -> None:
    preferences = Preferences(kinds={ALERT: (EMAIL,)})
    assert plan(preferences, draft(channels=(WEBHOOK, WEBSOCKET))) == [(WEBHOOK, AT_ONCE), (WEBSOCKET, AT_ONCE)]


def test_it_only_lists_what_was_chosen_no_channel_for() -> None:
    assert plan(Preferences(kinds={ALERT: ()}), draft(Severity.CRITICAL)) == []


def test_it_leaves_out_channels_that_are_switched_off_and_never_all() -> None:
    preferences = Preferences(kinds={ALERT: (EMAIL, PUSH), ORDER: (EMAIL,)}, switched_off=frozenset({EMAIL}))
    assert plan(preferences, draft()) == [(PUSH, AT_ONCE)]
    assert plan(preferences, draft(kind=ORDER)) == [(WEBSOCKET, AT_ONCE)]


def test_it_holds_everything_but_what_is_critical_until_quiet_hours_end() -> None:
    preferences = Preferences(kinds={ALERT: (WEBSOCKET, EMAIL)}, quiet_hours=NIGHT)
    held = planned(preferences, draft(Severity.WARNING), MIDNIGHT)
    assert [(one.channel, one.not_before, one.held) for one in held] == [
        (WEBSOCKET, MORNING, True),
        (EMAIL, MORNING, True),
    ]
    critical = planned(preferences, draft(Severity.CRITICAL), MIDNIGHT)
    assert [(one.not_before, one.held) for one in critical] == [(MIDNIGHT, False)] * 2


def test_it_tries_one_channel_after_the_other_where_the_user_wants_that() -> None:
    preferences = Preferences(kinds={ALERT: (WEBSOCKET, PUSH, EMAIL)}, escalate=True, acknowledge_within=PATIENCE)
    assert plan(preferences, draft()) == [(WEBSOCKET, AT_ONCE), (PUSH, PATIENCE), (EMAIL, 2 * PATIENCE)]


def test_it_counts_the_patience_of_further_channels_from_the_end_of_quiet_hours() -> None:
    preferences = Preferences(
        kinds={ALERT: (WEBSOCKET, PUSH)}, escalate=True, acknowledge_within=PATIENCE, quiet_hours=NIGHT
    )
    held = planned(preferences, draft(), MIDNIGHT)
    assert [(one.not_before, one.held) for one in held] == [(MORNING, True), (MORNING + PATIENCE, True)]


def test_it_holds_a_further_channel_whose_turn_comes_within_quiet_hours() -> None:
    evening = datetime(2026, 11, 20, 21, 59, 50, tzinfo=UTC)
    preferences = Preferences(
        kinds={ALERT: (WEBSOCKET, PUSH)}, escalate=True, acknowledge_within=PATIENCE, quiet_hours=NIGHT
    )
    first, second = planned(preferences, draft(), evening)
    assert (first.not_before, first.held) == (evening, False)
    assert (second.not_before, second.held) == (MORNING + timedelta(days=1), True)


_channels = st.lists(st.sampled_from(Channel), max_size=5).map(tuple)
_preferences = st.builds(
    Preferences,
    kinds=st.dictionaries(st.sampled_from(NotificationKind), _channels),
    quiet_hours=st.none() | st.just(NIGHT) | st.just(QuietHours(start=time(9), end=time(17), timezone="Asia/Tokyo")),
    escalate=st.booleans(),
    switched_off=st.frozensets(st.sampled_from([EMAIL, PUSH, WEBHOOK])),
    without_target=st.frozensets(st.sampled_from([EMAIL, PUSH, WEBHOOK])),
    unconfirmed=st.frozensets(st.just(EMAIL)),
)
_drafts = st.builds(draft, st.sampled_from(Severity), kind=st.sampled_from(NotificationKind), channels=_channels)
_moments = st.integers(0, 10 * 366 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(_preferences, _drafts, _moments)
def test_it_never_disturbs_quiet_hours_never_repeats_a_channel_and_never_forgets_one(
    preferences: Preferences, one: NotificationDraft, now: datetime
) -> None:
    deliveries = planned(preferences, one, now)
    channels = [delivery.channel for delivery in deliveries]
    chosen = set(one.channels or preferences.channels_of(one.kind, one.severity))
    assert len(set(channels)) == len(channels)
    hopeless = preferences.switched_off | preferences.without_target
    good = chosen - hopeless
    stands_in = {WEBSOCKET} if chosen and good <= preferences.unconfirmed else set()
    assert set(channels) == good | stands_in
    quiet = None if one.severity is Severity.CRITICAL else preferences.quiet_hours
    for delivery in deliveries:
        assert delivery.not_before >= now
        assert quiet is None or not is_quiet(quiet, delivery.not_before)
        assert quiet is not None or not delivery.held
    first = now if quiet is None else quiet_until(quiet, now)
    assert not deliveries or deliveries[0].not_before == first
