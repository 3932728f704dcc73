"""Locking deliveries: in one order, whoever changes several, so that none waits in a circle."""

from django.db.models import QuerySet

from alerts.models import Delivery


def deliveries_locked(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return these deliveries, locked by their ids until the transaction ends: an UPDATE takes rows as they lie.

    Workers, and users who read or acknowledge, change the same rows at the same time.
    """
    locked = deliveries.order_by("pk").select_for_update(of=("self",))
    return Delivery.objects.filter(pk__in=list(locked.values_list("pk", flat=True)))
