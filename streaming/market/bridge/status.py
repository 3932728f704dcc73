"""What the bridge of a slot says of itself, and how that travels."""

from enum import StrEnum

import msgspec

from streaming.events import Source
from streaming.market.bridge.slots import BRIDGE_SLOT

BRIDGE_STATUS_MESSAGE = "bridge.status"
BRIDGE_FAREWELL_MESSAGE = "bridge.farewell"


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
