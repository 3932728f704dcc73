"""Moments of a deployment, as operators are told of them."""

from streaming.events import FigureUnit, GatewaysUpdate, Source, WorkerFigure, WorkerLease
from streaming.events.system import BridgeReport, ExchangeState, GatewayReport

BEGAN_AT = 1_700_000_040_000
"""A whole minute, in ms since the epoch."""


def gateway(name: str, **changes: float) -> GatewayReport:
    """Return what is told of a gateway."""
    told = {"connections": 1, "subscriptions": 2, "frames_per_second": 10.0, "slow_closed": 0, **changes}
    return GatewayReport(id=name, **told)  # type: ignore[arg-type]


def bridge(*, reconnects: int) -> BridgeReport:
    """Return what is told of a bridge."""
    state, source = ExchangeState.LIVE, Source.BINANCE
    return BridgeReport(holder="b", epoch=1, state=state, source=source, streams=3, published=5, reconnects=reconnects)


def deliveries(waiting: int | None) -> WorkerLease:
    """Return a worker that tells a figure."""
    figure = WorkerFigure(name="waiting", title="Waiting", unit=FigureUnit.COUNT, value=waiting)
    return WorkerLease(name="deliveries", holder="d", alive=True, figures=(figure,))


def moment_of(
    seconds: float, *gateways: GatewayReport, of: BridgeReport | None = None, workers: tuple[WorkerLease, ...] = ()
) -> GatewaysUpdate:
    """Return what is told so many seconds after `BEGAN_AT`."""
    return GatewaysUpdate(time=BEGAN_AT + round(seconds * 1000), gateways=gateways, bridge=of, workers=workers)
