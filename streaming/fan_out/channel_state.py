"""What has come on one channel in this process: what is superseded or doubled is left out, what is lost told. Pure."""

from collections.abc import Sequence

from streaming.events import Envelope, Event
from streaming.fan_out.loss_detection import LossDetector


class ChannelState:
    """Watches the epochs and the numbers of one channel.

    `dropped` counts events of superseded producers, `doubled` those that had come, and `lost` how often events were
    missing, or may have been, that the channel layer should have brought.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self.doubled = 0
        self.lost = 0
        self._epoch = 0
        self._loss_detector = LossDetector()

    def admit(self, envelope: Envelope) -> Sequence[Event]:
        """Return what is to be told: the event, unless it is left out, and a `Resync` of what was lost.

        A producer of epoch 0 holds no lease: nothing supersedes it. What is sent again, and has come, is left out. A
        loss is told before the event, or behind a state, which makes up for those that are missing.
        """
        if 0 < envelope.epoch < self._epoch:
            self.dropped += 1
            return ()
        if self._loss_detector.has_come(envelope):
            self.doubled += 1
            return ()
        self._epoch = max(envelope.epoch, self._epoch)
        resync = self._loss_detector.take(envelope)
        if resync is None:
            return (envelope.event,)
        self.lost += 1
        return (envelope.event, resync) if resync.complete else (resync, envelope.event)

    def cut_off(self, since: int) -> None:
        """Note that what was published since (ms since the epoch) may not have come, until a number tells."""
        self._loss_detector.cut_off(since)
