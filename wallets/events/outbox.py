"""The events that wallets have still to tell: of each chain in their order."""

from streaming.stored_events.event_outbox import EventOutbox
from wallets.models import OutboxEvent

OUTBOX = EventOutbox(OutboxEvent, subject="chain_id")
