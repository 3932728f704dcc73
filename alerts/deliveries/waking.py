"""Telling the delivery workers that there is work."""

from functools import partial

from streaming.workers.waking import wake, wake_group, wake_sync

_WORKER = "deliveries"
DELIVERIES_GROUP = wake_group(_WORKER)

wake_deliveries = partial(wake, _WORKER)
wake_deliveries_sync = partial(wake_sync, _WORKER)
"""The same for synchronous callers."""
