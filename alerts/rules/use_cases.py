"""Making, finding, changing and trying alert rules, for commands and REST."""

import msgspec

from alerts.models import AlertRule
from alerts.rules import services
from alerts.rules.answers import (
    EventsAnswer,
    RuleAnswer,
    RulesAnswer,
    events_answer,
    rule_answer,
    rules_answer,
)
from alerts.rules.deleting import finished_rules_empty, rule_delete, rule_empty, rules_clear_finished
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
from streaming.commands.access import StaffPermission, Who
from streaming.commands.errors import CommandRefusedError
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.fair_queries import each_in_turn, in_turn
from streaming.identity.scopes import Scope
from streaming.times import WrittenTime

_THROTTLE = "THROTTLE_ALERTS"
MAY_CHANGE = StaffPermission("alerts.change_alertrule")
MAY_DELETE = StaffPermission("alerts.delete_alertrule")
MAY_PAUSE = StaffPermission("alerts.pause_alertrule")
MAY_CLONE = StaffPermission("alerts.clone_alertrule")
MAY_TEST = StaffPermission("alerts.test_alertrule")
"""What staff need, as in the admin, for the rules of others; all staff may read them."""


class TrialSpan(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a rule was tried."""

    start: WrittenTime
    end: WrittenTime


class ClearedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many rules were done, and are deleted."""

    deleted: int


class TrialAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How often a rule would have fired, and the newest of those times, oldest first."""

    would_fire: int
    times: list[WrittenTime]
    over: TrialSpan


def _create(caller: Caller, given: RuleParameters) -> RuleAnswer:
    """Make a rule of one's own."""
    return _told(caller, services.rule_create(owner_id=caller.user_id, given=given, now=caller.now, by=caller.user_id))


def _list(caller: Caller, query: RuleQuery) -> RulesAnswer:
    """List rules, the newest first."""
    return rules_answer(rules_page(reader=_reader(caller), query=query), caller.write_time)


def _get(caller: Caller, given: RuleId) -> RuleAnswer:
    """Return a rule."""
    return _told(caller, _reached(caller, given))


def _update(caller: Caller, given: RuleChanges) -> RuleAnswer:
    """Change a rule; what isn't given stays."""
    rule = _changeable(caller, given, MAY_CHANGE)
    return _told(caller, services.rule_update(rule=rule, given=given, now=caller.now, by=caller.user_id))


def _to_delete(caller: Caller, given: RuleId) -> tuple[AlertRule, RuleAnswer] | None:
    """Return the rule and how it is; None where it is for `_delete` to refuse.

    That may have been done when the same command was given a moment before, and is then answered as it was first.
    """
    try:
        rule = _changeable(caller, given, MAY_DELETE)
    except CommandRefusedError:
        return None
    return rule, _told(caller, rule)


async def _empty(caller: Caller, _hub: HubOfProcess, given: RuleId) -> RuleAnswer | None:
    """Take from a rule what hangs on it, and return how it was; None where it is to be refused."""
    found = await in_turn(_to_delete)(caller, given)
    if found is None:
        return None
    rule, answer = found
    await each_in_turn(rule_empty(rule=rule, now=caller.now, by=caller.user_id))
    return answer


def _delete(caller: Caller, given: RuleId, before: RuleAnswer | None) -> RuleAnswer:
    """Delete a rule and its firings; return how it was."""
    rule = _changeable(caller, given, MAY_DELETE)
    answer = _told(caller, rule) if before is None else before
    rule_delete(rule=rule, by=caller.user_id)
    return answer


async def _empty_finished(caller: Caller, _hub: HubOfProcess, _given: NoParameters) -> None:
    await each_in_turn(finished_rules_empty(owner_id=caller.user_id))


def _clear_finished(caller: Caller, _given: NoParameters, _emptied: None) -> ClearedAnswer:
    """Delete one's own rules that are done."""
    return ClearedAnswer(deleted=rules_clear_finished(owner_id=caller.user_id, by=caller.user_id))


def _enable(caller: Caller, given: RuleId) -> RuleAnswer:
    """Switch a rule on, which begins anew."""
    rule = _changeable(caller, given, MAY_CHANGE)
    return _told(caller, services.rule_enable(rule=rule, now=caller.now, by=caller.user_id))


def _disable(caller: Caller, given: RuleId) -> RuleAnswer:
    """Switch a rule off."""
    rule = _changeable(caller, given, MAY_CHANGE)
    return _told(caller, services.rule_disable(rule=rule, now=caller.now, by=caller.user_id))


def _snooze(caller: Caller, given: RuleSnooze) -> RuleAnswer:
    """Silence a rule until a time."""
    rule, now = _changeable(caller, given, MAY_PAUSE), caller.now
    return _told(caller, services.rule_snooze(rule=rule, until=given.until, now=now, by=caller.user_id))


def _resume(caller: Caller, given: RuleId) -> RuleAnswer:
    """End a rule's silence."""
    rule = _changeable(caller, given, MAY_PAUSE)
    return _told(caller, services.rule_resume(rule=rule, now=caller.now, by=caller.user_id))


def _clone(caller: Caller, given: RuleId) -> RuleAnswer:
    """Make a copy of a rule, switched off."""
    rule = _changeable(caller, given, MAY_CLONE)
    return _told(caller, services.rule_clone(rule=rule, now=caller.now, by=caller.user_id))


def _test(caller: Caller, given: RuleTrial) -> Trial:
    """Tell how often a rule would have fired within the last day."""
    now = caller.now
    if given.id is None:
        return trial_read(rule=rule_drafted(given=given, now=now), now=now)
    rule = _changeable(caller, RuleId(id=given.id), MAY_TEST)
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


def _changeable(caller: Caller, given: RuleId | RuleChanges | RuleSnooze, others: StaffPermission) -> AlertRule:
    """Return a rule that is the caller's own, or another's where the caller is one of those `others`."""
    rule = rule_reached(reader=_reader(caller), rule_id=given.id)
    caller.check_owner(rule.owner_id, others)
    return rule


def _reader(caller: Caller) -> Reader:
    return Reader(user_id=caller.user_id, is_staff=caller.is_staff)


CREATE_RULE = UseCase(
    parameters=RuleParameters,
    act=_create,
    answer=RuleAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=201,
)
LIST_RULES = UseCase(parameters=RuleQuery, act=_list, answer=RulesAnswer, others=Who.STAFF)
GET_RULE = UseCase(parameters=RuleId, act=_get, answer=RuleAnswer, others=Who.STAFF)
UPDATE_RULE = UseCase(
    parameters=RuleChanges,
    act=_update,
    answer=RuleAnswer,
    others=MAY_CHANGE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
DELETE_RULE = UseCase(
    parameters=RuleId,
    gather=_empty,
    act=_delete,
    answer=RuleAnswer,
    others=MAY_DELETE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=204,
)
CLEAR_FINISHED_RULES = UseCase(
    gather=_empty_finished,
    act=_clear_finished,
    answer=ClearedAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
ENABLE_RULE = UseCase(
    parameters=RuleId,
    act=_enable,
    answer=RuleAnswer,
    others=MAY_CHANGE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
DISABLE_RULE = UseCase(
    parameters=RuleId,
    act=_disable,
    answer=RuleAnswer,
    others=MAY_CHANGE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
SNOOZE_RULE = UseCase(
    parameters=RuleSnooze,
    act=_snooze,
    answer=RuleAnswer,
    others=MAY_PAUSE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
RESUME_RULE = UseCase(
    parameters=RuleId,
    act=_resume,
    answer=RuleAnswer,
    others=MAY_PAUSE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
CLONE_RULE = UseCase(
    parameters=RuleId,
    act=_clone,
    answer=RuleAnswer,
    others=MAY_CLONE,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=201,
)
TEST_RULE = UseCase(
    parameters=RuleTrial, act=_test, finish=_tested, answer=TrialAnswer, others=MAY_TEST, throttle=_THROTTLE
)
LIST_EVENTS = UseCase(parameters=EventQuery, act=_events, answer=EventsAnswer, others=Who.STAFF)
