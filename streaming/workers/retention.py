"""What is deleted when it is too old to count, as apps declare it."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Any, Protocol

import msgspec
from django.db.models import Q, QuerySet

from streaming.errors import RegistrationError

SMALL_ROWS_AT_ONCE = 1000
"""Rows that are small, and with which little or nothing else goes; others are deleted fewer at once."""


class Forget(Protocol):
    """Deletes in batches."""

    def __call__(self, *, now_ms: int) -> Iterator[int]:
        """Delete what is too old at this time (milliseconds since 1970, UTC).

        Each step deletes one batch, in a transaction of its own, and gives how many rows there were. What is done
        between two steps finds the database free.
        """


class RetentionRule(msgspec.Struct, frozen=True):
    """What deletes which rows; `what` names them in the log, in the plural.

    Every process of the `worker` of that name does it beside its work, every gateway where none is named, as often as
    the setting `interval_setting` says in seconds.
    """

    what: str
    forget: Forget
    worker: str = ""
    interval_setting: str = "COMMANDS_FORGET_SECONDS"


def rows_delete_in_batches(old: QuerySet[Any], *, size: int = SMALL_ROWS_AT_ONCE) -> Iterator[int]:
    """Delete the rows of a query, at most `size` at once, in its order; each step gives how many there were.

    Only rows of its model count: others that go with them are in no number.
    """
    while ids := list(old.values_list("pk", flat=True)[:size]):
        old.order_by().filter(pk__in=ids).delete()  # what has changed meanwhile, and is no longer old, stays
        yield len(ids)


def unneeded_rows_delete(old: QuerySet[Any], unneeded: Q, *, by: str, size: int = SMALL_ROWS_AT_ONCE) -> Iterator[int]:
    """Delete those of the `old` rows that are `unneeded`, where many stay that are as old: each is looked at once.

    Each step looks at `size` rows in the order of the column `by`, which has an index, behind those of the step before,
    and gives how many it has deleted; that may be none.
    """
    behind = Q()
    while looked_at := list(old.filter(behind).order_by(by, "pk").values_list(by, "pk")[:size]):
        found = old.order_by().filter(unneeded, pk__in=[pk for _, pk in looked_at])
        ids = list(found.values_list("pk", flat=True))
        found.filter(pk__in=ids).delete()
        yield len(ids)
        value, last = looked_at[-1]
        behind = Q(**{f"{by}__gte": value}) & (Q(**{f"{by}__gt": value}) | Q(pk__gt=last))


def checked_rules(rules: Iterable[RetentionRule], *, workers: Container[str]) -> tuple[RetentionRule, ...]:
    """Return the rules; raise `RegistrationError` where two are for the same rows, or nobody would follow one."""
    checked = tuple(rules)
    for rule in checked:
        if rule.worker and rule.worker not in workers:
            raise RegistrationError(f"old {rule.what} are for a worker that there isn't: {rule.worker}")
    for what, count in Counter(rule.what for rule in checked).items():
        if count > 1:
            raise RegistrationError(f"retention is declared already: {what}")
    return checked
