"""What changes rules: one function a use case, each in one transaction.

`by` is who changes it, for the rule's history. A rule that begins anew is PENDING with an empty `memory`, and counts
one more in `beginnings`, by which the evaluator sees that it is to forget what it knew of it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.user_lock import user_lock
from alerts.deliveries.cancelling import deliveries_cancel_of_rule
from alerts.events import AlertState
from alerts.models import AlertRule
from alerts.preferences.preferences import Channel
from alerts.rules.changes import changed
from alerts.rules.checks.market import check_intervals, check_symbol_and_expiry
from alerts.rules.checks.strategies import check_strategies
from alerts.rules.checks.wallets import fill_watched
from alerts.rules.errors import RuleConflictError, RuleNotFoundError
from alerts.rules.faults import time_faults
from alerts.rules.parameters import RuleChanges, RuleParameters
from alerts.rules.rows import DEFINED, change_signed, fill, parameters_of, rule_locked
from streaming.commands.errors import WrongParametersError
from streaming.times import moment, time_parameter

_BEGUN = ("state", "state_since", "error", "memory", "beginnings")
_SEEN = ("last_value", "last_value_at")
_COMPARED = ("symbol", "conditions", "combine", "trigger")
"""What a rule means: where one of these changes, it begins anew."""
_LASTING = (*_COMPARED, "cooldown_seconds", "expires_at", "max_firings")
"""What may give a rule that has ended, or failed, another life."""
_ENDED = (AlertState.EXPIRED.value, AlertState.ERROR.value)
_COPY = " (copy)"
_LONGEST_NAME = 100


@transaction.atomic
def rule_create(*, owner_id: int, given: RuleParameters, now: datetime, by: int | None = None) -> AlertRule:
    """Make a rule.

    Raise `WrongParametersError` for a symbol that isn't listed or has no such candles, for a strategy as
    `check_strategies` says, for a wallet as `fill_watched` says, and for a time that has passed, `RuleConflictError`
    where the owner has as many rules as there may be.
    """
    _check_room(owner_id)
    rule = AlertRule(owner_id=owner_id)
    fill(rule, given)
    check_strategies(rule, given)
    fill_watched(rule, given)
    check_intervals(rule, given)
    check_symbol_and_expiry(rule, now)
    rule.state_since = now
    return _saved(rule, by)


@transaction.atomic
def rule_update(*, rule: AlertRule, given: RuleChanges, now: datetime, by: int | None = None) -> AlertRule:
    """Change what is given of a rule; where what it compares has changed, it begins anew.

    Raise `WrongParametersError`, as for a new rule, but for levels out of reach that it has had, `RuleNotFoundError`
    where it has been deleted, and `RuleConflictError` where what it says can't be read.
    """
    rule = rule_locked(rule)
    standing = _readable(rule)
    parameters = changed(standing, given)
    if faults := parameters.wrong_together(standing.conditions):
        raise WrongParametersError(faults)
    before = {name: getattr(rule, name) for name in DEFINED}
    fill(rule, parameters)
    if before["conditions"] != rule.conditions or before["symbol"] != rule.symbol:
        check_strategies(rule, parameters)
        fill_watched(rule, parameters)
        check_intervals(rule, parameters)
    different = {name for name in DEFINED if getattr(rule, name) != before[name]}
    check_symbol_and_expiry(rule, now, symbol="symbol" in different, expires="expires_at" in different)
    if not different:
        return rule
    return _saved(rule, by, *DEFINED, *_begin_where_needed(rule, different, now))


@transaction.atomic
def rule_enable(*, rule: AlertRule, now: datetime, by: int | None = None) -> AlertRule:
    """Switch a rule on: it begins anew, unless it is on and hasn't ended.

    Raise `RuleConflictError` where it could never fire: it has expired, or has fired as often as it may.
    """
    rule = rule_locked(rule)
    if rule.enabled and rule.state not in _ENDED:
        return rule
    _check_future(rule, now)
    rule.enabled = True
    return _saved(rule, by, "enabled", *_begin(rule, now))


@transaction.atomic
def rule_disable(
    *, rule: AlertRule, now: datetime, by: int | None = None, reason: str = "the rule was switched off"
) -> AlertRule:
    """Switch a rule off; what it remembers is forgotten, and what was yet to be told is cancelled for `reason`."""
    rule = rule_locked(rule)
    if not rule.enabled:
        return rule
    rule.enabled = False
    deliveries_cancel_of_rule(rule_id=rule.pk, reason=reason)
    return _saved(rule, by, "enabled", *_begin(rule, now))


@transaction.atomic
def rules_leave_channel(*, owner_id: int, channel: Channel, by: int | None = None) -> None:
    """Let no rule of an owner name the channel any more; one that names no other then follows the preferences."""
    for rule in AlertRule.objects.select_for_update().filter(owner_id=owner_id).exclude(channels=[]).order_by("pk"):
        if channel.value in rule.channels:
            rule.channels = [name for name in rule.channels if name != channel.value]
            _saved(rule, by, "channels")


@transaction.atomic
def rule_snooze(*, rule: AlertRule, until: object, now: datetime, by: int | None = None) -> AlertRule:
    """Silence a rule until a time, which is ms since the epoch or ISO 8601; levels are followed meanwhile.

    Raise `WrongParametersError` for a time that is none, or has passed, `RuleConflictError` for a rule that is
    switched off, is done or has expired.
    """
    if faults := time_faults("until", until):
        raise WrongParametersError(faults)
    time = moment(time_parameter("until", until))
    if time <= now:
        raise WrongParametersError({"until": "until must be in the future"})
    rule = rule_locked(rule)
    _check_alive(rule, now)
    rule.snoozed_until = time
    return _saved(rule, by, "snoozed_until", *_enter(rule, AlertState.SNOOZED, now))


@transaction.atomic
def rule_resume(*, rule: AlertRule, now: datetime, by: int | None = None) -> AlertRule:
    """End a rule's silence before its time."""
    rule = rule_locked(rule)
    if rule.snoozed_until is None:
        return rule
    rule.snoozed_until = None
    was_snoozed = rule.state == AlertState.SNOOZED.value
    return _saved(rule, by, "snoozed_until", *(_enter(rule, AlertState.PENDING, now) if was_snoozed else ()))


@transaction.atomic
def rule_clone(*, rule: AlertRule, now: datetime, by: int | None = None) -> AlertRule:
    """Make a copy of a rule for the same owner, switched off, without a time that has passed.

    Raise `RuleConflictError` where the owner has as many rules as there may be, and where what it says can't be read.
    """
    _check_room(rule.owner_id)
    copy = AlertRule(owner_id=rule.owner_id, enabled=False, state_since=now)
    fill(copy, _readable(rule))
    copy.name = rule.name[: _LONGEST_NAME - len(_COPY)] + _COPY
    if copy.expires_at is not None and copy.expires_at <= now:
        copy.expires_at = None
    return _saved(copy, by)


def _check_room(owner_id: int) -> None:
    """Refuse one more than the most; the owner's row is locked, so that two at a time can't both be the last.

    What only refers to the owner, such as a notification, needs not wait for it.
    """
    if not user_lock(owner_id):
        raise RuleNotFoundError
    most = settings.ALERTS_RULES_PER_USER
    if AlertRule.objects.filter(owner_id=owner_id).count() >= most:
        raise RuleConflictError(f"There may be at most {most} alert rules; delete one first")


def _check_future(rule: AlertRule, now: datetime) -> None:
    _check_time(rule, now)
    if rule.max_firings is not None and rule.firings >= rule.max_firings:
        raise RuleConflictError("The rule has fired as often as it may; allow it more firings first")


def _check_alive(rule: AlertRule, now: datetime) -> None:
    if not rule.enabled:
        raise RuleConflictError("The rule is switched off; switch it on first")
    _check_time(rule, now)
    if rule.state == AlertState.EXPIRED.value:
        raise RuleConflictError("The rule is done; switch it on first")


def _check_time(rule: AlertRule, now: datetime) -> None:
    if rule.expires_at is not None and rule.expires_at <= now:
        raise RuleConflictError("The rule has expired; give it a later time first")


def _readable(rule: AlertRule) -> RuleParameters:
    """Return the parameters of a rule, or refuse one of words that nobody knows (any more)."""
    try:
        return parameters_of(rule)
    except ValueError as error:
        raise RuleConflictError("What the rule says can't be read; make a new one and delete it") from error


def _begin_where_needed(rule: AlertRule, different: set[str], now: datetime) -> tuple[str, ...]:
    if different.isdisjoint(_COMPARED):
        is_over = rule.state in _ENDED and not different.isdisjoint(_LASTING)
        return _begin(rule, now) if is_over else ()
    if not different.isdisjoint({"symbol", "conditions"}):
        rule.last_value, rule.last_value_at = None, None
    return (*_begin(rule, now), *_SEEN)


def _begin(rule: AlertRule, now: datetime) -> tuple[str, ...]:
    rule.error, rule.memory, rule.beginnings = "", {}, rule.beginnings + 1
    return (*_BEGUN, *_enter(rule, AlertState.PENDING, now))


def _enter(rule: AlertRule, state: AlertState, now: datetime) -> tuple[str, ...]:
    rule.state, rule.state_since = state.value, now
    return ("state", "state_since")


def _saved(rule: AlertRule, by: int | None, *fields: str) -> AlertRule:
    """Store a rule, or of one that there is only those columns, so that what the evaluator writes meanwhile stays."""
    change_signed(rule, by)
    named: dict[str, Any] = {"update_fields": {*fields, "updated_at"}} if fields else {}
    rule.save(**named)
    return rule
