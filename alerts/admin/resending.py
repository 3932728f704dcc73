"""Sending again what failed for good."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from alerts.deliveries.waking import wake_deliveries_sync
from alerts.models import Delivery, DeliveryState


@transaction.atomic
def deliveries_resend(*, ids: Collection[int], now: datetime) -> frozenset[int]:
    """Make those of the deliveries that are dead wait for a worker again; return which they were.

    They begin anew, at once, with all their attempts. The reason of their failure stays until the next one.
    """
    dead = Delivery.objects.select_for_update().filter(pk__in=ids, state=DeliveryState.DEAD)
    resent = frozenset(dead.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=resent).update(
        state=DeliveryState.WAITING, attempts=0, not_before=now, held=False, holder="", lease_until=None
    )
    if resent:
        transaction.on_commit(wake_deliveries_sync)
    return resent
