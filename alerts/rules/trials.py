"""How often a rule would have fired: over the stored candles of the last day.

Reading them needs the database, and is short; computing needs only the processor, and may take seconds.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import structs

from alerts.conditions.rule import Rule
from alerts.conditions.trial import candles_before, needed_intervals, trial
from alerts.models import AlertRule
from alerts.rules.checks.market import check_intervals, check_symbol_and_expiry
from alerts.rules.definition import rule_of
from alerts.rules.errors import RuleConflictError
from alerts.rules.faults import seconds_of
from alerts.rules.parameters import UNTESTED, RuleParameters, RuleTrial, testing_fault
from alerts.rules.rows import fill
from streaming.commands.computing import computed_in_time
from streaming.commands.errors import WrongParametersError
from streaming.events import Interval
from streaming.events.intervals import open_time_at
from streaming.indicators.bar import Bar
from streaming.market.own_source import own_source
from streaming.market.stored_candles import stored_candles
from streaming.times import milliseconds

DAY_MS = 86_400_000
MOST_TIMES = 500


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, and the candles to try it on from `start` to `end`, in ms since the epoch."""

    rule: Rule
    candles: Mapping[Interval, Sequence[Bar]]
    start: int
    end: int


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """How often the rule would have fired between `start` and `end`, and the newest `MOST_TIMES` of those times.

    All in ms since the epoch, oldest first.
    """

    count: int
    times: Sequence[int]
    start: int
    end: int


def rule_drafted(*, given: RuleTrial, now: datetime) -> AlertRule:
    """Return the rule of parameters that aren't stored; raise `WrongParametersError` as making it would."""
    named = {name: value for name, value in structs.asdict(given).items() if name != "id"}
    rule, parameters = AlertRule(pk=0), RuleParameters(**named)
    fill(rule, parameters)
    check_intervals(rule, parameters)
    check_symbol_and_expiry(rule, now)
    return rule


def trial_read(*, rule: AlertRule, now: datetime) -> Trial:
    """Read what is needed to try a rule on the day before `now`; earlier candles only seed what looks back.

    What isn't stored isn't looked at: a symbol that nobody watched that day has no candles. Raise `RuleConflictError`
    where the rule can't be read, and `WrongParametersError` for intervals that are too short.
    """
    try:
        tried = rule_of(rule, may_use_simulated=True)
    except ValueError as error:
        raise RuleConflictError(f"Its conditions can't be read: {error}") from error
    if untested := [UNTESTED[each.series.source] for each in tried.conditions if each.series.source in UNTESTED]:
        raise WrongParametersError({"source": f"source {untested[0]}"})
    intervals = needed_intervals(tried)
    if any(testing_fault(interval) for interval in intervals):
        raise WrongParametersError({"interval": f"interval {testing_fault(min(intervals, key=seconds_of))}"})
    end = milliseconds(now)
    start = end - DAY_MS
    candles = {interval: _candles(tried, interval, start, end) for interval in intervals}
    return Trial(rule=tried, candles=candles, start=start, end=end)


def trial_result(given: Trial) -> TrialResult:
    """Try the rule, which may take seconds. Pure."""
    times = trial(given.rule, given.candles, start=given.start)
    return TrialResult(count=len(times), times=times[-MOST_TIMES:], start=given.start, end=given.end)


def rule_trial(*, rule: AlertRule, now: datetime, requester: str) -> TrialResult:
    """Try a rule on the candles of the day before `now`, for synchronous callers, in a turn of `requester`.

    Raise as `trial_read` does.
    """
    return computed_in_time(requester, trial_result, trial_read(rule=rule, now=now))


def _candles(rule: Rule, interval: Interval, start: int, end: int) -> tuple[Bar, ...]:
    """Return the candles of the trial, with enough that closed before the one in which it starts."""
    seconds = seconds_of(interval)
    before = 1000 * seconds * candles_before(rule, interval, candle_seconds=seconds)
    return stored_candles(
        source=own_source(),
        symbol=rule.conditions[0].series.symbol,
        interval=interval,
        start=max(0, open_time_at(interval, start) - before),
        end=end,
    )
