"""What every channel can do."""

from typing import Protocol

from alerts.deliveries.message import Message


class ChannelTransport(Protocol):
    """Sends messages. At most `slots` batches of up to `batch` messages are sent at a time.

    The outcomes of a batch are stored together: more than one belongs together only where sending takes no time.
    """

    slots: int
    batch: int

    async def send(self, message: Message) -> None:
        """Send one; raise `DeliveryFailedError`. Whatever else is raised counts as a failed attempt, too."""
        ...
