"""What Prometheus reads of a bridge: what it says of itself to the deployment's other processes, and no figure besides.

Totals are of the bridge's present turn, and begin anew with the next; one that stands by tells nothing.
"""

from collections.abc import Callable, Iterable, Iterator

from streaming.events import Source
from streaming.market.bridge.slots import BRIDGE_SLOT, MOST_SLOTS
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.market.upstream.counts import Ending
from streaming.metrics.declared import Label, Metric, Sample, counter, gauge
from streaming.metrics.sources import ReadSamples

_THOUSANDTH = 0.001
_SLOT = Label("slot", most=MOST_SLOTS + len(Source))
_OF_SLOT = (_SLOT,)
_BRIDGES = (BRIDGE_SLOT,)


def _gauge(name: str, text: str, *labels: Label) -> Metric:
    return gauge(f"tidewire_bridge_{name}", text, labels=(*_OF_SLOT, *labels), processes=_BRIDGES)


def _counter(name: str, text: str, *labels: Label) -> Metric:
    return counter(f"tidewire_bridge_{name}_total", text, labels=(*_OF_SLOT, *labels), processes=_BRIDGES)


STATE = _gauge(
    "state",
    "1 for the state that the exchange's streams are in, 0 for the others; `fallback` is simulated data.",
    Label("state", tuple(BridgeState)),
)
STATE_SINCE = _gauge("state_since_timestamp_seconds", "Since when, in seconds since 1970.")
LAG = _gauge(
    "lag_seconds",
    "How long the exchange's newest message was on its way, by its clock and ours; nothing while it is away.",
)
LAG_P50 = _gauge("lag_p50_seconds", "The same of the last minute's messages, median.")
LAG_P99 = _gauge("lag_p99_seconds", "The same of the last minute's messages, 99th percentile.")
STREAMS = _gauge("active_streams", "Streams that the exchange has acknowledged.")
FRAME_RATE = _gauge("received_frames_per_second", "Messages of the exchange in a second, over the last minute.")
PUBLISHED = _counter("published_events", "Events that were published to gateways and workers.")
DROPPED = _counter("dropped_events", "Events that were lost for want of room while the channel layer was away.")
DOUBLES = _counter("duplicate_messages", "Messages of the exchange that said what had been said.")
RECONNECTS = _counter(
    "disconnections",
    "Connections to the exchange that have ended, or were not made, by why.",
    Label("cause", tuple(Ending)),
)
REFUSED = _counter("refused_requests", "Subscriptions that the exchange refused, or never answered.")
GAPS = _counter("gaps", "Holes in the streams, by whether they were filled.", Label("result", ("filled", "unfilled")))
GAPS_WAITING = _gauge("gaps_waiting", "Holes that wait to be filled.")
CANDLES = _counter("stored_candles", "Closed candles that were stored.")
WEIGHT = _gauge("rest_weight", "The weight of the requests to the exchange's REST in this minute, by its own count.")
TASKS = _gauge("tasks", "Tasks of the event loop.")

BRIDGE_METRICS: tuple[Metric, ...] = (
    STATE,
    STATE_SINCE,
    LAG,
    LAG_P50,
    LAG_P99,
    STREAMS,
    FRAME_RATE,
    PUBLISHED,
    DROPPED,
    DOUBLES,
    RECONNECTS,
    REFUSED,
    GAPS,
    GAPS_WAITING,
    CANDLES,
    WEIGHT,
    TASKS,
)


def bridge_source(statuses: Callable[[], Iterable[BridgeStatus]]) -> ReadSamples:
    """Return what reads a bridge's metrics; `statuses` returns what it says of itself, of each slot that it serves."""

    async def read() -> Iterable[Sample]:
        return [sample for status in statuses() for sample in samples_of(status)]

    return read


def samples_of(status: BridgeStatus) -> Iterator[Sample]:
    """Yield what a status says."""
    slot = status.slot
    yield from (Sample(STATE, status.state is state, (slot, state.value)) for state in BridgeState)
    yield from (Sample(RECONNECTS, status.reconnects.get(cause.value, 0), (slot, cause.value)) for cause in Ending)
    yield Sample(GAPS, status.gaps_filled, (slot, "filled"))
    yield Sample(GAPS, status.gaps_unfilled, (slot, "unfilled"))
    for metric, milliseconds in ((LAG, status.lag_ms), (LAG_P50, status.lag_p50_ms), (LAG_P99, status.lag_p99_ms)):
        if milliseconds is not None:
            yield Sample(metric, milliseconds * _THOUSANDTH, (slot,))
    yield from (Sample(metric, value, (slot,)) for metric, value in _numbers(status))


def _numbers(status: BridgeStatus) -> Iterable[tuple[Metric, float]]:
    return (
        (STATE_SINCE, status.since * _THOUSANDTH),
        (STREAMS, len(status.active_streams)),
        (FRAME_RATE, status.frames_per_second),
        (PUBLISHED, status.events),
        (DROPPED, status.dropped),
        (DOUBLES, status.doubles),
        (REFUSED, status.ack_errors),
        (GAPS_WAITING, status.gaps_waiting),
        (CANDLES, status.candles_stored),
        (WEIGHT, status.used_weight),
        (TASKS, status.tasks),
    )
