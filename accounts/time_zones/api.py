"""REST: `/api/v1/auth/time-zone/`, the zone in which one is shown times. No key reaches it, whatever its scopes."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from accounts.http.throttles import TimeZoneThrottle
from accounts.http.views import AccountCase, Asked
from accounts.models import MAXIMUM_TIME_ZONE_LENGTH
from accounts.selectors import UserProfile, user_profile
from accounts.time_zones.services import time_zone_set
from accounts.time_zones.zones import known_timezones
from streaming.commands.parameters import Parameters
from streaming.commands.values import TRIMMED_NOT_NULL

ZoneName = Annotated[str, Meta(max_length=MAXIMUM_TIME_ZONE_LENGTH), TRIMMED_NOT_NULL]


class TimeZones(Parameters, frozen=True):
    """The zone that is chosen (IANA), empty for that of the device, and which that is where it is known."""

    time_zone: ZoneName = ""
    device_time_zone: ZoneName = ""

    def wrong_together(self) -> Mapping[str, str]:
        """Return which of them no zone is called."""
        named = {"time_zone": self.time_zone, "device_time_zone": self.device_time_zone}
        return {
            field: f"{field} must be the name of a time zone, such as Europe/Berlin, or empty"
            for field, name in named.items()
            if name and name not in known_timezones()
        }


def _set(asked: Asked, given: TimeZones) -> UserProfile:
    """Choose the time zone in which one is shown times."""
    time_zone_set(user=asked.user, time_zone=given.time_zone, device_time_zone=given.device_time_zone)
    return user_profile(asked.user)


SET = AccountCase(parameters=TimeZones, act=_set, answer=UserProfile, throttle=TimeZoneThrottle)
