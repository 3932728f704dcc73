"""Every wanted topic without holes, as far as the exchange gives it: live events pass, gaps are told and filled.

Decides, and asks nobody: what REST is to be asked is done by the filler. Pure.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from streaming.clock import Clock
from streaming.events import Candle, MarketUpdate, Resync, Source, Trades
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.gaps.candles import CandleTracker
from streaming.market.gaps.gap import Gap, StillOpen
from streaming.market.gaps.interruptions import Interruption, Interruptions
from streaming.market.gaps.limits import GapLimits
from streaming.market.gaps.states import StateTracker
from streaming.market.gaps.trades import TradeTracker
from streaming.market.publishing.checkpoints import Checkpoint
from streaming.market.sources.answers import KlineRow, RestTrade
from streaming.market.sources.source import MarketSource, streams_for
from streaming.topics.topic import MarketKind, Topic

TAKEN_OVER = "another bridge was here before"
_MISSING = "the exchange left something out"

Tracker = TradeTracker | CandleTracker | StateTracker
Told = MarketUpdate | Resync
Found = Told | StillOpen


class Continuity:
    """Lets live events of every wanted topic pass, and finds, tells and closes their gaps.

    `publish` is called with what is to be told, in order; `tell` with interruptions that are over.

    `filled` and `unfilled` count the gaps that were closed, `gaps` those that began, by stream.
    """

    def __init__(
        self,
        publish: Callable[[Topic, Told], None],
        tell: Callable[[Interruption], None],
        *,
        exchange: MarketSource,
        source: Source,
        limits: GapLimits,
        exchange_time: ExchangeTime,
        clock: Clock,
    ) -> None:
        self._publish = publish
        self._tell = tell
        self._exchange = exchange
        self._source = source
        self._limits = limits
        self._time = exchange_time
        self._clock = clock
        self._trackers: dict[Topic, Tracker] = {}
        self._resumed: set[Topic] = set()
        self._interruptions = Interruptions()
        self.gaps: dict[str, int] = {}
        self.filled = 0
        self.unfilled = 0
        self._doubles_of_unwanted = 0

    @property
    def doubles(self) -> int:
        """How many live trades and closed candles had come already."""
        return self._doubles_of_unwanted + sum(_doubles_of(tracker) for tracker in self._trackers.values())

    def want(self, topics: Collection[Topic], checkpoints: Mapping[Topic, Checkpoint]) -> None:
        """Follow these topics, new ones from where somebody stopped before, if that is known."""
        unwanted = [topic for topic in self._trackers if topic not in topics]
        for topic in unwanted:
            self._doubles_of_unwanted += _doubles_of(self._trackers.pop(topic))
        if unwanted:
            streams = streams_for(self._exchange, topics)
            self.gaps = {stream: count for stream, count in self.gaps.items() if stream in streams}
        self._resumed.difference_update(unwanted)
        self._tell_over(self._interruptions.forget(unwanted, at=self._time.now_ms()))
        resumed = [topic for topic in topics if topic not in self._trackers and self._follow(topic, checkpoints)]
        self._resumed.update(resumed)
        if resumed:
            at = min(checkpoints[topic].time for topic in resumed)
            self._interruptions.begin(resumed, reason=TAKEN_OVER, at=at)

    def take(self, topic: Topic, event: MarketUpdate) -> None:
        """Take a live event."""
        match self._trackers.get(topic), event:
            case TradeTracker() as tracker, Trades():
                self._pass_on(topic, tracker.take(event))
            case CandleTracker() as tracker, Candle():
                self._pass_on(topic, tracker.take(event, self._time.now_ms()))
            case StateTracker() as tracker, _:
                self._pass_on(topic, tracker.take(event, self._time.now_ms()))
            case _:
                return

    def interrupted(self, streams: Iterable[str], reason: str) -> None:
        """Note that these streams flow no longer."""
        at = self._time.now_ms()
        topics = [topic for stream in streams for topic in self._interrupt(stream, at)]
        self._interruptions.begin(topics, reason=reason, at=at)

    def restored(self, streams: Iterable[str]) -> None:
        """Note that these streams flow again."""
        at = self._time.now_ms()
        states = []
        for topic in (topic for stream in streams for topic in self._exchange.topics_of(stream)):
            tracker = self._trackers.get(topic)
            if tracker is not None:
                tracker.restored(at)
            if isinstance(tracker, StateTracker):
                states.append(topic)
        self._tell_over(self._interruptions.forget(states, at=at))

    def look(self, active: Collection[str]) -> list[tuple[Topic, Gap]]:
        """See what time has brought, `active` being the streams that flow; return the gaps to ask REST for."""
        at, flowing = self._time.now_ms(), frozenset(active)
        for topic in [topic for topic in self._resumed if self._exchange.streams_of(topic) <= flowing]:
            self._resumed.discard(topic)
            self._trackers[topic].restored(at)
        asking: list[tuple[Topic, Gap]] = []
        for topic, tracker in list(self._trackers.items()):
            if isinstance(tracker, StateTracker):
                continue
            self._pass_on(topic, tracker.look(at))
            if self._is_hopeless(tracker.gap):
                self.give_up(topic)
            elif tracker.gap is not None and tracker.wants_fill:
                asking.append((topic, tracker.gap))
        return asking

    def gap_of(self, topic: Topic) -> Gap | None:
        """Return the gap of a topic that is open now, where REST is still to be asked."""
        tracker = self._trackers.get(topic)
        if tracker is None or isinstance(tracker, StateTracker) or not tracker.wants_fill:
            return None
        return tracker.gap

    def fill_from(self, topic: Topic, *, at: int) -> int:
        """Return when the first candle opens that REST is to be asked for at `at` (ms)."""
        tracker = self._trackers.get(topic)
        return tracker.fill_from(at) if isinstance(tracker, CandleTracker) else at

    def take_trades(self, topic: Topic, rows: Sequence[RestTrade], *, asked_at: float) -> None:
        """Take the newest trades of a topic, from REST, which was asked at `asked_at` (monotonic seconds)."""
        if isinstance(tracker := self._trackers.get(topic), TradeTracker):
            self._pass_on(topic, tracker.filled(rows, asked_at=asked_at))

    def take_candles(self, topic: Topic, rows: Sequence[KlineRow], *, as_of: int) -> None:
        """Take candles of a topic, from REST, which was asked at `as_of` by the exchange's clock."""
        if isinstance(tracker := self._trackers.get(topic), CandleTracker):
            self._pass_on(topic, tracker.filled(rows, as_of=as_of))

    def give_up(self, topic: Topic) -> None:
        """Go on without what is missing of a topic."""
        match self._trackers.get(topic):
            case TradeTracker() as trades:
                self._pass_on(topic, trades.gave_up())
            case CandleTracker() as candles:
                self._pass_on(topic, candles.gave_up(self._time.now_ms()))

    def is_whole(self, topic: Topic) -> bool:
        """Return whether nothing is known to be missing of a topic."""
        tracker = self._trackers.get(topic)
        return tracker is not None and tracker.gap is None

    def _follow(self, topic: Topic, checkpoints: Mapping[Topic, Checkpoint]) -> bool:
        """Begin to follow a topic; return whether somebody stopped before."""
        tracker = self._trackers[topic] = self._new_tracker(topic)
        checkpoint = checkpoints.get(topic)
        if checkpoint is None or isinstance(tracker, StateTracker):
            return False
        tracker.resume(checkpoint.number, checkpoint.time)
        return True

    def _new_tracker(self, topic: Topic) -> Tracker:
        now = self._time.now_ms()
        if topic.kind == MarketKind.TRADE:
            return TradeTracker(topic.symbol, self._source, self._limits, self._clock, since=now)
        if topic.kind == MarketKind.CANDLE and topic.interval is not None:
            return CandleTracker(topic.symbol, topic.interval, self._source, self._limits, self._clock, since=now)
        return StateTracker(self._clock)

    def _interrupt(self, stream: str, at: int) -> list[Topic]:
        """Interrupt the topics of a stream; return those of which something may be missing."""
        topics = [topic for topic in self._exchange.topics_of(stream) if topic in self._trackers]
        if topics:
            self.gaps[stream] = self.gaps.get(stream, 0) + 1
        for topic in topics:
            self._resumed.discard(topic)
            self._trackers[topic].interrupted(at)
        return [topic for topic in topics if self._trackers[topic].gap is not None]

    def _is_hopeless(self, gap: Gap | None) -> bool:
        if gap is None or gap.is_awaiting:
            return False
        return self._clock.monotonic() - gap.opened > self._limits.give_up

    def _pass_on(self, topic: Topic, told: Iterable[Found]) -> None:
        for event in told:
            if isinstance(event, StillOpen):
                self._publish(topic, event.resync)
                continue
            self._publish(topic, event)
            if isinstance(event, Resync):
                self._close(topic, event)

    def _close(self, topic: Topic, resync: Resync) -> None:
        if resync.complete:
            self.filled += 1
        else:
            self.unfilled += 1
        if self._interruptions.holds(topic):
            self._tell_over(self._interruptions.closed(topic, resync))
        elif topic.kind in {MarketKind.TRADE, MarketKind.CANDLE}:
            whole = Interruption(start=resync.start, end=resync.end, complete=resync.complete, reason=_MISSING)
            self._tell(whole)

    def _tell_over(self, over: Iterable[Interruption]) -> None:
        for interruption in over:
            self._tell(interruption)


def _doubles_of(tracker: Tracker) -> int:
    return 0 if isinstance(tracker, StateTracker) else tracker.doubles
