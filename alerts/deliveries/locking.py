"""Locking deliveries: in one order, whoever changes several, so that none waits in a circle."""

from django.db.models import QuerySet

from alerts.models import Delivery


def in_lock_order(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return a query that locks these deliveries by their ids, as it reads them."""
    return deliveries.select_for_update(of=("self",)).order_by("pk")


def deliveries_locked(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return these deliveries, locked by their ids until the transaction ends: an UPDATE takes rows as they lie.

    Workers, and users who read or acknowledge, change the same rows at the same time.
    """
    return Delivery.objects.filter(pk__in=list(in_lock_order(deliveries).values_list("pk", flat=True)))
