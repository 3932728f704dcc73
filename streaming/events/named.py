"""Events of dotted channels, which name themselves: `grid.<id>.order`, and what happened: `filled`."""

from enum import StrEnum
from typing import ClassVar

from streaming.events.base import BaseEvent


class Update(StrEnum):
    """What is told at intervals."""

    UPDATE = "update"


class NamedEvent(BaseEvent, frozen=True, kw_only=True):
    """What the events of dotted channels share.

    `channel` is the event's own channel, whatever pattern a client subscribed; `event` is what happened. `owner` is the
    id of the user to whom the event belongs, empty for the deployment's.
    """

    frame_type: ClassVar[str] = "event"
    header: ClassVar[frozenset[str]] = frozenset({"channel", "event", "time", "owner"})

    channel: str
    event: str
    owner: str = ""

    @property
    def category(self) -> str:
        """The first part of the channel: `grid`, `system`, …."""
        return self.channel.partition(".")[0]

    def is_for(self, user_id: str) -> bool:
        """Return whether a user who isn't staff may see the event."""
        return self.owner == user_id
