"""The history of watched addresses."""

from django.db import models
from django.db.models import Q

from streaming.database.choices import choices_of, values_of
from streaming.database.whole_numbers import ExactIntegerField
from wallets.following.block_effects import Direction
from wallets.models.chain import Chain
from wallets.models.columns import address_column, hash_column

NO_LOG = -1
"""The `log_index` of a movement of coins, which no contract logs."""


class Movement(models.Model):
    """What came to or went from an address in a block; `is_retracted` once a reorganisation took the block back.

    `asset` is `native` or a token's address; `change` is negative for what went out, and `balance` is what the address
    held after the block, both in the asset's smallest unit, the latter None where it wasn't read. `counterparty` is
    empty where a contract was created. `time` is the block's.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="movements")
    address = address_column()
    asset = address_column()
    direction = models.CharField(max_length=10, choices=choices_of(Direction))
    counterparty = address_column(blank=True, default="")
    change = ExactIntegerField()
    balance = ExactIntegerField(null=True, blank=True)
    transaction_hash = hash_column()
    log_index = models.IntegerField(default=NO_LOG)
    block_number = models.BigIntegerField()
    block_hash = hash_column()
    time = models.DateTimeField()
    is_retracted = models.BooleanField("retracted", default=False)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-block_number", "-id"]
        indexes = [
            models.Index(fields=["chain", "address", "-id"], name="movement_of_address"),
            models.Index(fields=["chain", "block_number"], name="movement_of_block"),
            models.Index(fields=["time"], name="movement_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "block_hash", "transaction_hash", "log_index", "address", "direction"],
                name="movement_is_one",
            ),
            models.CheckConstraint(condition=Q(direction__in=values_of(Direction)), name="movement_has_a_direction"),
        ]

    def __str__(self) -> str:
        """Return what moved."""
        return f"{self.change} {self.asset} of {self.address}"
