"""Telling the delivery workers that there is work, and hearing of it."""

from functools import partial

from alerts.declared_workers import DELIVERIES
from streaming.workers.waking import hear_wakes, wake, wake_soon

hear_deliveries_wake = partial(hear_wakes, worker=DELIVERIES.name)
wake_deliveries = partial(wake, DELIVERIES.name)
wake_deliveries_soon = partial(wake_soon, DELIVERIES.name)
"""The same for synchronous callers."""
