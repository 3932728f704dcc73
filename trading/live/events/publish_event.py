"""How the trading worker's parts tell something: they share its fencing number, and the count on each channel."""

from typing import Protocol

from streaming.events import BaseEvent


class PublishEvent(Protocol):
    """Publishes an event to whoever reads it; raises what the channel layer raises."""

    async def __call__(self, event: BaseEvent, *, owner: str = "") -> None:
        """Publish it; `owner` is the user's id of a `UserEvent`."""
        ...
