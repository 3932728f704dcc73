"""The events that trading has still to tell: of each sub-account in their order."""

from streaming.stored_events.outbox import Outbox
from trading.models import OutboxEvent

OUTBOX = Outbox(OutboxEvent, subject="sub_account_id")
