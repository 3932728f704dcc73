"""Telling the delivery workers that there is work, and hearing of it."""

from functools import partial

from streaming.workers.waking import hear_wakes, wake, wake_soon

_WORKER = "deliveries"

hear_deliveries_wake = partial(hear_wakes, worker=_WORKER)
wake_deliveries = partial(wake, _WORKER)
wake_deliveries_soon = partial(wake_soon, _WORKER)
"""The same for synchronous callers."""
