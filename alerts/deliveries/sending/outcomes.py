"""Storing what has become of a batch of which the database refuses something: in parts, and at last in few words.

Asked again, the database would refuse the same again: that must neither hold up a channel for ever, nor let what was
sent be sent whenever its lease ends.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from alerts.deliveries.message import Message
from alerts.deliveries.services import Failed, deliveries_failed, deliveries_sent, delivery_end
from alerts.models import DeliveryState
from streaming.database.partial_storage import store_in_parts

logger = structlog.get_logger(__name__)


def deliveries_sent_in_parts(
    *, messages: Sequence[Message], holder: str, now: datetime, took_ms: int | None = None
) -> None:
    """Mark what was sent as `deliveries_sent` does; raise only where the database is away."""
    by_id = {message.delivery_id: message for message in messages}

    def store(ids: Sequence[int]) -> None:
        deliveries_sent(messages=[by_id[one] for one in ids], holder=holder, now=now, took_ms=took_ms)

    for refused, error in store_in_parts(list(by_id), store).refused.items():
        _end(by_id[refused], holder, error, state=DeliveryState.SENT, sent_at=now)


def deliveries_failed_in_parts(
    *, failures: Sequence[Failed], holder: str, now: datetime, took_ms: int | None = None
) -> None:
    """Mark what failed as `deliveries_failed` does; raise only where the database is away.

    One of which that is refused is dead: staff can send it again.
    """
    by_id = {failure.message.delivery_id: failure for failure in failures}

    def store(ids: Sequence[int]) -> None:
        deliveries_failed(failures=[by_id[one] for one in ids], holder=holder, now=now, took_ms=took_ms)

    for refused, error in store_in_parts(list(by_id), store).refused.items():
        _end(by_id[refused].message, holder, error, state=DeliveryState.DEAD, sent_at=None)


def _end(message: Message, holder: str, error: Exception, *, state: DeliveryState, sent_at: datetime | None) -> None:
    logger.error("what became of a delivery can't be stored", delivery=message.delivery_id, exc_info=error)
    reason = f"what became of it can't be stored: {type(error).__name__}"
    delivery_end(delivery_id=message.delivery_id, holder=holder, state=state, reason=reason, sent_at=sent_at)
