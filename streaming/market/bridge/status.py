"""What the bridge says of itself, and what the other processes hold of it.

`/health`, `/ready` and the statistics read the table. A bridge that says goodbye, or nothing for 15 s, is taken for
gone. Each slot has a row of its own: a further market never stands for the deployment's.
"""

from enum import StrEnum

import msgspec
import structlog
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.events import Source
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import GATEWAYS_GROUP, Message
from streaming.market.bridge.slots import BRIDGE_SLOT

BRIDGE_STATUS_MESSAGE = "bridge.status"
BRIDGE_FAREWELL_MESSAGE = "bridge.farewell"

logger = structlog.get_logger(__name__)


class BridgeState(StrEnum):
    """The state of the exchange as the bridge sees it."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    RECONNECTING = "reconnecting"
    FALLBACK = "fallback"


class BridgeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a bridge says of itself, times in ms since the epoch.

    `lag_ms` is how long the newest message was on its way by the exchange's clock and ours, None before the first and
    while the exchange is away;
    `active_streams` are those that the exchange has acknowledged, sorted; `epoch` is the fencing number of `holder`;
    `events` is how many it has published in its present turn.

    The lag's quantiles and the frames a second are over the last minute; `address` is the base address of the streams.
    In its turn: `reconnects` by cause, `ack_errors` (requests that were refused, or never answered), `dropped` events
    for want of room, `doubles` that the exchange sent, gaps that were filled, or not, or wait for it, and the closed
    candles that were stored. `used_weight` is REST's in this minute, by the exchange's count; `tasks` those of asyncio.
    `slot` is the name of the bridge's lease, which says whether its market is the deployment's own or a further one.
    `stands_in_for` is the exchange that is away, where simulated data is served in its place; `source` is the simulator
    then, and the state `fallback`.
    """

    state: BridgeState
    source: Source
    since: int
    lag_ms: int | None
    active_streams: tuple[str, ...]
    symbols_known: bool
    holder: str
    epoch: int
    published: int
    events: int = 0
    lag_p50_ms: int | None = None
    lag_p99_ms: int | None = None
    address: str = ""
    frames_per_second: float = 0.0
    reconnects: dict[str, int] = {}
    ack_errors: int = 0
    dropped: int = 0
    doubles: int = 0
    gaps_filled: int = 0
    gaps_unfilled: int = 0
    gaps_waiting: int = 0
    candles_stored: int = 0
    used_weight: int = 0
    tasks: int = 0
    slot: str = BRIDGE_SLOT
    stands_in_for: Source | None = None

    @property
    def simulated(self) -> bool:
        """True where the prices are not of a real market."""
        return self.source is Source.SIMULATOR


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(BridgeStatus)


def encode_status(status: BridgeStatus) -> bytes:
    """Return the status as it travels in a message."""
    return _encoder.encode(status)


def decode_status(body: bytes) -> BridgeStatus:
    """Return the status in a message; raise `msgspec.DecodeError` where it holds none."""
    return _decoder.decode(body)


class BridgeStatusTable:
    """The newest status of each slot that this process has heard; an earlier epoch's never replaces a living one."""

    def __init__(self, clock: Clock | None = None, *, maximum_age: float | None = None) -> None:
        self._clock = clock or SystemClock()
        self._maximum_age = settings.BRIDGE_STATUS_MAXIMUM_AGE_SECONDS if maximum_age is None else maximum_age
        self._held: dict[str, tuple[BridgeStatus, float]] = {}

    async def start(self, hub: Hub) -> None:
        """Listen for what bridges say."""
        await hub.listen(GATEWAYS_GROUP, BRIDGE_STATUS_MESSAGE, self._hear)
        await hub.listen(GATEWAYS_GROUP, BRIDGE_FAREWELL_MESSAGE, self._hear_farewell)

    def current(self, slot: str = BRIDGE_SLOT) -> BridgeStatus | None:
        """Return a slot's newest status; None where no bridge of it has said anything for the maximum age."""
        status, at = self._held.get(slot, (None, 0.0))
        return None if self._clock.monotonic() - at > self._maximum_age else status

    @property
    def further(self) -> tuple[BridgeStatus, ...]:
        """The newest status of each further market of which a bridge is heard, by the slots' names."""
        heard = (self.current(slot) for slot in sorted(self._held) if slot != BRIDGE_SLOT)
        return tuple(status for status in heard if status is not None)

    def take(self, status: BridgeStatus) -> None:
        """Hold a status that was heard now."""
        current = self.current(status.slot)
        if current is None or status.epoch >= current.epoch:
            self._held[status.slot] = (status, self._clock.monotonic())

    def forget(self, epoch: int, slot: str = BRIDGE_SLOT) -> None:
        """Hold the status of a bridge no more that has said goodbye."""
        if slot in self._held and self._held[slot][0].epoch <= epoch:
            del self._held[slot]

    def _hear_farewell(self, message: Message) -> None:
        self.forget(message["epoch"], message.get("slot", BRIDGE_SLOT))

    def _hear(self, message: Message) -> None:
        try:
            self.take(decode_status(message["status"]))
        except msgspec.DecodeError as error:
            logger.warning("a status of the bridge could not be decoded", reason=str(error))
