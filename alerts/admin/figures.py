"""The numbers of the admin's first page: what fired, how deliveries went, and who works on it.

Selectors: they only read. A day is the hour under way and the 23 before it, in UTC; times have their zone.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncHour

from alerts.events import AlertState
from alerts.models import DELIVERIES_SENT, DELIVERIES_TO_SEND, AlertEvent, AlertRule, Delivery, DeliveryState

HOURS = 24


class HourlyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of the hours that begin at `hours`, the oldest first."""

    hours: tuple[datetime, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum over all hours."""
        return sum(self.counts)


class DeliveryFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How the deliveries stand that were made in each hour; cancelled ones don't count, for nobody needed them."""

    delivered: HourlyFigures
    under_way: HourlyFigures
    dead: HourlyFigures


def firing_figures(now: datetime) -> HourlyFigures:
    """Return how often rules have fired in each hour of the last day."""
    hours = _hours(now)
    events = AlertEvent.objects.filter(fired_at__gte=hours[0])
    return _by_hour(hours, _counted(events, TruncHour("fired_at", tzinfo=UTC)))


def delivery_figures(now: datetime) -> DeliveryFigures:
    """Return how the deliveries stand that were made in each hour of the last day."""
    hours = _hours(now)
    made = Delivery.objects.filter(created_at__gte=hours[0])
    rows = _counted(made, TruncHour("created_at", tzinfo=UTC), "state")
    return DeliveryFigures(
        delivered=_by_hour(hours, [row for row in rows if row["state"] in DELIVERIES_SENT]),
        under_way=_by_hour(hours, [row for row in rows if row["state"] in DELIVERIES_TO_SEND]),
        dead=_by_hour(hours, [row for row in rows if row["state"] == DeliveryState.DEAD]),
    )


def deliveries_dead(limit: int) -> QuerySet[Delivery]:
    """Return the newest deliveries that failed for good."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).select_related("notification__user")[:limit]


def rules_in_error(limit: int) -> QuerySet[AlertRule]:
    """Return the rules that can't be evaluated, those first that came to it last."""
    failed = AlertRule.objects.filter(enabled=True, state=AlertState.ERROR.value)
    return failed.select_related("owner").order_by(F("state_since").desc(nulls_last=True), "-id")[:limit]


def _hours(now: datetime) -> tuple[datetime, ...]:
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return tuple(last - timedelta(hours=back) for back in reversed(range(HOURS)))


def _counted(rows: QuerySet[Any], hour: TruncHour, *columns: str) -> list[dict[str, Any]]:
    """Return the number of rows of each hour, and of each value of the columns."""
    return list(rows.order_by().values(*columns, hour=hour).annotate(count=Count("id")))


def _by_hour(hours: tuple[datetime, ...], rows: Sequence[dict[str, Any]]) -> HourlyFigures:
    counts: Counter[datetime] = Counter()
    for row in rows:
        counts[row["hour"]] += row["count"]
    return HourlyFigures(hours=hours, counts=tuple(counts[hour] for hour in hours))
