"""What is to be told of changes that are stored."""

from django.db import models
from django.db.models import Q

from streaming.stored_events.model import StoredEvent


class OutboxEvent(StoredEvent):
    """Something to be told of a chain, of a wallet or of a transaction; nobody's own where it is of `blocks:<chain>`.

    Those of one chain have rising ids in their order, for one follower alone stores them.
    """

    chain_id = models.CharField(max_length=40)

    class Meta(StoredEvent.Meta):
        """In which order they are read: of each owner in turn, where many wait."""

        indexes = [
            models.Index(fields=["owner_id", "id"], condition=Q(refused_at__isnull=True), name="wallet_outbox_waiting"),
            models.Index(fields=["refused_at"], condition=Q(refused_at__isnull=False), name="wallet_outbox_refused"),
        ]

    def __str__(self) -> str:
        """Return of what it tells."""
        return f"{self.id} of {self.chain_id}"
