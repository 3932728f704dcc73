"""The figures of the deployment that are kept, and how many moments become one value. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from streaming.events.system import GatewaysUpdate


class HistoryUnit(StrEnum):
    """What the values of a figure are in."""

    COUNT = "count"
    PER_SECOND = "per_second"
    MILLISECONDS = "milliseconds"
    BYTES = "bytes"


class Summary(StrEnum):
    """What one value says of the moments that it stands for: the greatest, the least, the mean, or all together."""

    GREATEST = "greatest"
    LEAST = "least"
    MEAN = "mean"
    SUM = "sum"


_SUMMARISED: Mapping[Summary, Callable[[Sequence[float]], float]] = {
    Summary.GREATEST: max,
    Summary.LEAST: min,
    Summary.MEAN: lambda values: sum(values) / len(values),
    Summary.SUM: sum,
}


class HistoryFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is kept: `read` takes it of what operators are told of a moment, None where it isn't known."""

    name: str
    title: str
    unit: HistoryUnit = HistoryUnit.COUNT
    summary: Summary = Summary.GREATEST
    read: Callable[[GatewaysUpdate], float | None]


class CountedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that grows from the start of each process on: kept is by how much it has grown.

    `read` takes the counts by their processes.
    """

    name: str
    title: str
    read: Callable[[GatewaysUpdate], Mapping[str, int]]


def summarised(values: Iterable[float | None], summary: Summary) -> float | None:
    """Return one value for several, to a thousandth; None where none is known."""
    known = [value for value in values if value is not None]
    return round(_SUMMARISED[summary](known), 3) if known else None


def _total(name: str) -> Callable[[GatewaysUpdate], float | None]:
    return lambda told: sum(getattr(gateway, name) for gateway in told.gateways)


def _of_bridge(name: str) -> Callable[[GatewaysUpdate], float | None]:
    return lambda told: None if told.bridge is None else getattr(told.bridge, name)


def _by_gateway(name: str) -> Callable[[GatewaysUpdate], Mapping[str, int]]:
    return lambda told: {gateway.id: getattr(gateway, name) for gateway in told.gateways}


def _by_bridge(name: str) -> Callable[[GatewaysUpdate], Mapping[str, int]]:
    def read(told: GatewaysUpdate) -> Mapping[str, int]:
        bridges = told.bridge_slots or (() if told.bridge is None else (told.bridge,))
        return {f"{one.slot} {one.holder}": getattr(one, name) for one in (*bridges, *told.further_bridges)}

    return read


def _worst_loop_lag(told: GatewaysUpdate) -> float | None:
    return max((one.lag_ms_p99 for one in told.gateways if one.lag_ms_p99 is not None), default=None)


_MILLISECONDS, _PER_SECOND = HistoryUnit.MILLISECONDS, HistoryUnit.PER_SECOND
FIGURES: tuple[HistoryFigure, ...] = (
    HistoryFigure(name="connections", title="Connections", read=_total("connections")),
    HistoryFigure(name="subscriptions", title="Subscriptions", read=_total("subscriptions")),
    HistoryFigure(
        name="frames_per_second",
        title="Frames/s to clients",
        unit=_PER_SECOND,
        summary=Summary.MEAN,
        read=_total("frames_per_second"),
    ),
    HistoryFigure(name="loop_lag_ms", title="Worst loop lag", unit=_MILLISECONDS, read=_worst_loop_lag),
    HistoryFigure(
        name="waiting_bytes", title="Waiting for slow readers", unit=HistoryUnit.BYTES, read=_total("waiting_bytes")
    ),
    HistoryFigure(
        name="gateways", title="Fewest gateways", summary=Summary.LEAST, read=lambda told: len(told.gateways)
    ),
    HistoryFigure(name="exchange_lag_ms", title="Exchange lag p99", unit=_MILLISECONDS, read=_of_bridge("lag_p99_ms")),
    HistoryFigure(
        name="exchange_frames_per_second",
        title="Frames/s of the exchange",
        unit=_PER_SECOND,
        summary=Summary.MEAN,
        read=_of_bridge("frames_per_second"),
    ),
    HistoryFigure(name="streams", title="Streams of the exchange", read=_of_bridge("streams")),
    HistoryFigure(name="used_weight", title="REST weight", read=_of_bridge("used_weight")),
)
COUNTED_FIGURES: tuple[CountedFigure, ...] = (
    CountedFigure(name="slow_closed", title="Slow closed", read=_by_gateway("slow_closed")),
    CountedFigure(name="conflated", title="Conflated", read=_by_gateway("conflated")),
    CountedFigure(name="reconnects", title="Reconnects to exchanges", read=_by_bridge("reconnects")),
    CountedFigure(name="dropped", title="Events dropped", read=_by_bridge("dropped")),
    CountedFigure(name="gaps_filled", title="Gaps filled", read=_by_bridge("gaps_filled")),
    CountedFigure(name="gaps_unfilled", title="Gaps not filled", read=_by_bridge("gaps_unfilled")),
)


def worker_figure_name(worker: str, figure: str) -> str:
    """Return the name under which a worker's own figure is kept; it can't be one of those above."""
    return f"{worker}: {figure}"
