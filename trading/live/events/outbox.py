"""The events that trading has still to tell: of each sub-account in their order."""

from streaming.stored_events.event_outbox import EventOutbox
from trading.models import OutboxEvent

OUTBOX = EventOutbox(OutboxEvent, subject="sub_account_id")
