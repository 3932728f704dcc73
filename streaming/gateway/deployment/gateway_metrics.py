"""What Prometheus reads of a gateway: its connections and what they are sent, from what it counts for operators, too.

Frames and what waits are of the last look that the statistics take each second: reading them costs nothing more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings

from streaming.gateway.deployment.gateway_counts import ChannelCount, GatewayCounts
from streaming.gateway.deployment.session_counts import Disconnection, UnansweredPing
from streaming.gateway.deployment.statistics import DeploymentStatistics
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.session.sessions import Sessions
from streaming.metrics.declared import GATEWAY, Label, Metric, Sample, counter, gauge
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import Topic, UnknownChannelError

_KINDS_AT_MOST = 60
_KINDS_REMEMBERED = 4096
_THOUSANDTH = 0.001
_OF_GATEWAYS = (GATEWAY,)
_DIALECT = Label("dialect", most=5)

CONNECTIONS = gauge(
    "tidewire_gateway_connections", "Sockets that are open.", labels=(_DIALECT,), processes=_OF_GATEWAYS
)
OPENED = counter(
    "tidewire_gateway_connections_opened_total", "Sockets that were opened.", labels=(_DIALECT,), processes=_OF_GATEWAYS
)
REFUSED = counter(
    "tidewire_gateway_handshakes_refused_total",
    "Handshakes that were refused, by the status of HTTP: 429 for too many of an address or a user.",
    labels=(Label("status", most=20),),
    processes=_OF_GATEWAYS,
)
ENDED = counter(
    "tidewire_gateway_disconnections_total",
    "Sockets that have ended, by why.",
    labels=(Label("reason", tuple(Disconnection)),),
    processes=_OF_GATEWAYS,
)
MISSED_PONGS = counter(
    "tidewire_gateway_missed_pongs_total",
    "Pings that were not answered in time: those in a dialect's frames, and the protocol's own (RFC 6455).",
    labels=(Label("ping", tuple(UnansweredPing)),),
    processes=_OF_GATEWAYS,
)
SLOW_CLOSES = counter(
    "tidewire_gateway_slow_closes_total",
    "Sockets that were told to close with 4408, as their readers did not keep up.",
    processes=_OF_GATEWAYS,
)
FRAMES = counter("tidewire_gateway_sent_frames_total", "Frames that were sent to clients.", processes=_OF_GATEWAYS)
BYTES = counter(
    "tidewire_gateway_sent_bytes_total",
    "Bytes of these frames with their heads, before TLS.",
    processes=_OF_GATEWAYS,
)
CONFLATED = counter(
    "tidewire_gateway_conflated_frames_total",
    "Frames of state topics that newer ones replaced before a slow reader took them.",
    processes=_OF_GATEWAYS,
)
WAITING = gauge(
    "tidewire_gateway_waiting_bytes", "What all outboxes together hold for their readers.", processes=_OF_GATEWAYS
)
SUBSCRIPTIONS = gauge(
    "tidewire_gateway_subscriptions",
    "Subscriptions of all sockets by kind of topic; of dotted names by what they begin with.",
    labels=(Label("kind", most=_KINDS_AT_MOST),),
    processes=_OF_GATEWAYS,
)
SYMBOL_SUBSCRIPTIONS = gauge(
    "tidewire_gateway_symbol_subscriptions",
    "Subscriptions to topics of the symbols that METRICS_SYMBOLS lists.",
    labels=(Label("symbol", most=100),),
    processes=_OF_GATEWAYS,
)
CHANNELS = gauge(
    "tidewire_gateway_channels", "Different channels that somebody is subscribed to.", processes=_OF_GATEWAYS
)
LOOP_LAG = gauge(
    "tidewire_gateway_event_loop_lag_p99_seconds",
    "By how much the event loop was late in the last minute, 99th percentile: clients get their frames so late.",
    processes=_OF_GATEWAYS,
)
TASKS = gauge("tidewire_gateway_tasks", "Tasks of the event loop.", processes=_OF_GATEWAYS)

GATEWAY_METRICS: tuple[Metric, ...] = (
    CONNECTIONS,
    OPENED,
    REFUSED,
    ENDED,
    MISSED_PONGS,
    SLOW_CLOSES,
    FRAMES,
    BYTES,
    CONFLATED,
    WAITING,
    SUBSCRIPTIONS,
    SYMBOL_SUBSCRIPTIONS,
    CHANNELS,
    LOOP_LAG,
    TASKS,
)


class GatewayMetrics:
    """Reads a gateway's metrics."""

    def __init__(
        self, statistics: DeploymentStatistics, sessions: Sessions, registry: TopicRegistry, gatherer: Gatherer
    ) -> None:
        self._statistics = statistics
        self._sessions = sessions
        self._registry = registry
        self._gatherer = gatherer
        self._topics: dict[str, Topic | None] = {}

    async def read(self) -> Iterable[Sample]:
        """Return all of them as they are now."""
        own = self._statistics.own()
        return [*self._connections(), *self._sent(own), *self._subscriptions(own.channels)]

    def _connections(self) -> Iterator[Sample]:
        counted = self._statistics.session_counts
        by_dialect = Counter(session.dialect.name for session in self._sessions)
        yield from (Sample(CONNECTIONS, by_dialect[name], (name,)) for name in {*by_dialect, *counted.opened})
        yield from _counted(OPENED, counted.opened)
        yield from _counted(REFUSED, {str(status.value): count for status, count in counted.refused.items()})
        yield from (Sample(ENDED, counted.ended[reason], (reason.value,)) for reason in Disconnection)
        yield from (Sample(MISSED_PONGS, counted.missed_pongs[ping], (ping.value,)) for ping in UnansweredPing)

    def _sent(self, own: GatewayCounts) -> Iterator[Sample]:
        yield Sample(SLOW_CLOSES, own.slow_closed)
        yield Sample(FRAMES, self._statistics.outboxes.sent)
        yield Sample(BYTES, self._gatherer.sent_bytes)
        yield Sample(CONFLATED, own.conflated)
        yield Sample(WAITING, own.waiting_bytes)
        yield Sample(CHANNELS, len(own.channels))
        yield Sample(TASKS, own.tasks)
        if own.lag_ms_p99 is not None:
            yield Sample(LOOP_LAG, own.lag_ms_p99 * _THOUSANDTH)

    def _subscriptions(self, channels: Iterable[ChannelCount]) -> Iterator[Sample]:
        kinds: Counter[str] = Counter()
        symbols = dict.fromkeys(settings.METRICS_SYMBOLS, 0)
        for count in channels:
            topic = self._topic_of(count.channel)
            if topic is None:
                continue
            kinds[_kind_of(topic)] += count.subscribers
            if topic.symbol in symbols:
                symbols[topic.symbol] += count.subscribers
        yield from _counted(SUBSCRIPTIONS, kinds)
        yield from _counted(SYMBOL_SUBSCRIPTIONS, symbols)

    def _topic_of(self, channel: str) -> Topic | None:
        """Return what a channel stands for; the answers are remembered, as a channel is read again and again."""
        if channel not in self._topics:
            if len(self._topics) >= _KINDS_REMEMBERED:
                self._topics.clear()
            try:
                self._topics[channel] = self._registry.parse(channel)
            except UnknownChannelError:
                self._topics[channel] = None
        return self._topics[channel]


def _kind_of(topic: Topic) -> str:
    """Return the kind of a topic; of a dotted name or a pattern what stands before the first dot."""
    return topic.name.partition(".")[0] if topic.is_dotted else str(topic.kind)


def _counted(metric: Metric, counts: Mapping[str, int]) -> Iterator[Sample]:
    yield from (Sample(metric, count, (label,)) for label, count in counts.items())
