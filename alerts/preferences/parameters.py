"""What is given to choose preferences; whatever isn't named stays as it is. Pure."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated

import msgspec

from accounts.time_zones.zones import known_timezones
from alerts.events import NotificationKind
from alerts.preferences.preferences import Channel, QuietHours
from streaming.commands.parameters import Parameters

Channels = tuple[Channel, ...] | msgspec.UnsetType | None
TimeOfDay = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", extra_json_schema={"description": 'a time of day, as "22:30"'}
    ),
]


class KindsGiven(Parameters, frozen=True, kw_only=True):
    """The channels of each kind, in the order in which they are tried; null is the default again."""

    alert: Channels = msgspec.UNSET
    order: Channels = msgspec.UNSET
    grid: Channels = msgspec.UNSET
    strategy: Channels = msgspec.UNSET
    backtest: Channels = msgspec.UNSET
    wallet: Channels = msgspec.UNSET
    system: Channels = msgspec.UNSET

    def by_kind(self) -> Mapping[NotificationKind, tuple[Channel, ...] | None]:
        """Return what is chosen for those kinds that are named."""
        return {kind: chosen for kind in NotificationKind if (chosen := getattr(self, kind)) is not msgspec.UNSET}


class QuietHoursGiven(Parameters, frozen=True, kw_only=True):
    """Quiet hours by the clock of a time zone."""

    start: TimeOfDay
    end: TimeOfDay
    timezone: Annotated[str, msgspec.Meta(max_length=64)]

    def wrong_together(self) -> Mapping[str, str]:
        """Return what is wrong."""
        wrong = {}
        if self.start == self.end:
            wrong["end"] = "quiet_hours.end must differ from quiet_hours.start"
        if self.timezone not in known_timezones():
            wrong["timezone"] = "quiet_hours.timezone must be an IANA time zone, such as Europe/Berlin"
        return wrong

    def quiet_hours(self) -> QuietHours:
        """Return them."""
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        return QuietHours(start=start, end=end, timezone=self.timezone)


class PreferencesGiven(Parameters, frozen=True, kw_only=True):
    """New preferences; `quiet_hours` null ends them."""

    kinds: KindsGiven = KindsGiven()
    quiet_hours: QuietHoursGiven | msgspec.UnsetType | None = msgspec.UNSET
    digest: bool | msgspec.UnsetType = msgspec.UNSET
    escalate: bool | msgspec.UnsetType = msgspec.UNSET
    sound: bool | msgspec.UnsetType = msgspec.UNSET
    vibration: bool | msgspec.UnsetType = msgspec.UNSET
