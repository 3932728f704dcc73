"""What watched addresses hold."""

from django.db import models
from django.db.models import Q

from streaming.database.whole_numbers import ExactIntegerField
from wallets.models.chain import Chain
from wallets.models.columns import address_column, hash_column


class Balance(models.Model):
    """How much of an asset an address held at a block, in its smallest unit; one row, however many users watch it.

    `asset` is `native` or a token's address; `changed_at` is when the row was written. `is_outdated`: blocks have
    touched it since, too far below the node's head to ask for the balance after them; it is read at the head.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="balances")
    address = address_column()
    asset = address_column()
    amount = ExactIntegerField()
    block_number = models.BigIntegerField()
    block_hash = hash_column()
    changed_at = models.DateTimeField()
    is_outdated = models.BooleanField("outdated", default=False)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["chain", "address", "asset"]
        indexes = [models.Index(fields=["chain", "id"], condition=Q(is_outdated=True), name="wallet_balance_outdated")]
        constraints = [models.UniqueConstraint(fields=["chain", "address", "asset"], name="wallet_balance_is_one")]

    def __str__(self) -> str:
        """Return whose it is."""
        return f"{self.amount} {self.asset} of {self.address}"
