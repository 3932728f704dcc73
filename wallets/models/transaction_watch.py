"""Which user watches which transaction."""

from django.conf import settings
from django.db import models

from wallets.models.transaction import ChainTransaction


class TransactionWatch(models.Model):
    """A user watches a transaction: `by_hand`, or as it is to or from a wallet of theirs.

    `confirmed_block` is the one in which they were notified that it is confirmed; None: not yet, or it was taken back
    since.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched_transactions")
    transaction = models.ForeignKey(ChainTransaction, on_delete=models.CASCADE, related_name="watches")
    by_hand = models.BooleanField(default=False)
    confirmed_block = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-id"]
        verbose_name_plural = "transaction watches"
        indexes = [models.Index(fields=["owner", "-id"], name="transaction_watch_of_owner")]
        constraints = [models.UniqueConstraint(fields=["owner", "transaction"], name="transaction_watch_is_one")]

    def __str__(self) -> str:
        """Return who watches what."""
        return f"{self.transaction_id} by {self.owner_id}"
