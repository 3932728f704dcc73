"""What the delivery workers have not got to yet."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from alerts.deliveries.backlog import delivery_backlog
from alerts.models import Delivery, DeliveryState
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.notifying import draft_of, tell

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "due", "lease", "expected"),
    [
        (DeliveryState.WAITING, -HOUR, None, 1),
        (DeliveryState.WAITING, HOUR, None, 0),
        (DeliveryState.SENDING, -HOUR, HOUR, 0),
        (DeliveryState.SENDING, -HOUR, -HOUR, 1),
        (DeliveryState.DEAD, -HOUR, None, 0),
    ],
)
def test_it_sees_what_is_due_and_in_nobodys_hands(
    ada: User, state: DeliveryState, due: timedelta, lease: timedelta | None, expected: int
) -> None:
    tell(draft_of(ada, Channel.WEBSOCKET), now=NOW)
    Delivery.objects.update(state=state, not_before=NOW + due, lease_until=lease and NOW + lease)
    waiting = delivery_backlog(NOW)
    assert waiting.due == expected
    assert waiting.oldest == (NOW + due if expected else None)
