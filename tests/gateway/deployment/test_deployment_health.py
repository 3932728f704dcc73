"""What is told of the deployment, and how it is judged."""

import msgspec
import pytest

from streaming.events import Source
from streaming.events.system import ExchangeState, HealthStatus, PartStatus, WorkerReport
from streaming.gateway.deployment.deployment_health import (
    Deployment,
    Findings,
    gateways_update,
    status_of,
    system_health,
)
from streaming.gateway.deployment.gateway_counts import ChannelCount, GatewayCounts
from streaming.market.status import BridgeState, BridgeStatus

NOW = 1_700_000_100_500
WORKERS = (WorkerReport(name="bridge", holder="b-1", alive=True), WorkerReport(name="health", holder="g-1", alive=True))
BRIDGE = BridgeStatus(
    state=BridgeState.LIVE,
    source=Source.BINANCE,
    since=1,
    lag_ms=12,
    active_streams=("a", "b"),
    symbols_known=True,
    holder="b-1",
    epoch=4,
    published=NOW,
    events=99,
    tasks=35,
)
GATEWAYS = (
    GatewayCounts(
        process_id="g-2",
        started_at=NOW - 60_000,
        connections=3,
        channels=(ChannelCount("price:BTCUSDT", 2, is_market=True), ChannelCount("alerts", 1, is_market=False)),
        frames_per_second=12.5,
        lag_ms_p99=1.5,
        slow_closed=2,
        tasks=30,
    ),
    GatewayCounts(process_id="g-1", started_at=NOW - 3_600_500, connections=4),
)


def deployment(**changes: object) -> Deployment:
    whole = Deployment(
        now_ms=NOW,
        findings=Findings(database=True, layer=True, leases=WORKERS),
        gateways=GATEWAYS,
        bridge=BRIDGE,
        symbols_known=True,
    )
    return msgspec.structs.replace(whole, **changes)


def in_state(state: BridgeState) -> BridgeStatus:
    return msgspec.structs.replace(BRIDGE, state=state)


def test_it_tells_the_whole_deployment() -> None:
    health = system_health(deployment())
    assert (health.channel, health.event, health.time) == ("system.health", "update", NOW)
    assert (health.status, health.uptime, health.gateways, health.connections) == (HealthStatus.OK, 3600, 2, 7)
    assert (health.workers, health.database, health.layer) == (WORKERS, PartStatus.OK, PartStatus.OK)
    assert health.exchange is not None
    assert (health.exchange.state, health.exchange.source, health.exchange.lag_ms) == (
        ExchangeState.LIVE,
        Source.BINANCE,
        12,
    )


def test_it_tells_operators_of_each_gateway() -> None:
    update = gateways_update(deployment())
    assert (update.channel, update.event, update.time) == ("ops.gateways", "update", NOW)
    assert [one.id for one in update.gateways] == ["g-1", "g-2"]
    busy = update.gateways[1]
    assert (busy.connections, busy.subscriptions, busy.frames_per_second) == (3, 3, 12.5)
    assert (busy.lag_ms_p99, busy.slow_closed, busy.tasks) == (1.5, 2, 30)
    assert update.bridge is not None
    assert update.bridge.tasks == 35
    assert (update.bridge.holder, update.bridge.epoch, update.bridge.streams, update.bridge.published) == (
        "b-1",
        4,
        2,
        99,
    )
    assert update.workers == WORKERS


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, HealthStatus.OK),
        ({"bridge": in_state(BridgeState.FALLBACK)}, HealthStatus.OK),
        ({"bridge": in_state(BridgeState.CONNECTING)}, HealthStatus.DEGRADED),
        ({"bridge": in_state(BridgeState.RECONNECTING)}, HealthStatus.DEGRADED),
        ({"bridge": in_state(BridgeState.STALE)}, HealthStatus.DEGRADED),
        ({"symbols_known": False}, HealthStatus.DEGRADED),
        ({"findings": Findings(database=False, layer=True, leases=None)}, HealthStatus.DEGRADED),
        (
            {
                "findings": Findings(
                    database=True, layer=True, leases=(WorkerReport(name="alerts", holder="", alive=False),)
                )
            },
            HealthStatus.DEGRADED,
        ),
        ({"findings": Findings(database=True, layer=False, leases=WORKERS)}, HealthStatus.DOWN),
        ({"bridge": None}, HealthStatus.DOWN),
    ],
)
def test_it_judges_what_is_missing(change: dict[str, object], expected: HealthStatus) -> None:
    assert status_of(deployment(**change)) is expected


def test_it_knows_the_bridge_by_its_words_where_no_lease_can_be_read() -> None:
    findings = Findings(database=False, layer=True, leases=None)
    assert deployment(findings=findings).workers == (WorkerReport(name="bridge", holder="b-1", alive=True),)
    silent = deployment(findings=findings, bridge=None)
    assert silent.workers == (WorkerReport(name="bridge", holder="", alive=False),)
    assert system_health(silent).exchange is None
    assert system_health(silent).database is PartStatus.DOWN
    assert gateways_update(silent).bridge is None


def test_it_has_no_uptime_before_a_gateway_is_there() -> None:
    assert system_health(deployment(gateways=())).uptime == 0
