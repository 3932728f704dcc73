"""Storing what has become of a batch of which the database refuses something: each by itself, and at last in few words.

Asked again, the database would refuse the same again: that must neither hold up a channel for ever, nor let what was
sent be sent whenever its lease ends.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog

from alerts.deliveries.message import Message
from alerts.deliveries.services import Failed, deliveries_failed, deliveries_sent, delivery_end
from alerts.models import DeliveryState
from streaming.database.errors import DATABASE_OUTAGES

logger = structlog.get_logger(__name__)


def deliveries_sent_in_parts(*, messages: Sequence[Message], holder: str, now: datetime) -> None:
    """Mark what was sent as `deliveries_sent` does; raise only where the database is away."""
    for message in messages:
        error = _refusal(partial(deliveries_sent, messages=[message], holder=holder, now=now))
        if error is not None:
            _end(message, holder, error, state=DeliveryState.SENT, sent_at=now)


def deliveries_failed_in_parts(*, failures: Sequence[Failed], holder: str, now: datetime) -> None:
    """Mark what failed as `deliveries_failed` does; raise only where the database is away.

    One of which that is refused is dead: staff can send it again.
    """
    for failure in failures:
        error = _refusal(partial(deliveries_failed, failures=[failure], holder=holder, now=now))
        if error is not None:
            _end(failure.message, holder, error, state=DeliveryState.DEAD, sent_at=None)


def _refusal(store: Callable[[], None]) -> Exception | None:
    """Store, and return why that is refused, where it is."""
    try:
        store()
    except DATABASE_OUTAGES:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it would be the same again
        return error
    return None


def _end(message: Message, holder: str, error: Exception, *, state: DeliveryState, sent_at: datetime | None) -> None:
    logger.error("what became of a delivery can't be stored", delivery=message.delivery_id, exc_info=error)
    reason = f"what became of it can't be stored: {type(error).__name__}"
    delivery_end(delivery_id=message.delivery_id, holder=holder, state=state, reason=reason, sent_at=sent_at)
