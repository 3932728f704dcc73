"""For how many deliveries there is room, in all and of one user: no slow receiver keeps others waiting."""

from collections import Counter
from collections.abc import Mapping

import msgspec
from django.db.models import F, QuerySet

from alerts.models import Delivery


class DeliveryCapacity(msgspec.Struct, frozen=True, kw_only=True):
    """DeliveryCapacity for `most` deliveries, of one user `most_each` less those that are `taken`, by the user's id."""

    most: int
    most_each: int
    taken: Mapping[int, int] = {}


def locked_for(capacity: DeliveryCapacity, deliveries: QuerySet[Delivery]) -> list[int]:
    """Lock those of the deliveries that there is room for, the first first, and return them by id.

    What another transaction has locked is left out. One question is enough, unless users have more than their share:
    then those behind them are asked for, too.
    """
    free = deliveries.select_for_update(skip_locked=True, of=("self",))
    found: list[int] = []
    taken = Counter(capacity.taken)
    while wanted := capacity.most - len(found):
        full = [user_id for user_id, count in taken.items() if count >= capacity.most_each]
        others = free.exclude(pk__in=found).exclude(notification__user_id__in=full)
        rows = list(others.annotate(user_id=F("notification__user_id")).only("pk")[:wanted])
        for row in rows:
            if taken[row.user_id] < capacity.most_each:
                taken[row.user_id] += 1
                found.append(row.pk)
        if len(rows) < wanted:
            break
    return found
