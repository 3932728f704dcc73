"""The newest blocks of each chain."""

from django.db import models
from django.db.models import Q

from streaming.database.whole_numbers import ExactIntegerField
from wallets.models.chain import Chain
from wallets.models.columns import hash_column


class KnownBlock(models.Model):
    """One of the newest blocks of our chain; what a reorganisation takes back is deleted.

    `time` is the chain's, `base_fee` in wei per gas (None before a chain has one), `transactions` how many it has.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="blocks")
    number = models.BigIntegerField()
    hash = hash_column()
    parent_hash = hash_column()
    time = models.DateTimeField()
    base_fee = ExactIntegerField(null=True, blank=True)
    transactions = models.PositiveIntegerField(default=0)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["chain", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="block_is_one"),
            models.CheckConstraint(condition=Q(number__gte=0), name="block_has_a_number"),
        ]

    def __str__(self) -> str:
        """Return which block it is."""
        return f"{self.chain_id} {self.number}"
