"""The events that wallets have still to tell: of each chain in their order."""

from streaming.stored_events.outbox import Outbox
from wallets.models import OutboxEvent

OUTBOX = Outbox(OutboxEvent, subject="chain_id")
