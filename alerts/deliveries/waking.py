"""Telling the delivery workers that there is work."""

from functools import partial

from streaming.layer.groups import worker_group
from streaming.workers.waking import wake, wake_soon

_WORKER = "deliveries"
DELIVERIES_GROUP = worker_group(_WORKER)

wake_deliveries = partial(wake, _WORKER)
wake_deliveries_soon = partial(wake_soon, _WORKER)
"""The same for synchronous callers."""
