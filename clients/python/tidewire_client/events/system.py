"""The events of the deployment itself: its health, the exchange's connection, log lines, its gateways.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec

from tidewire_client.events.base import DottedEvent, Milliseconds
from tidewire_client.events.values import Source


class HealthStatus(StrEnum):
    """How the deployment is: all parts are there; some are missing; it can't serve."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


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
    detail: str | None = None


class WorkerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A worker that must be single: the process that has its lease, and whether that still renews it.

    `figures` are what that process has told of its work within the last seconds, where it tells of any.
    """

    name: str
    holder: str
    alive: bool
    figures: tuple[WorkerFigure, ...] | None = None


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


class ExchangeHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange as the bridge sees it; `lag_ms` is None before the first message and while it is away."""

    state: ExchangeState
    source: Source
    lag_ms: int | None = None


class SystemHealth(DottedEvent, frozen=True, kw_only=True):
    """The whole deployment: `uptime` in seconds, the number of gateways, their connections, its workers and parts.

    `exchange` is None where no bridge says anything. `layer_hosts_down` are the places, from 1, of those of the
    channel layer's several hosts that don't answer, while there are any.
    """

    kind: ClassVar[str] = "system.health"

    status: HealthStatus
    uptime: int
    gateways: int
    connections: int
    workers: tuple[WorkerReport, ...]
    database: PartStatus
    layer: PartStatus
    layer_hosts_down: tuple[int, ...] | None = None
    exchange: ExchangeHealth | None = None


class ExchangeNews(DottedEvent, frozen=True, kw_only=True):
    """What happened to the connection with `exchange`, and its state since.

    What doesn't apply is left out: `attempt` counts tries to connect, `start`, `end` and `complete` tell of a
    hole that was found in the data.

    `event` is `connecting`, `connected`, `disconnected`, `error`, `reconnect-failed`, `resync` or `status`.
    """

    kind: ClassVar[str] = "system.exchange"
    other_times: ClassVar[tuple[str, ...]] = ("since", "from", "to")

    exchange: str
    state: ExchangeState
    source: Source
    reason: str | None = None
    since: Milliseconds | None = None
    attempt: int | None = None
    start: Milliseconds | None = msgspec.field(name="from", default=None)
    end: Milliseconds | None = msgspec.field(name="to", default=None)
    complete: bool | None = None


class LogLevel(StrEnum):
    """How much a log line matters."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class LogLine(DottedEvent, frozen=True, kw_only=True):
    """A line that an app published, such as source `grid.grid_abc123`.

    `event` is `debug`, `info`, `warn` or `error`.
    """

    kind: ClassVar[str] = "system.log"

    level: LogLevel
    source: str
    message: str


class GatewayReport(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway, now; `lag_ms_p99` is None where nothing was measured, `uptime` is in seconds.

    From its start count `slow_closed` (connections closed as slow consumers) and `conflated` (state frames that
    newer ones replaced before a slow reader took them); `waiting_bytes` are held for such readers now. `tasks`
    are those of its event loop: with as many connections as before, as many as before.
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


class BridgeReport(msgspec.Struct, frozen=True, kw_only=True):
    """The bridge, now; `streams` is how many the exchange gives it, `state_seconds` the age of its state.

    The lag's quantiles and the frames a second are over the last minute. From its start count the events
    `published` and those `dropped` for want of room, the `doubles` that the exchange sent and were left out,
    `reconnects`, `ack_errors` (requests that the exchange refused, or never answered), and the gaps that were
    filled, or not; `gaps_waiting` are still to be. `used_weight` is REST's in this minute, `tasks` are those of
    its event loop. `slot` is the name of its lease.
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


class WorkerLease(WorkerReport, frozen=True, kw_only=True):
    """A worker's lease, for operators: its fencing number, and for how many ms it still held when it was read.

    `valid_ms` is negative where the lease had expired; both are None where nothing is known of the lease itself.
    `standing_by` is how many other processes are ready to take over, of a worker that tells figures.
    """

    epoch: int | None = None
    valid_ms: int | None = None
    standing_by: int | None = None


class ChannelSubscribers(msgspec.Struct, frozen=True, kw_only=True):
    """How many connections of the whole deployment have a channel, as clients spelled it."""

    channel: str
    subscribers: int


class GatewaysUpdate(DottedEvent, frozen=True, kw_only=True):
    """All gateways, the bridge (None where there is none) and the workers, for operators.

    Where several slots share the market, `bridge` says of them together what `bridge_slots` says of each that is
    served, in their order. `further_bridges` read the markets beside the deployment's own, in the order of their
    leases' names.

    `channels` are the most subscribed ones, at most 100 of the `channels_total` that somebody has; `leases_read`
    is when the workers' leases were read, None where they could not be.
    """

    kind: ClassVar[str] = "ops.gateways"
    other_times: ClassVar[tuple[str, ...]] = ("leases_read",)

    gateways: tuple[GatewayReport, ...]
    bridge: BridgeReport | None = None
    bridge_slots: tuple[BridgeReport, ...] = ()
    further_bridges: tuple[BridgeReport, ...] = ()
    workers: tuple[WorkerLease, ...] = ()
    leases_read: Milliseconds | None = None
    channels: tuple[ChannelSubscribers, ...] = ()
    channels_total: int = 0


class KillSwitchScope(StrEnum):
    """What a kill switch stops."""

    GLOBAL = "global"
    USER = "user"
    INSTANCE = "instance"


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """What a kill switch did."""

    grids_stopped: int = 0
    strategies_stopped: int = 0
    orders_cancelled: int = 0


class KillSwitch(DottedEvent, frozen=True, kw_only=True):
    """A kill switch was thrown by the user named `by`; `id` is the user's or the instance's, None for all.

    `event` is `activated` or `deactivated`.
    """

    kind: ClassVar[str] = "system.kill_switch"

    scope: KillSwitchScope
    id: str | None = None
    reason: str
    by: str
    affected: Affected


SYSTEM_EVENTS = (SystemHealth, ExchangeNews, LogLine, GatewaysUpdate, KillSwitch)
