"""What is told of the deployment, and how it is judged."""

import msgspec
import pytest

from streaming.events import Source
from streaming.events.system import (
    ExchangeState,
    FigureUnit,
    HealthStatus,
    PartStatus,
    WorkerFigure,
    WorkerLease,
    WorkerReport,
)
from streaming.gateway.deployment.deployment_health import (
    Deployment,
    Findings,
    gateways_update,
    status_of,
    system_health,
)
from streaming.gateway.deployment.gateway_counts import ChannelCount, GatewayCounts
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.workers.figures import ProcessFigures
from tests.gateway.deployment.bridge_status import BRIDGE, NOW

LEASES = (
    WorkerLease(name="bridge", holder="b-1", alive=True, epoch=4, valid_ms=3_000),
    WorkerLease(name="health", holder="g-1", alive=True, epoch=9, valid_ms=5_500),
)
WORKERS = (WorkerReport(name="bridge", holder="b-1", alive=True), WorkerReport(name="health", holder="g-1", alive=True))
GATEWAYS = (
    GatewayCounts(
        process_id="g-2",
        started_at=NOW - 60_000,
        connections=3,
        channels=(ChannelCount("price:BTCUSDT", 2, is_market=True), ChannelCount("alerts", 1, is_market=False)),
        frames_per_second=12.5,
        lag_ms_p99=1.5,
        slow_closed=2,
        conflated=17,
        waiting_bytes=4_096,
        tasks=30,
    ),
    GatewayCounts(process_id="g-1", started_at=NOW - 3_600_500, connections=4),
)


def deployment(**changes: object) -> Deployment:
    whole = Deployment(
        now_ms=NOW,
        findings=Findings(database=True, layer=True, leases=LEASES, asked_at=NOW - 2_000),
        gateways=GATEWAYS,
        bridge=BRIDGE,
        symbols_known=True,
    )
    return msgspec.structs.replace(whole, **changes)


def test_a_host_of_the_layer_that_is_down_degrades_it_and_is_told_by_its_place() -> None:
    findings = Findings(database=True, layer=True, layer_hosts_down=(2,), leases=LEASES)
    health = system_health(deployment(findings=findings))
    assert (health.status, health.layer, health.layer_hosts_down) == (HealthStatus.DEGRADED, PartStatus.OK, (2,))
    assert system_health(deployment()).layer_hosts_down is msgspec.UNSET


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


def test_it_tells_everybody_a_workers_figures_and_operators_their_details() -> None:
    figure = WorkerFigure(name="boxes", title="Boxes", unit=FigureUnit.COUNT, value=3, detail="red")
    told = {"bridge": [ProcessFigures(process="b-1", figures=(figure,)), ProcessFigures(process="b-2", figures=None)]}
    findings = Findings(database=True, layer=True, leases=LEASES, figures=told)
    whole = deployment(findings=findings)
    bridge, health = system_health(whole).workers
    assert bridge.figures == (msgspec.structs.replace(figure, detail=msgspec.UNSET),)
    assert health == WORKERS[1]
    assert gateways_update(whole).workers[0] == msgspec.structs.replace(LEASES[0], figures=(figure,), standing_by=1)


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
    assert (update.workers, update.leases_read) == (LEASES, NOW - 2_000)


def test_it_tells_operators_of_what_is_held_back_or_dropped_on_the_way() -> None:
    update = gateways_update(deployment())
    idle, busy = update.gateways
    assert (idle.uptime, idle.conflated, idle.waiting_bytes) == (3600, 0, 0)
    assert (busy.uptime, busy.conflated, busy.waiting_bytes) == (60, 17, 4_096)
    bridge = update.bridge
    assert bridge is not None
    assert bridge.state_seconds == (NOW - BRIDGE.since) // 1000
    assert (bridge.lag_p50_ms, bridge.lag_p99_ms, bridge.frames_per_second) == (30, 55, 81.5)
    assert (bridge.reconnects, bridge.ack_errors, bridge.dropped, bridge.doubles) == (3, 4, 5, 6)
    assert (bridge.gaps_filled, bridge.gaps_unfilled, bridge.gaps_waiting, bridge.used_weight) == (7, 8, 9, 40)
    assert bridge.address == "wss://stream.example.com"


def test_it_tells_operators_of_bridges_of_further_markets_which_make_nothing_degraded() -> None:
    kraken = msgspec.structs.replace(BRIDGE, source=Source.KRAKEN, state=BridgeState.RECONNECTING)
    whole = deployment(further_bridges=(kraken,))
    assert [(one.source, one.state) for one in gateways_update(whole).further_bridges] == [
        (Source.KRAKEN, ExchangeState.RECONNECTING)
    ]
    assert system_health(whole).status is HealthStatus.OK


def test_it_tells_operators_of_each_slot_that_shares_the_market() -> None:
    second = msgspec.structs.replace(BRIDGE, slot="bridge.2", state=BridgeState.STALE)
    update = gateways_update(deployment(bridge_slots=(BRIDGE, second)))
    assert [(one.slot, one.state) for one in update.bridge_slots] == [
        ("bridge", ExchangeState.LIVE),
        ("bridge.2", ExchangeState.STALE),
    ]


def test_it_tells_operators_which_channels_are_read_most_and_how_many_there_are() -> None:
    update = gateways_update(deployment())
    assert [(one.channel, one.subscribers) for one in update.channels] == [("price:BTCUSDT", 2), ("alerts", 1)]
    assert update.channels_total == 2


def test_it_tells_operators_of_no_more_channels_than_a_small_frame_holds() -> None:
    many = tuple(ChannelCount(f"price:COIN{number}USDT", number + 1, is_market=True) for number in range(1_000))
    crowded = GatewayCounts(process_id="g-1", started_at=NOW, connections=1_000, channels=many)
    update = gateways_update(deployment(gateways=(crowded,)))
    assert update.channels_total == 1_000
    assert [one.subscribers for one in update.channels] == list(range(1_000, 900, -1))


def test_it_says_that_no_lease_was_read_where_none_could_be() -> None:
    findings = Findings(database=False, layer=True, leases=None, asked_at=NOW)
    assert gateways_update(deployment(findings=findings)).leases_read is None


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
                    database=True, layer=True, leases=(WorkerLease(name="alerts", holder="", alive=False),)
                )
            },
            HealthStatus.DEGRADED,
        ),
        ({"findings": Findings(database=True, layer=False, leases=LEASES)}, HealthStatus.DOWN),
        ({"bridge": None}, HealthStatus.DOWN),
    ],
)
def test_it_judges_what_is_missing(change: dict[str, object], expected: HealthStatus) -> None:
    assert status_of(deployment(**change)) is expected


def test_it_knows_the_bridge_by_its_words_where_no_lease_can_be_read() -> None:
    findings = Findings(database=False, layer=True, leases=None)
    assert deployment(findings=findings).workers == (WorkerLease(name="bridge", holder="b-1", alive=True),)
    silent = deployment(findings=findings, bridge=None)
    assert silent.workers == (WorkerLease(name="bridge", holder="", alive=False),)
    assert system_health(silent).exchange is None
    assert system_health(silent).database is PartStatus.DOWN
    assert gateways_update(silent).bridge is None


def test_it_knows_the_workers_of_its_own_process_where_it_is_alone() -> None:
    findings = Findings(database=True, layer=True, leases=None)
    own = WorkerLease(name="deliveries", holder="g-1", alive=True)
    assert deployment(findings=findings, own_workers=(own,)).workers[1:] == (own,)
    assert status_of(deployment(findings=findings, own_workers=(own,))) is HealthStatus.OK
    failed = WorkerLease(name="deliveries", holder="", alive=False)
    assert status_of(deployment(findings=findings, own_workers=(failed,))) is HealthStatus.DEGRADED


def test_it_has_no_uptime_before_a_gateway_is_there() -> None:
    assert system_health(deployment(gateways=())).uptime == 0
