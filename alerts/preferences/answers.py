"""Preferences as they are answered."""

from collections.abc import Mapping

import msgspec

from alerts.events import NotificationKind, Severity
from alerts.preferences.preferences import Channel, QuietHours, default_channels
from alerts.preferences.selectors import preferences_of, switches_of
from streaming.times import WriteTime, milliseconds

_AS_GIVEN = "%H:%M"


class QuietHoursAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Quiet hours: times of day such as `22:30`, by the clock of an IANA time zone."""

    start: str
    end: str
    timezone: str


class SwitchedOffAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A channel that can't reach the user any more, since when and why; choosing it anew tries it again."""

    channel: Channel
    reason: str
    since: str | int


class PreferencesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All of a user's preferences.

    `kinds` has every kind. Those not in `chosen` have the default, by which what is critical goes out by the channels
    of `critical` instead.
    """

    kinds: Mapping[NotificationKind, tuple[Channel, ...]]
    chosen: tuple[NotificationKind, ...]
    critical: tuple[Channel, ...]
    quiet_hours: QuietHoursAnswer | None
    digest: bool
    escalate: bool
    sound: bool
    vibration: bool
    switched_off: tuple[SwitchedOffAnswer, ...]


def preferences_answer(user_id: int, write_time: WriteTime) -> PreferencesAnswer:
    """Return a user's preferences."""
    preferences = preferences_of(user_id)
    return PreferencesAnswer(
        kinds={kind: preferences.channels_of(kind, Severity.INFO) for kind in NotificationKind},
        chosen=tuple(kind for kind in NotificationKind if kind in preferences.kinds),
        critical=default_channels(Severity.CRITICAL),
        quiet_hours=_quiet_hours(preferences.quiet_hours),
        digest=preferences.digest,
        escalate=preferences.escalate,
        sound=preferences.sound,
        vibration=preferences.vibration,
        switched_off=tuple(
            SwitchedOffAnswer(
                channel=Channel(switch.channel),
                reason=switch.reason,
                since=write_time(milliseconds(switch.switched_off_at)),
            )
            for switch in switches_of(user_id)
        ),
    )


def _quiet_hours(quiet: QuietHours | None) -> QuietHoursAnswer | None:
    if quiet is None:
        return None
    return QuietHoursAnswer(
        start=quiet.start.strftime(_AS_GIVEN), end=quiet.end.strftime(_AS_GIVEN), timezone=quiet.timezone
    )
