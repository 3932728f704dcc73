"""Making, finding, changing and trying alert rules, for commands and REST."""

from datetime import datetime

import msgspec

from alerts.models import AlertRule
from alerts.rules import services
from alerts.rules.answers import (
    EventsAnswer,
    RuleAnswer,
    RulesAnswer,
    WrittenTime,
    events_answer,
    rule_answer,
    rules_answer,
)
from alerts.rules.parameters import (
    EventQuery,
    RuleChanges,
    RuleId,
    RuleParameters,
    RuleQuery,
    RuleSnooze,
    RuleTrial,
)
from alerts.rules.selectors import Reader, events_page, rule_reached, rules_page
from alerts.rules.trials import Trial, rule_drafted, trial_read, trial_result
from alerts.use_cases import Caller, UseCase
from streaming.times import moment


class TrialSpan(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a rule was tried."""

    start: WrittenTime
    end: WrittenTime


class TrialAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How often a rule would have fired, and the newest of those times, oldest first."""

    would_fire: int
    times: list[WrittenTime]
    over: TrialSpan


def _create(caller: Caller, given: RuleParameters) -> RuleAnswer:
    """Make a rule of one's own."""
    return _told(
        caller, services.rule_create(owner_id=caller.user_id, given=given, now=_now(caller), by=caller.user_id)
    )


def _list(caller: Caller, query: RuleQuery) -> RulesAnswer:
    """List rules, the newest first."""
    return rules_answer(rules_page(reader=_reader(caller), query=query), caller.write_time)


def _get(caller: Caller, given: RuleId) -> RuleAnswer:
    """Return a rule."""
    return _told(caller, _reached(caller, given))


def _update(caller: Caller, given: RuleChanges) -> RuleAnswer:
    """Change a rule; what isn't given stays."""
    rule = _reached(caller, given)
    return _told(caller, services.rule_update(rule=rule, given=given, now=_now(caller), by=caller.user_id))


def _delete(caller: Caller, given: RuleId) -> RuleAnswer:
    """Delete a rule and its firings; return how it was."""
    rule = _reached(caller, given)
    answer = _told(caller, rule)
    services.rule_delete(rule=rule, by=caller.user_id)
    return answer


def _enable(caller: Caller, given: RuleId) -> RuleAnswer:
    """Switch a rule on, which begins anew."""
    return _told(caller, services.rule_enable(rule=_reached(caller, given), now=_now(caller), by=caller.user_id))


def _disable(caller: Caller, given: RuleId) -> RuleAnswer:
    """Switch a rule off."""
    return _told(caller, services.rule_disable(rule=_reached(caller, given), now=_now(caller), by=caller.user_id))


def _snooze(caller: Caller, given: RuleSnooze) -> RuleAnswer:
    """Silence a rule until a time."""
    rule, now = _reached(caller, given), _now(caller)
    return _told(caller, services.rule_snooze(rule=rule, until=given.until, now=now, by=caller.user_id))


def _resume(caller: Caller, given: RuleId) -> RuleAnswer:
    """End a rule's silence."""
    return _told(caller, services.rule_resume(rule=_reached(caller, given), now=_now(caller), by=caller.user_id))


def _clone(caller: Caller, given: RuleId) -> RuleAnswer:
    """Make a copy of a rule, switched off."""
    return _told(caller, services.rule_clone(rule=_reached(caller, given), now=_now(caller), by=caller.user_id))


def _test(caller: Caller, given: RuleTrial) -> Trial:
    """Tell how often a rule would have fired within the last day."""
    now = _now(caller)
    rule = rule_drafted(given=given, now=now) if given.id is None else _reached(caller, RuleId(id=given.id))
    return trial_read(rule=rule, now=now)


def _tested(caller: Caller, read: Trial) -> TrialAnswer:
    result, write = trial_result(read), caller.write_time
    return TrialAnswer(
        would_fire=result.count,
        times=[write(time) for time in result.times],
        over=TrialSpan(start=write(result.start), end=write(result.end)),
    )


def _events(caller: Caller, query: EventQuery) -> EventsAnswer:
    """List the firings of rules, the newest first."""
    return events_answer(events_page(reader=_reader(caller), query=query), caller.write_time)


def _told(caller: Caller, rule: AlertRule) -> RuleAnswer:
    return rule_answer(rule, caller.write_time)


def _reached(caller: Caller, given: RuleId) -> AlertRule:
    return rule_reached(reader=_reader(caller), rule_id=given.id)


def _reader(caller: Caller) -> Reader:
    return Reader(user_id=caller.user_id, is_staff=caller.is_staff)


def _now(caller: Caller) -> datetime:
    return moment(caller.clock.now_ms())


CREATE_RULE = UseCase(parameters=RuleParameters, act=_create, answer=RuleAnswer, changes=True, status=201)
LIST_RULES = UseCase(parameters=RuleQuery, act=_list, answer=RulesAnswer)
GET_RULE = UseCase(parameters=RuleId, act=_get, answer=RuleAnswer)
UPDATE_RULE = UseCase(parameters=RuleChanges, act=_update, answer=RuleAnswer, changes=True)
DELETE_RULE = UseCase(parameters=RuleId, act=_delete, answer=RuleAnswer, changes=True, status=204)
ENABLE_RULE = UseCase(parameters=RuleId, act=_enable, answer=RuleAnswer, changes=True)
DISABLE_RULE = UseCase(parameters=RuleId, act=_disable, answer=RuleAnswer, changes=True)
SNOOZE_RULE = UseCase(parameters=RuleSnooze, act=_snooze, answer=RuleAnswer, changes=True)
RESUME_RULE = UseCase(parameters=RuleId, act=_resume, answer=RuleAnswer, changes=True)
CLONE_RULE = UseCase(parameters=RuleId, act=_clone, answer=RuleAnswer, changes=True, status=201)
TEST_RULE = UseCase(parameters=RuleTrial, act=_test, finish=_tested, answer=TrialAnswer)
LIST_EVENTS = UseCase(parameters=EventQuery, act=_events, answer=EventsAnswer)
