"""The evaluator with all that belongs to it: rules and events go in, batches to store come out. No input or output.

It belongs to one thread at a time. What an event changes is kept until `take_batch` hands it on, so that rules, firings
and the values that they have seen are always stored as of the same moment.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import Point, Rule, Series
from alerts.events import AlertState
from alerts.firing.candle_lines import CandleLine, Need
from alerts.firing.freshness import Freshness
from alerts.firing.indicator_line import Observed
from alerts.firing.latest_values import LatestValues
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.restored_series import Heard
from alerts.firing.series_values import ReadEvent, point_of, topics_of_rule
from alerts.firing.shown_state import ShownValues, shown_state
from alerts.firing.topic_plan import TopicPlan, TopicReaders
from alerts.firing.types import Batch, LoadedRule, RuleUpdate, SeriesMemory, with_firings
from alerts.firing.unstored_firings import UnstoredFirings
from streaming.clock import Clock
from streaming.events import Candle, Source, Ticker
from streaming.indicators.bar import Bar
from streaming.topics.topic import MarketKind, Topic

ON_THEIR_WAY_MS = 1_000
"""Values this old may still come, for which what ends by itself has not ended yet; of newer ones it then has."""


class Evaluation:
    """Evaluates rules on the events that it is given, and collects what is to be stored.

    Simulated values count only with `may_use_simulated`. `market` is the exchange whose candles of the past are to be
    had; those of another, which stands in for it, count in no case.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        noise: NoiseLimits,
        no_data_seconds: float,
        may_use_simulated: bool,
        market: Source | None = None,
    ) -> None:
        self._clock = clock
        self._market = market
        self._may_use_simulated = may_use_simulated
        self._evaluator = Evaluator(most_apart_ms=round(no_data_seconds * 1000))
        self._plan = TopicPlan()
        self._lines: dict[Topic, CandleLine] = {}
        self._tickers: dict[Topic, Ticker] = {}
        self._freshness = Freshness(limit=no_data_seconds, clock=clock)
        self._rules: dict[int, Rule] = {}
        self._owners: dict[int, int] = {}
        self._readers = TopicReaders()
        self._beginnings: dict[int, int] = {}
        self._faults: dict[int, str] = {}
        self._values = LatestValues(self._evaluator, may_use_simulated=may_use_simulated)
        self._shown = ShownValues()
        self._firings = UnstoredFirings(noise, clock)
        self._touched: set[int] = set()

    # -- rules --------------------------------------------------------------------------------------------------

    def put(self, loaded: LoadedRule) -> None:
        """Add a rule, or replace it; one that has begun anew since forgets what it has done."""
        is_known = loaded.rule is not None and self._beginnings.get(loaded.id) == loaded.beginnings
        if is_known:
            self._readers.remove(self._rules[loaded.id])
        else:
            self.remove(loaded.id)
        self._touched.add(loaded.id)
        if loaded.error:
            self._faults[loaded.id] = loaded.error
        if loaded.rule is None:
            return
        self._beginnings[loaded.id] = loaded.beginnings
        unstored = self._firings.number_from(loaded.id, loaded.firings)
        rule = self._rules[loaded.id] = with_firings(loaded.rule, unstored)
        self._evaluator.put(rule, None if is_known else loaded.memory)
        self._readers.add(rule)
        self._owners[loaded.id] = loaded.owner_id
        self._shown.add(rule.id)

    def remove(self, rule_id: int) -> None:
        """Forget a rule; harmless where it is unknown."""
        self._faults.pop(rule_id, None)
        self._touched.discard(rule_id)
        if rule_id not in self._rules:
            return
        self._evaluator.remove(rule_id)
        self._beginnings.pop(rule_id)
        self._firings.forget_number(rule_id)
        self._owners.pop(rule_id)
        self._shown.forget(rule_id)
        self._readers.remove(self._rules.pop(rule_id))

    def give_up(self, rule_ids: Collection[int]) -> None:
        """Forget rules with all that they have done since the last batch, and with what only they looked at."""
        self._firings.give_up(rule_ids)
        for rule_id in rule_ids:
            self.remove(rule_id)
        if rule_ids:
            self._values.forget_unneeded()

    def set_faults(self, unlisted: Collection[str]) -> None:
        """Mark the rules on symbols that the exchange no longer lists, and those that it lists again."""
        for rule_id, rule in self._rules.items():
            symbol = next((one.series.symbol for one in rule.conditions if one.series.symbol), "")
            fault = f"No longer listed: {symbol}" if symbol in unlisted else ""
            if fault != self._faults.get(rule_id, ""):
                self._faults[rule_id] = fault
                self._touched.add(rule_id)

    def plan(self) -> bool:
        """Follow the series that the rules need now; return whether they are others than before."""
        if not self._plan.follow(self._evaluator.series):
            return False
        self._freshness.want(self._plan.steady_topics)
        self._values.keep_moments(self._evaluator.series)
        candles = {topic for topic in self._plan.topics if topic.kind == MarketKind.CANDLE}
        self._lines = {topic: self._lines.get(topic) or CandleLine(topic, self._ticker_of) for topic in candles}
        for topic, line in self._lines.items():
            line.follow(self._plan.carried_by(topic))
        return True

    @property
    def topics(self) -> frozenset[Topic]:
        """What must be read for the rules; as of the last `plan`."""
        return self._plan.topics

    @property
    def rule_count(self) -> int:
        """How many rules there are."""
        return len(self._rules)

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols of the rules."""
        return frozenset(topic.symbol for topic in self._plan.topics)

    @property
    def series(self) -> Sequence[Series]:
        """The series that the rules need."""
        return tuple(self._evaluator.series)

    @property
    def needs(self) -> list[Need]:
        """The candles of the past that are wanted."""
        return [need for line in self._lines.values() if (need := line.need) is not None]

    # -- values -------------------------------------------------------------------------------------------------

    def restore(self, series: Series, memory: SeriesMemory) -> None:
        """Begin behind the last value that was stored; what comes next and lies across a level fires late."""
        if self._values.restore(series, memory) and series.at_close and series.interval is not None:
            self._lines[Topic(MarketKind.CANDLE, series.symbol, series.interval)].resume(series, memory.point.time)

    def take(self, topic: Topic, event: ReadEvent, left_out: Collection[Series] = ()) -> None:
        """Evaluate an event of a topic, but not for the series `left_out`; one of an unwanted topic says nothing."""
        if event.stale or (event.simulated and not self._may_use_simulated):
            return
        if isinstance(event, Candle) and self._is_stand_in(event):
            return  # no real candle continues it, nor does it continue one
        self._freshness.hear(topic)
        if isinstance(event, Candle):
            line = self._lines.get(topic)
            if line is not None:
                self._observe(line.take(event), is_live=not event.repaired)
            return
        if isinstance(event, Ticker):
            self._tickers[topic] = event
        now = [one for one in self._plan.carried_by(topic) if not one.at_close and one not in left_out]
        self._observe((series, point) for series in now if (point := point_of(series, event)) is not None)

    def replay(self, heard: Sequence[Heard], newcomers: Iterable[LoadedRule]) -> None:
        """Evaluate what was heard since the restored values, in its order; what these have seen already is left out.

        `newcomers`, which have seen no value since they were saved, join there: nothing from before fires them.
        """
        self._values.begin_replay(heard, self._plan.carried_by)
        waiting = deque(sorted(newcomers, key=lambda loaded: loaded.since))
        for one in heard:
            self._admit(waiting, one.at)
            self.take(one.topic, one.event, one.left_out)
        self._values.end_replay()
        self._admit(waiting, None)

    def fill(self, need: Need, past: Sequence[Bar], *, simulated: bool) -> None:
        """Take the candles of the past that were wanted; none where they can't be had."""
        line = self._lines.get(need.topic)
        if line is not None:
            for together in line.fill(past, simulated=simulated):
                self._observe(together, is_live=False)

    def tick(self) -> None:
        """Let the time pass: cool-downs and snoozes end, rules expire, topics fall silent."""
        self._evaluator.tick(self._clock.now_ms() - ON_THEIR_WAY_MS)
        for topic in self._freshness.look():
            self._touched |= self._readers.of(topic)

    def show(self, most: int) -> None:
        """Let some rules, by turns, show the newest value of what they look at, where that has moved since."""
        self._touched |= self._shown.old(most, self._newest)

    # -- what is to be stored -----------------------------------------------------------------------------------

    @property
    def has_fired(self) -> bool:
        """True where a firing waits to be stored."""
        return bool(self._firings)

    def take_batch(self, *, whole: bool = True) -> Batch:
        """Return what has happened since the last batch; rules that have expired are forgotten with it.

        Of the last values one that isn't `whole` has those that its rules look at, and what is compared with these by
        whatever rule, so that two that are compared are always stored as of one moment. The others have changed no
        rule.
        """
        changes = self._evaluator.take_changes()
        firings = self._firings.take()
        touched = self._touched | changes.keys() | {one.firing.rule_id for one in firings}
        updates = {rule_id: self._update(rule_id) for rule_id in touched}
        beginnings = {pk: self._beginnings[pk] for pk in touched if pk in self._beginnings}
        series = self._values.take_moved(None if whole else self._looked_at(touched))
        self._touched = set()
        for rule_id, update in updates.items():
            if update.state is AlertState.EXPIRED:
                self.remove(rule_id)
        return Batch(firings=firings, updates=updates, beginnings=beginnings, series=series)

    # -- inside -------------------------------------------------------------------------------------------------

    def _looked_at(self, rule_ids: Iterable[int]) -> set[Series]:
        """Return what these of the rules look at."""
        return {series for rule_id in rule_ids if rule_id in self._rules for series in self._rules[rule_id].series}

    def _admit(self, waiting: deque[LoadedRule], until: int | None) -> None:
        """Put the rules that were saved before `until` (None: all)."""
        if not waiting or (until is not None and waiting[0].since >= until):
            return
        while waiting and (until is None or waiting[0].since < until):
            self.put(waiting.popleft())
        self.plan()

    def _observe(self, together: Iterable[Observed], *, is_live: bool = True) -> None:
        """Go on to the values that one event brings."""
        for firing in self._evaluator.observe_all(self._values.counted(together, is_live=is_live)):
            condition = self._rules[firing.rule_id].conditions[firing.condition]
            self._firings.add(firing, condition, self._owners[firing.rule_id])

    def _is_stand_in(self, candle: Candle) -> bool:
        return candle.simulated and self._market not in {None, Source.SIMULATOR}

    def _update(self, rule_id: int) -> RuleUpdate:
        error = self._faults.get(rule_id, "")
        rule = self._rules.get(rule_id)
        if rule is None:
            return RuleUpdate(state=AlertState.ERROR, error=error)
        memory = self._evaluator.memory(rule_id)
        newest = self._newest(rule_id)
        self._shown.note(rule_id, newest)
        silent = self._freshness.silent
        is_silent = bool(silent) and not topics_of_rule(rule).isdisjoint(silent)
        state = shown_state(memory.state, has_fault=bool(error), is_silent=is_silent)
        return RuleUpdate(state=state, error=error, memory=memory, newest=newest)

    def _newest(self, rule_id: int) -> Point | None:
        return self._values.of(self._rules[rule_id].conditions[0].series)

    def _ticker_of(self, symbol: str) -> Ticker | None:
        return self._tickers.get(Topic(MarketKind.TICKER, symbol))
