"""What is told of the whole deployment, and how it is judged. Pure.

`down`: no prices can reach anybody, because the channel layer doesn't answer or no bridge says anything.
`degraded`: the deployment serves, but something that it needs is missing: the database or one of several hosts of the
channel layer doesn't answer, the exchange is neither live nor replaced by its fallback, no symbols are known, a worker
that has a lease doesn't renew it, or of one that may run any number of times no process is left.
`ok`: all of these are there.
"""

from collections.abc import Sequence

import msgspec

from streaming.events.system import (
    BridgeReport,
    ChannelSubscribers,
    ExchangeHealth,
    ExchangeState,
    GatewayReport,
    GatewaysUpdate,
    HealthStatus,
    PartStatus,
    SystemHealth,
    WorkerLease,
    WorkerReport,
)
from streaming.gateway.deployment.gateway_counts import GatewayCounts, channel_totals
from streaming.market.bridge.slots import BRIDGE_SLOT
from streaming.market.bridge.status import BridgeStatus
from streaming.workers.figures import ToldFigures, with_figures, without_details

MOST_CHANNELS = 100
"""So many channels are told by name; more would make a frame of every second too large."""
_SERVING = frozenset({ExchangeState.LIVE, ExchangeState.FALLBACK})


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found when the parts were asked, at `asked_at` (ms since the epoch).

    `leases` are those of workers that must be single, and what is known of those that may run any number of times. They
    are None where the database could not be asked for them. `figures` are what workers have told of their work.
    `layer_hosts_down` are the places, from 1, of those hosts of the layer that don't answer, where it has several.
    """

    database: bool
    layer: bool
    layer_hosts_down: tuple[int, ...] = ()
    leases: tuple[WorkerLease, ...] | None
    asked_at: int = 0
    figures: ToldFigures = msgspec.field(default_factory=dict)


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of the deployment at `now_ms` (since the epoch).

    `bridge_slots` are those that share its market, where there are several, and `bridge` what is to be said of them
    together; `further_bridges` read the markets beside its own. `own_workers` are those that run beside the gateway in
    a process that is alone.
    """

    now_ms: int
    findings: Findings
    gateways: Sequence[GatewayCounts]
    bridge: BridgeStatus | None
    bridge_slots: tuple[BridgeStatus, ...] = ()
    further_bridges: tuple[BridgeStatus, ...] = ()
    symbols_known: bool
    own_workers: tuple[WorkerLease, ...] = ()

    @property
    def workers(self) -> tuple[WorkerLease, ...]:
        """The workers by their leases; where nothing is known of those, the bridge by what it says, and our own."""
        return tuple(with_figures(worker, self.findings.figures) for worker in self._known_workers())

    def _known_workers(self) -> Sequence[WorkerLease]:
        if self.findings.leases is not None:
            return self.findings.leases
        holder = "" if self.bridge is None else self.bridge.holder
        bridge = WorkerLease(name=BRIDGE_SLOT, holder=holder, alive=self.bridge is not None)
        return (bridge, *(worker for worker in self.own_workers if worker.name != BRIDGE_SLOT))


def status_of(deployment: Deployment) -> HealthStatus:
    """Return whether a deployment is `ok`, `degraded` or `down`, by the rules that begin this module."""
    findings, bridge = deployment.findings, deployment.bridge
    if not findings.layer or bridge is None:
        return HealthStatus.DOWN
    is_whole = (
        findings.database
        and not findings.layer_hosts_down
        and deployment.symbols_known
        and ExchangeState(bridge.state.value) in _SERVING
        and all(worker.alive for worker in deployment.workers)
    )
    return HealthStatus.OK if is_whole else HealthStatus.DEGRADED


def system_health(deployment: Deployment) -> SystemHealth:
    """Return what every user is told; `uptime` is that of the gateway that has been there longest."""
    began = min((counts.started_at for counts in deployment.gateways), default=deployment.now_ms)
    return SystemHealth(
        time=deployment.now_ms,
        status=status_of(deployment),
        uptime=max(0, deployment.now_ms - began) // 1000,
        gateways=len(deployment.gateways),
        connections=sum(counts.connections for counts in deployment.gateways),
        workers=tuple(_worker(one) for one in deployment.workers),
        database=_part(is_there=deployment.findings.database),
        layer=_part(is_there=deployment.findings.layer),
        layer_hosts_down=deployment.findings.layer_hosts_down or msgspec.UNSET,
        exchange=_exchange(deployment.bridge),
    )


def gateways_update(deployment: Deployment) -> GatewaysUpdate:
    """Return what operators are told, the gateways by their ids."""
    now_ms, gateways = deployment.now_ms, sorted(deployment.gateways, key=lambda one: one.process_id)
    channels = channel_totals(gateways)
    return GatewaysUpdate(
        time=now_ms,
        gateways=tuple(_gateway(counts, now_ms) for counts in gateways),
        bridge=None if deployment.bridge is None else _bridge(deployment.bridge, now_ms),
        bridge_slots=tuple(_bridge(one, now_ms) for one in deployment.bridge_slots),
        further_bridges=tuple(_bridge(one, now_ms) for one in deployment.further_bridges),
        workers=deployment.workers,
        leases_read=None if deployment.findings.leases is None else deployment.findings.asked_at,
        channels=tuple(
            ChannelSubscribers(channel=channel, subscribers=subscribers)
            for channel, subscribers in channels[:MOST_CHANNELS]
        ),
        channels_total=len(channels),
    )


def _worker(known: WorkerLease) -> WorkerReport:
    figures = without_details(known.figures)
    return WorkerReport(name=known.name, holder=known.holder, alive=known.alive, figures=figures)


def _part(*, is_there: bool) -> PartStatus:
    return PartStatus.OK if is_there else PartStatus.DOWN


def _exchange(bridge: BridgeStatus | None) -> ExchangeHealth | None:
    if bridge is None:
        return None
    return ExchangeHealth(state=ExchangeState(bridge.state.value), source=bridge.source, lag_ms=bridge.lag_ms)


def _gateway(counts: GatewayCounts, now_ms: int) -> GatewayReport:
    return GatewayReport(
        id=counts.process_id,
        connections=counts.connections,
        subscriptions=counts.subscriptions,
        frames_per_second=counts.frames_per_second,
        lag_ms_p99=counts.lag_ms_p99,
        slow_closed=counts.slow_closed,
        tasks=counts.tasks,
        uptime=max(0, now_ms - counts.started_at) // 1000,
        conflated=counts.conflated,
        waiting_bytes=counts.waiting_bytes,
    )


def _bridge(bridge: BridgeStatus, now_ms: int) -> BridgeReport:
    return BridgeReport(
        holder=bridge.holder,
        epoch=bridge.epoch,
        state=ExchangeState(bridge.state.value),
        source=bridge.source,
        lag_ms=bridge.lag_ms,
        streams=len(bridge.active_streams),
        published=bridge.events,
        tasks=bridge.tasks,
        state_seconds=max(0, now_ms - bridge.since) // 1000,
        address=bridge.address,
        lag_p50_ms=bridge.lag_p50_ms,
        lag_p99_ms=bridge.lag_p99_ms,
        frames_per_second=bridge.frames_per_second,
        dropped=bridge.dropped,
        doubles=bridge.doubles,
        reconnects=sum(bridge.reconnects.values()),
        ack_errors=bridge.ack_errors,
        gaps_filled=bridge.gaps_filled,
        gaps_unfilled=bridge.gaps_unfilled,
        gaps_waiting=bridge.gaps_waiting,
        used_weight=bridge.used_weight,
        slot=bridge.slot,
    )
