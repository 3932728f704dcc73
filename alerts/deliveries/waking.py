"""Telling the delivery workers that there is work."""

from functools import partial

from streaming.workers.waking import wake, wake_group, wake_soon

_WORKER = "deliveries"
DELIVERIES_GROUP = wake_group(_WORKER)

wake_deliveries = partial(wake, _WORKER)
wake_deliveries_soon = partial(wake_soon, _WORKER)
"""The same for synchronous callers."""
