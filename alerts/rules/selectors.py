"""What reads rules and their firings."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from django.db.models import Model, Q, QuerySet

from alerts.models import AlertEvent, AlertRule
from alerts.rules.errors import RuleNotFoundError
from alerts.rules.parameters import EventQuery, RuleQuery
from streaming.commands.errors import PermissionDeniedError
from streaming.database.conditions import where_given

Row = TypeVar("Row", bound=Model)


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads: users reach what is theirs, staff everything."""

    user_id: int
    is_staff: bool = False


class Page(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """Some of the rows that were found, and how many there are in all."""

    items: Sequence[Row]
    total: int


def rule_reached(*, reader: Reader, rule_id: int) -> AlertRule:
    """Return the rule; raise `RuleNotFoundError` where there is none for that reader."""
    rules = AlertRule.objects.select_related("owner")
    rule = (rules if reader.is_staff else rules.filter(owner_id=reader.user_id)).filter(pk=rule_id).first()
    if rule is None:
        raise RuleNotFoundError
    return rule


def rules_page(*, reader: Reader, query: RuleQuery) -> Page[AlertRule]:
    """Return the rules that fit, newest first: the reader's own, or with `everyone` all users'.

    Raise `PermissionDeniedError` where somebody who isn't staff asks for everyone's.
    """
    given = where_given(symbol=query.symbol, state=query.state, source=query.source, enabled=query.enabled)
    found = _owned(AlertRule.objects.select_related("owner").filter(given), reader, everyone=query.everyone)
    if query.query:
        found = found.filter(Q(name__icontains=query.query) | Q(symbol__icontains=query.query))
    return _page(found.order_by("-pk"), limit=query.limit, offset=query.offset)


def events_page(*, reader: Reader, query: EventQuery) -> Page[AlertEvent]:
    """Return the firings that fit, newest first, as `rules_page` does."""
    given = where_given(rule_id=query.rule, symbol=query.symbol)
    found = _owned(AlertEvent.objects.filter(given), reader, everyone=query.everyone)
    return _page(found.order_by("-pk"), limit=query.limit, offset=query.offset)


def _owned(rows: QuerySet[Row], reader: Reader, *, everyone: bool) -> QuerySet[Row]:
    if not everyone:
        return rows.filter(owner_id=reader.user_id)
    if not reader.is_staff:
        raise PermissionDeniedError
    return rows


def _page(found: QuerySet[Row], *, limit: int, offset: int) -> Page[Row]:
    return Page(items=list(found[offset : offset + limit]), total=found.count())
