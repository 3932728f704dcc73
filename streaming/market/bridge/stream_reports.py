"""What the bridge tells of each upstream stream: wanted, actual, when it last said something, how late that was.

The bridge sends it to the gateways with its status; the admin's page of streams reads the table.
"""

import msgspec
import structlog
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.slots import BRIDGE_SLOT

STREAM_REPORTS_MESSAGE = "bridge.streams"

logger = structlog.get_logger(__name__)


class StreamReport(msgspec.Struct, frozen=True, kw_only=True):
    """One upstream stream: `last_event` in ms since the epoch, `lag_ms` of that event; None before the first.

    `wanted`: somebody reads a topic that it serves (the canary may be there unwanted). `actual`: the exchange has
    acknowledged it. `silent`: nothing has come for longer than the stream's kind allows. `gaps`: how often it was
    interrupted in the bridge's turn.
    """

    stream: str
    wanted: bool
    actual: bool
    last_event: int | None = None
    lag_ms: int | None = None
    silent: bool = False
    gaps: int = 0


class StreamReports(msgspec.Struct, frozen=True, kw_only=True):
    """All streams of one bridge, sorted by name, as they were at `published` (ms since the epoch); `slot` is its."""

    epoch: int
    published: int
    streams: tuple[StreamReport, ...]
    slot: str = BRIDGE_SLOT


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(StreamReports)


def encode_reports(reports: StreamReports) -> bytes:
    """Return the reports as they travel in a message."""
    return _encoder.encode(reports)


class StreamReportTable:
    """The newest reports of each slot that this process has heard; an earlier epoch's never replace living ones."""

    def __init__(self, clock: Clock | None = None, *, maximum_age: float | None = None) -> None:
        self._clock = clock or SystemClock()
        self._maximum_age = settings.BRIDGE_STATUS_MAXIMUM_AGE_SECONDS if maximum_age is None else maximum_age
        self._held: dict[str, tuple[StreamReports, float]] = {}

    async def start(self, hub: Hub) -> None:
        """Listen for what bridges say."""
        await hub.listen(GATEWAYS_GROUP, STREAM_REPORTS_MESSAGE, self._hear)

    def current(self, slot: str = BRIDGE_SLOT) -> StreamReports | None:
        """Return a slot's newest reports; None where no bridge of it has told any for the maximum age."""
        reports, at = self._held.get(slot, (None, 0.0))
        return None if self._clock.monotonic() - at > self._maximum_age else reports

    def take(self, reports: StreamReports) -> None:
        """Hold reports that were heard now."""
        current = self.current(reports.slot)
        if current is None or reports.epoch >= current.epoch:
            self._held[reports.slot] = (reports, self._clock.monotonic())

    def _hear(self, message: Message) -> None:
        try:
            self.take(_decoder.decode(message["reports"]))
        except msgspec.DecodeError as error:
            logger.warning("reports of streams could not be decoded", reason=str(error))
