"""How often a rule would have fired: over the stored candles of the last day."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.conf import settings
from msgspec import structs

from alerts.conditions.trial import candles_before, needed_intervals, trial
from alerts.conditions.words import Rule
from alerts.models import AlertRule
from alerts.rules.definition import rule_of
from alerts.rules.faults import seconds_of
from alerts.rules.parameters import RuleParameters, RuleTrial
from alerts.rules.rows import fill
from alerts.rules.world import check_world
from alerts.times import milliseconds
from streaming.events import Interval, Source
from streaming.market.candles.reading import stored_candles
from streaming.market.rest_parser import KlineRow

DAY_MS = 86_400_000


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """When the rule would have fired between `start` and `end`, oldest first; all in ms since the epoch."""

    times: Sequence[int]
    start: int
    end: int


def rule_drafted(*, given: RuleTrial, now: datetime) -> AlertRule:
    """Return the rule of parameters that aren't stored; raise `WrongParametersError` as making it would."""
    named = {name: value for name, value in structs.asdict(given).items() if name != "id"}
    rule = AlertRule(pk=0)
    fill(rule, RuleParameters(**named))
    check_world(rule, now)
    return rule


def rule_trial(*, rule: AlertRule, now: datetime) -> TrialResult:
    """Try a rule on the candles of the day before `now`; earlier ones only seed what looks back.

    What isn't stored isn't looked at: a symbol that nobody watched that day has no candles.
    """
    tried, end = rule_of(rule, may_use_simulated=True), milliseconds(now)
    start = end - DAY_MS
    candles = {interval: _candles(tried, interval, start, end) for interval in needed_intervals(tried)}
    return TrialResult(times=trial(tried, candles, start=start), start=start, end=end)


def _candles(rule: Rule, interval: Interval, start: int, end: int) -> tuple[KlineRow, ...]:
    return stored_candles(
        source=Source(settings.EXCHANGE_SOURCE),
        symbol=rule.conditions[0].series.symbol,
        interval=interval,
        start=max(0, start - candles_before(rule, interval) * seconds_of(interval) * 1000),
        end=end,
    )
