"""What a client has done so far."""

import msgspec

from tidewire_client.reading.times import now_ms


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts since the client was made, but for `connected_at`, `queued` and `subscriptions`, which are of now.

    `connected_at` is in ms since the epoch, None where there is no connection. `queued` commands wait to be sent.
    """

    frames_received: int
    frames_sent: int
    connected_at: int | None
    disconnections: int
    queued: int
    subscriptions: int


class Counters:
    """What is counted over all connections of a client."""

    def __init__(self) -> None:
        self.frames_received = 0
        self.frames_sent = 0
        self.disconnections = 0
        self.connected_at: int | None = None

    def received(self) -> None:
        """Count a frame."""
        self.frames_received += 1

    def sent(self) -> None:
        """Count a message."""
        self.frames_sent += 1

    def opened(self) -> None:
        """Note that there is a connection now."""
        self.connected_at = now_ms()

    def closed(self, *, lost: bool) -> None:
        """Note that there is none any more; it counts where it was lost, and not left."""
        if self.connected_at is not None and lost:
            self.disconnections += 1
        self.connected_at = None

    def report(self, *, queued: int, subscriptions: int) -> Statistics:
        """Return what was counted."""
        return Statistics(
            frames_received=self.frames_received,
            frames_sent=self.frames_sent,
            connected_at=self.connected_at,
            disconnections=self.disconnections,
            queued=queued,
            subscriptions=subscriptions,
        )
