"""Saving a rule from a form, or from a row of a file: by the use cases of every interface, and their refusals."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from alerts.models import AlertRule
from alerts.rules.parameters import RuleChanges, RuleParameters
from alerts.rules.services import rule_create, rule_disable, rule_enable, rule_update
from streaming.commands.parameters import reader_of

_read_rule = reader_of(RuleParameters)
_read_changes = reader_of(RuleChanges)


@transaction.atomic
def rule_save(
    *, rule: AlertRule | None, owner_id: int, given: Mapping[str, Any], enabled: bool, now: datetime, by: int
) -> AlertRule:
    """Make a rule of the owner, or change `rule` to what is given; and switch it on or off.

    `given` are the parameters of `alerts.create`, all of them. Raise `CommandRefusedError` as those use cases do.
    """
    if rule is None:
        saved = rule_create(owner_id=owner_id, given=_read_rule(given), now=now, by=by)
    else:
        saved = rule_update(rule=rule, given=_read_changes({"id": rule.pk, **given}), now=now, by=by)
    if saved.enabled == enabled:
        return saved
    return (rule_enable if enabled else rule_disable)(rule=saved, now=now, by=by)


def check_rule(given: Mapping[str, Any]) -> None:
    """Raise `CommandRefusedError` where the parameters of a new rule are wrong, whoever is to own it."""
    _read_rule(given)


def rehearse(act: Callable[[], object]) -> None:
    """Do something and undo it: what it refuses is raised, and nothing is stored."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
