"""Whether a connection's client is there, and how far away: the protocol's heartbeat, and the server's own pings."""

from collections.abc import Callable
from random import Random

from streaming.clock import Clock
from streaming.connections.quality import ConnectionQuality
from streaming.gateway.sending.transport import Transport
from streaming.gateway.session.heartbeat import Heartbeat, Pulse


def _nobody() -> None:
    pass


class Liveness:
    """One connection's. Without a heartbeat the client is never found dead here: the server's own pings do that.

    `on_missed` is called for each ping that was not answered in time.
    """

    def __init__(self, clock: Clock, heartbeat: Heartbeat | None, on_missed: Callable[[], None] = _nobody) -> None:
        self._clock = clock
        self._heartbeat = heartbeat
        self.has_heartbeat = heartbeat is not None
        self._on_missed = on_missed
        self.quality = ConnectionQuality()

    def observe(self, transport: Transport) -> None:
        """Take the round trips that the server measures, where it tells them, and no heartbeat measures its own.

        One measure, not two: the one is answered by a library, the other by the client's own code.
        """
        if self._heartbeat is None:
            transport.observe_round_trips(self.quality.measured, self._missed_one)

    def heard(self) -> None:
        """Note that the client sent something."""
        if self._heartbeat is not None:
            self._heartbeat.heard(self._clock.monotonic())

    def answered(self) -> None:
        """Note that the client answered our ping, or sent an answer that nobody asked for."""
        if self._heartbeat is not None:
            self._heartbeat.answered()
            self.quality.answered(self._clock.monotonic())

    def beat(self) -> Pulse:
        """Return what is to be done now."""
        if self._heartbeat is None:
            return Pulse.NOTHING
        now = self._clock.monotonic()
        pulse, missed = self._heartbeat.beat(now)
        if missed:
            self._missed_one()
        if pulse is Pulse.PING:
            self.quality.pinged(now)
        return pulse

    def _missed_one(self) -> None:
        self.quality.missed_one()
        self._on_missed()


def heartbeat_of(*, interval: float, timeout: float, clock: Clock, random: Random) -> Heartbeat:
    """Return a heartbeat that begins now."""
    return Heartbeat(interval=interval, timeout=timeout, now=clock.monotonic(), random=random)
