"""What is to be told of changes that are stored, and how far the market was followed."""

from django.db import models
from django.db.models import Q

from streaming.stored_events.model import StoredEvent


class OutboxEvent(StoredEvent):
    """Something to be told of a sub-account, whose row is locked while its events are added.

    Without an event only the worker is told, that the sub-account has changed.
    """

    sub_account_id = models.BigIntegerField(null=True, blank=True)

    class Meta(StoredEvent.Meta):
        """In which order they are read: of each owner in turn, where many wait."""

        indexes = [
            models.Index(fields=["owner_id", "id"], condition=Q(refused_at__isnull=True), name="outbox_waiting"),
            models.Index(fields=["refused_at"], condition=Q(refused_at__isnull=False), name="outbox_refused"),
        ]

    def __str__(self) -> str:
        """Return of what it tells."""
        return f"{self.id} of sub-account {self.sub_account_id}"


class MarketPosition(models.Model):
    """The last trade of a symbol, by its source, whose executions are stored; `time` is the trade's, in ms."""

    symbol = models.CharField(max_length=64)
    source = models.CharField(max_length=20)
    trade_id = models.BigIntegerField()
    time = models.BigIntegerField()

    class Meta:
        """One row for each symbol of a source."""

        constraints = [models.UniqueConstraint(fields=["symbol", "source"], name="market_position_is_one")]

    def __str__(self) -> str:
        """Return how far the symbol was followed."""
        return f"{self.symbol} up to {self.trade_id}"
