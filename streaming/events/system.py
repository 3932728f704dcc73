"""Events of the deployment itself: its health, the exchange's connection, log lines, its gateways."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events.base import Milliseconds, Source
from streaming.events.named import NamedEvent, Update


class HealthStatus(StrEnum):
    """How the deployment is: all parts are there; some are missing; it can't serve."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class PartStatus(StrEnum):
    """Whether a part answers."""

    OK = "ok"
    DOWN = "down"


class ExchangeState(StrEnum):
    """The state of the exchange as the bridge sees it."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    RECONNECTING = "reconnecting"
    FALLBACK = "fallback"


class FigureUnit(StrEnum):
    """What the value of a figure is in."""

    COUNT = "count"
    MILLISECONDS = "milliseconds"


class WorkerFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of what a worker does; `value` is None where there is nothing to count or to measure.

    `detail` says more to operators, such as which symbols are counted.
    """

    name: str
    title: str
    unit: FigureUnit
    value: int | None
    detail: str | msgspec.UnsetType = msgspec.UNSET


class WorkerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A worker that must be single: the process that has its lease, and whether that still renews it.

    `figures` are what that process has told of its work within the last seconds, where it tells of any.
    """

    name: str
    holder: str
    alive: bool
    figures: tuple[WorkerFigure, ...] | msgspec.UnsetType = msgspec.UNSET


class WorkerLease(WorkerReport, frozen=True, kw_only=True):
    """A worker's lease, for operators: its fencing number, and for how many ms it still held when it was read.

    `valid_ms` is negative where the lease had expired; both are None where nothing is known of the lease itself.
    `standing_by` is how many other processes are ready to take over, of a worker that tells figures.
    """

    epoch: int | None = None
    valid_ms: int | None = None
    standing_by: int | msgspec.UnsetType = msgspec.UNSET


class ExchangeHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange as the bridge sees it; `lag_ms` is None before the first message and while it is away."""

    state: ExchangeState
    source: Source
    lag_ms: int | None = None


class SystemHealth(NamedEvent, frozen=True, kw_only=True, tag="system_health"):
    """The whole deployment: `uptime` in seconds, the number of gateways, their connections, its workers and parts.

    `exchange` is None where no bridge says anything. `layer_hosts_down` are the places, from 1, of those of the channel
    layer's several hosts that don't answer, while there are any.
    """

    is_held: ClassVar[bool] = True

    channel: str = "system.health"
    event: Update = Update.UPDATE
    status: HealthStatus
    uptime: int
    gateways: int
    connections: int
    workers: tuple[WorkerReport, ...]
    database: PartStatus
    layer: PartStatus
    layer_hosts_down: tuple[int, ...] | msgspec.UnsetType = msgspec.UNSET
    exchange: ExchangeHealth | None = None

    def is_for(self, user_id: str) -> bool:
        """Return True: every user may see it."""
        return True


class ExchangeEvent(StrEnum):
    """What happened to the connection with an exchange."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    ERROR = "error"
    RECONNECT_FAILED = "reconnect-failed"
    RESYNC = "resync"
    STATUS = "status"


class ExchangeNews(NamedEvent, frozen=True, kw_only=True, tag="system_exchange"):
    """What happened to the connection with `exchange`, and its state since.

    What doesn't apply is left out: `attempt` counts tries to connect, `start`, `end` and `complete` tell of a hole that
    was found in the data.
    """

    channel: str = "system.exchange"
    event: ExchangeEvent
    exchange: str
    state: ExchangeState
    source: Source
    reason: str | msgspec.UnsetType = msgspec.UNSET
    since: Milliseconds | msgspec.UnsetType = msgspec.UNSET
    attempt: int | msgspec.UnsetType = msgspec.UNSET
    start: Milliseconds | msgspec.UnsetType = msgspec.field(name="from", default=msgspec.UNSET)
    end: Milliseconds | msgspec.UnsetType = msgspec.field(name="to", default=msgspec.UNSET)
    complete: bool | msgspec.UnsetType = msgspec.UNSET

    def is_for(self, user_id: str) -> bool:
        """Return True: every user may see it."""
        return True


class LogLevel(StrEnum):
    """How much a log line matters."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class LogLine(NamedEvent, frozen=True, kw_only=True, tag="system_log"):
    """A line that an app published, such as source `grid.grid_abc123`.

    `owner` is the user whose instance wrote it. `event` is the level; `log_line` makes one of the other.
    """

    channel: str = "system.log"
    event: LogLevel
    level: LogLevel
    source: str
    message: str


def log_line(level: LogLevel, *, source: str, message: str, time: int, owner: str = "") -> LogLine:
    """Return a log line, whose event is its level; `time` is in ms."""
    return LogLine(event=level, level=level, source=source, message=message, time=time, owner=owner)


class GatewayReport(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway, now; `lag_ms_p99` is None where nothing was measured, `uptime` is in seconds.

    From its start count `slow_closed` (connections closed as slow consumers) and `conflated` (state frames that newer
    ones replaced before a slow reader took them); `waiting_bytes` are held for such readers now. `tasks` are those of
    its event loop: with as many connections as before, as many as before.
    """

    id: str
    connections: int
    subscriptions: int
    frames_per_second: float
    lag_ms_p99: float | None = None
    slow_closed: int
    tasks: int = 0
    uptime: int = 0
    conflated: int = 0
    waiting_bytes: int = 0


class ChannelSubscribers(msgspec.Struct, frozen=True, kw_only=True):
    """How many connections of the whole deployment have a channel, as clients spelled it."""

    channel: str
    subscribers: int


class BridgeReport(msgspec.Struct, frozen=True, kw_only=True):
    """The bridge, now; `streams` is how many the exchange gives it, `state_seconds` the age of its state.

    The lag's quantiles and the frames a second are over the last minute. From its start count the events `published`
    and those `dropped` for want of room, the `doubles` that the exchange sent and were left out, `reconnects`,
    `ack_errors` (requests that the exchange refused, or never answered), and the gaps that were filled, or not;
    `gaps_waiting` are still to be. `used_weight` is REST's in this minute, `tasks` are those of its event loop. `slot`
    is the name of its lease.
    """

    holder: str
    epoch: int
    state: ExchangeState
    source: Source
    lag_ms: int | None = None
    streams: int
    published: int
    tasks: int = 0
    state_seconds: int = 0
    address: str = ""
    lag_p50_ms: int | None = None
    lag_p99_ms: int | None = None
    frames_per_second: float = 0.0
    dropped: int = 0
    doubles: int = 0
    reconnects: int = 0
    ack_errors: int = 0
    gaps_filled: int = 0
    gaps_unfilled: int = 0
    gaps_waiting: int = 0
    used_weight: int = 0
    slot: str = "bridge"


class GatewaysUpdate(NamedEvent, frozen=True, kw_only=True, tag="ops_gateways"):
    """All gateways, the bridge (None where there is none) and the workers, for operators.

    Where several slots share the market, `bridge` says of them together what `bridge_slots` says of each that is
    served, in their order. `further_bridges` read the markets beside the deployment's own, in the order of their
    leases' names.

    `channels` are the most subscribed ones, at most 100 of the `channels_total` that somebody has; `leases_read` is
    when the workers' leases were read, None where they could not be.
    """

    is_held: ClassVar[bool] = True

    channel: str = "ops.gateways"
    event: Update = Update.UPDATE
    gateways: tuple[GatewayReport, ...]
    bridge: BridgeReport | None = None
    bridge_slots: tuple[BridgeReport, ...] = ()
    further_bridges: tuple[BridgeReport, ...] = ()
    workers: tuple[WorkerLease, ...] = ()
    leases_read: Milliseconds | None = None
    channels: tuple[ChannelSubscribers, ...] = ()
    channels_total: int = 0
