"""From a message of the exchange to events for our topics: without doubles, measured, and on to whoever fills gaps."""

from collections.abc import Collection, Mapping

from streaming.clock import Clock
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.bridge.feed_metrics import FeedMetrics
from streaming.market.gaps.continuity import Continuity
from streaming.market.sources.answers import BookSnapshot, CandleSeed
from streaming.market.sources.messages import Received
from streaming.market.sources.source import Interpreter
from streaming.topics.topic import Topic


class Ingestion:
    """Makes events of the exchange's messages, without doubles, and measures how late they are.

    `take` returns at once, and nothing that it calls waits.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        continuity: Continuity,
        *,
        exchange_time: ExchangeTime,
        clock: Clock,
    ) -> None:
        self._interpreter = interpreter
        self._continuity = continuity
        self._time = exchange_time
        self._clock = clock
        self.metrics = FeedMetrics(clock)
        self.lag_of: dict[str, int] = {}

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""
        return self._interpreter.doubles + self._continuity.doubles

    def want(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._interpreter.keep(streams)
        self.lag_of = {stream: lag for stream, lag in self.lag_of.items() if stream in streams}

    def take(self, received: Received) -> None:
        """Take a message of the exchange."""
        now = self._clock.now_ms()
        self._measure(received, now)
        for topic, event in self._interpreter.events_of(received, received_at=now):
            self._continuity.take(topic, event)

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return those of these candles of which REST is to be asked what was traded in them before."""
        return self._interpreter.unseeded(candles)

    def seed(self, candle: Topic, seed: CandleSeed) -> None:
        """Take what REST told of a candle."""
        for topic, event in self._interpreter.seed(candle, seed):
            self._continuity.take(topic, event)

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return those of these topics whose order book REST is to be asked for, each with the reason."""
        return self._interpreter.unseeded_books(topics)

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> None:
        """Take what REST told of an order book."""
        for seeded, event in self._interpreter.seed_book(topic, snapshot):
            self._continuity.take(seeded, event)

    def interrupted(self, streams: frozenset[str], reason: str) -> None:
        """Note that these streams flow no longer."""
        self._interpreter.interrupted(streams)
        self._continuity.interrupted(streams, reason)

    def _measure(self, received: Received, now: int) -> None:
        sent_at = received.message.sent_at
        if sent_at is None:
            self.metrics.frame(None)
            return
        lag = max(0, now - sent_at)  # their clock may be ahead of ours
        self.metrics.frame(lag)
        self._time.note(sent_at)
        if received.stream:
            self.lag_of[received.stream] = lag
