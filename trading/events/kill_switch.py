"""What users are told of the kill switch."""

from enum import StrEnum

import msgspec

from streaming.events import NamedEvent


class KillSwitchEvent(StrEnum):
    """What was done to a kill switch."""

    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"


class KillSwitchScope(StrEnum):
    """What a kill switch stops."""

    GLOBAL = "global"
    USER = "user"
    INSTANCE = "instance"


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """What a kill switch did."""

    grids_stopped: int = 0
    strategies_stopped: int = 0
    orders_cancelled: int = 0


class KillSwitch(NamedEvent, frozen=True, kw_only=True, tag="system_kill_switch"):
    """A kill switch was thrown by the user named `by`; `id` is the user's or the instance's, None for all.

    `owner` is the user whom it concerns, empty where the scope is global.
    """

    channel: str = "system.kill_switch"
    event: KillSwitchEvent
    scope: KillSwitchScope
    id: str | None = None
    reason: str
    by: str
    affected: Affected

    def is_for(self, user_id: str) -> bool:
        """Return whether the switch is global, or concerns the user."""
        return self.scope is KillSwitchScope.GLOBAL or self.owner == user_id
