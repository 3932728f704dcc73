"""The numbers of users' notifications: each user's are counted without a gap, in the order in which they are stored."""

from collections.abc import Collection, Mapping

from alerts.models import NotificationCounter
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among

_KNOWN = CompiledQuery(
    NotificationCounter,
    lambda: NotificationCounter.objects.filter(Among("user_id", Given("users"))).order_by().values_list("user_id"),
)
_LOCKED = CompiledQuery(
    NotificationCounter,
    lambda: (
        NotificationCounter.objects.select_for_update()
        .filter(Among("user_id", Given("users")))
        .order_by("user_id")
        .values_list("user_id", "last")
    ),
)


def counters_lock(user_ids: Collection[int]) -> Mapping[int, NotificationCounter]:
    """Return the users' counters, locked until the transaction ends.

    Whoever changes a user's notifications holds the counter first. Counters are locked in one order, so that two that
    want the same never wait for each other.
    """
    wanted = sorted(set(user_ids))
    known = {user_id for (user_id,) in _KNOWN.rows(users=wanted)}
    missing = [NotificationCounter(user_id=user_id) for user_id in wanted if user_id not in known]
    if missing:  # before any is locked: else one that waits for a row of another's would hold what that one wants
        NotificationCounter.objects.bulk_create(missing, ignore_conflicts=True)
    return {user_id: NotificationCounter(user_id=user_id, last=last) for user_id, last in _LOCKED.rows(users=wanted)}


def counters_store(counters: Collection[NotificationCounter]) -> None:
    """Store how far the counters, which are locked, have come; one query."""
    NotificationCounter.objects.bulk_create(
        counters, update_conflicts=True, unique_fields=["user"], update_fields=["last"]
    )
