"""Telling the delivery workers that there is work, and hearing of it."""

from functools import partial

from alerts.declared_workers import DELIVERIES
from streaming.workers.wake_ups import listen_for_wake_ups, wake, wake_soon

listen_for_delivery_wake_ups = partial(listen_for_wake_ups, worker=DELIVERIES.name)
wake_deliveries = partial(wake, DELIVERIES.name)
wake_deliveries_soon = partial(wake_soon, DELIVERIES.name)
"""The same for synchronous callers."""
