"""What the delivery workers have not got to yet."""

from datetime import datetime

from alerts.deliveries.selectors import due
from alerts.models import Delivery
from streaming.workers.worker import Backlog


def delivery_backlog(now: datetime) -> Backlog:
    """Return what is due; it grows where none of them runs."""
    backlog = Delivery.objects.filter(due(now)).order_by("not_before")
    return Backlog(due=backlog.count(), oldest=backlog.values_list("not_before", flat=True).first())
