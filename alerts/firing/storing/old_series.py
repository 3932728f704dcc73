"""Deleting the last values of series that no rule needs any more, little by little.

The active evaluator alone does it: it alone stores them, and knows what its rules look at. A rule that it doesn't know
yet needs none of them: one that is new, was switched on again or was changed begins with what comes then. One in error
keeps what it remembers, and is asked for here. Only what is old goes: nothing of a rule that ends just now.
"""

from collections.abc import Collection

from django.db import transaction

from alerts.firing.rules import series_in_error
from alerts.models import SeriesPoint
from streaming.workers.fencing import Fence, lease_hold

KEPT_SECONDS = 7 * 86_400
"""How long a last value is kept that no rule needs: longer than transactions are read again that nobody has heard."""
_BATCH = 500


@transaction.atomic
def old_series_forget(
    needed: Collection[str], *, after: int, limit: int = _BATCH, fence: Fence | None, now_ms: int
) -> int | None:
    """Look at `limit` old values behind an id, and delete those that aren't `needed`; return the last id.

    None where there are no more. Raise `LeaseLostError` where another evaluates by now; then nothing is deleted.
    """
    old = SeriesPoint.objects.filter(time__lt=now_ms - 1000 * KEPT_SECONDS)
    rows = list(old.filter(pk__gt=after).order_by("pk").values_list("pk", "key")[:limit])
    unneeded = {key: pk for pk, key in rows if key not in needed}
    kept = series_in_error() if unneeded else frozenset[str]()
    if unneeded and kept is not None:
        old.filter(pk__in=[pk for key, pk in unneeded.items() if key not in kept]).delete()
    lease_hold(fence)
    return rows[-1][0] if len(rows) == limit else None
