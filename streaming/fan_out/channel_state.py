"""What has come on one channel in this process: what is left out, what was lost, and the newest value. Pure."""

from collections.abc import Sequence

from streaming.events import Envelope, Event
from streaming.fan_out.deduplication import Deduplicator, StoredEvents
from streaming.fan_out.loss_detection import LossDetector


class EpochFence:
    """The highest epoch seen of one producer; a lower one comes from a producer that another has superseded."""

    def __init__(self) -> None:
        self._highest = 0

    def admits(self, epoch: int) -> bool:
        """Note an epoch, and return whether what it stands for counts; 0 is a producer's that holds no lease."""
        if epoch < self._highest:
            return epoch == 0
        self._highest = epoch
        return True


class ChannelState:
    """The epochs, the numbers and the newest value of one channel.

    Channels of one producer share its `fence`. `deduplicator` leaves out what it has seen, whoever publishes it again;
    what is stored until it is published is left out by its id.
    """

    def __init__(self, fence: EpochFence, deduplicator: Deduplicator | None = None) -> None:
        self._fence = fence
        self._deduplicator = deduplicator
        self._stored = StoredEvents()
        self._loss_detector = LossDetector()
        self._newest: Event | None = None
        self._newest_at = 0.0

    def take(self, envelope: Envelope, at: float) -> Sequence[Event]:
        """Note what has come `at` (monotonic seconds), and return what is to be told: it, and a `Resync` of a loss.

        A producer of epoch 0 holds no lease: nothing supersedes it. What is sent again, and has come, is left out. A
        loss is told before the event, or behind a state, which makes up for those that are missing.
        """
        if not self._fence.admits(envelope.epoch) or self._loss_detector.has_come(envelope):
            return ()
        resync = self._loss_detector.take(envelope)
        event = self._new_of(envelope)
        if event is None:
            return () if resync is None else (resync,)
        if event.is_held:
            self._newest, self._newest_at = event, at
        if resync is None:
            return (event,)
        return (event, resync) if resync.complete else (resync, event)

    def _new_of(self, envelope: Envelope) -> Event | None:
        """Return what of an event was not told before; None where nothing is."""
        if not self._stored.take(envelope.stored):
            return None
        return envelope.event if self._deduplicator is None else self._deduplicator.admit(envelope.event)

    def value(self, *, not_before: float) -> Event | None:
        """Return the newest value of a state where it came at `not_before` (monotonic seconds) or later."""
        return None if self._newest_at < not_before else self._newest

    def cut_off(self, since: int) -> None:
        """Note that what was published since (ms since the epoch) may not have come, until a number tells."""
        self._loss_detector.cut_off(since)

    def forget_value(self) -> None:
        """Hold no value any more: another process may know a newer one."""
        self._newest = None
