"""A rule while it is evaluated: what it remembers, and whether it may fire when its conditions say so. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from alerts.conditions.rule import Combine, Firing, Point, Rule, RuleMemory, TriggerPolicy
from alerts.conditions.track import Track
from alerts.conditions.watches import Watch, watch_of
from alerts.events import AlertState


class WatchedRule:
    """A rule with its conditions. It is done where it will never fire again.

    Nothing here looks at a clock: `advance` tells what time it is. `tracks` are those of its conditions' series, and
    behind them those of their levels; `told` is its memory as it was last asked for.
    """

    __slots__ = (
        "cooldown_ms",
        "cooling_until",
        "fires_once",
        "firings_left",
        "is_combined",
        "is_done",
        "is_snoozed",
        "rule",
        "rule_id",
        "suppressed",
        "told",
        "tracks",
        "watches",
    )

    def __init__(self, rule: Rule, memory: RuleMemory) -> None:
        self.rule = rule
        # What each firing asks, within reach: of a hundred thousand rules nothing is in the processor's cache.
        self.rule_id = rule.id
        self.is_combined = len(rule.conditions) > 1
        self.fires_once = rule.trigger is TriggerPolicy.ONCE
        self.cooldown_ms = 1000 * rule.cooldown_seconds
        watches = [watch_of(self, number, condition) for number, condition in enumerate(rule.conditions)]
        self.watches: Sequence[Watch] = tuple(watches)
        if len(memory.holds) == len(self.watches):
            for watch, holds in zip(self.watches, memory.holds, strict=True):
                watch.holds = holds
        self.cooling_until = memory.cooling_until
        self.suppressed = memory.suppressed
        self.firings_left = rule.firings_left
        self.is_snoozed = rule.snoozed_until is not None
        self.is_done = memory.state is AlertState.EXPIRED or rule.firings_left == 0
        self.told: RuleMemory | None = None
        self.tracks: Sequence[Track] = ()

    @property
    def state(self) -> AlertState:
        """What the rule does now."""
        if self.is_done:
            return AlertState.EXPIRED
        if self.is_snoozed:
            return AlertState.SNOOZED
        if self.cooling_until is not None:
            return AlertState.COOLING
        holds = [watch.holds for watch in self.watches]
        if all(holds) if self.rule.combine is Combine.ALL else any(holds):
            return AlertState.FIRING
        return AlertState.PENDING if None in holds else AlertState.ARMED

    @property
    def due_times(self) -> list[int]:
        """When, in ms, something ends by itself: the cool-down, the snooze, the rule."""
        times = (self.cooling_until, self.rule.snoozed_until, self.rule.expires_at)
        return [time for time in times if time is not None]

    def memory(self) -> RuleMemory:
        """Return what must survive a restart."""
        return RuleMemory(
            state=self.state,
            holds=tuple([watch.holds for watch in self.watches]),
            cooling_until=None if self.is_done else self.cooling_until,
            suppressed=self.suppressed,
        )

    def kept_for(self, rule: Rule) -> RuleMemory | None:
        """Return what the same rule in new words remembers: None where its conditions are others.

        One that was done is so still, unless how often or how long it may fire has changed.
        """
        if rule.conditions != self.rule.conditions:
            return None
        memory = self.memory()
        terms = (self.rule.trigger, self.rule.expires_at, self.firings_left)
        if self.is_done and terms != (rule.trigger, rule.expires_at, rule.firings_left):
            return RuleMemory(holds=memory.holds, suppressed=memory.suppressed)
        return memory

    def advance(self, now: int) -> bool:
        """End what has ended at `now`, in ms; return whether the rule is done. The same twice changes nothing."""
        if self.cooling_until is not None and self.cooling_until <= now:
            self.cooling_until = None
        if self.rule.snoozed_until is not None and self.rule.snoozed_until <= now:
            self.is_snoozed = False
        if self.rule.expires_at is not None and self.rule.expires_at <= now:
            self.is_done = True
        return self.is_done

    def is_met(self, rose: Iterable[int]) -> bool:
        """Return whether the rule's conditions hold together, when those of the numbers `rose` have just become true.

        An edge holds at that value only, so it counts where it is one of them.
        """
        if self.rule.combine is Combine.ANY:
            return True
        return all(watch.holds or watch.number in rose for watch in self.watches)

    def fire(self, watch: Watch, point: Point, previous: Decimal | None, *, late: bool) -> Firing | None:
        """Fire because of a condition at `point`; return None where the rule is snoozed or cooling down."""
        if self.is_snoozed:
            return None
        if self.cooling_until is not None:
            self.suppressed += 1
            return None
        firing = Firing(
            rule_id=self.rule_id,
            condition=watch.number,
            value=point.value,
            previous=previous,
            operand=watch.operand(previous, point),
            time=point.time,
            late=late,
            simulated=point.simulated,
            suppressed=self.suppressed,
            signal=point.signal,
            wallet=point.wallet,
        )
        self.suppressed = 0
        if self.firings_left is not None:
            self.firings_left -= 1
        if self.fires_once or self.firings_left == 0:
            self.is_done = True
        elif self.cooldown_ms:
            self.cooling_until = point.time + self.cooldown_ms
        return firing
