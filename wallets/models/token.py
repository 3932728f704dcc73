"""The ERC-20 tokens whose transfers are followed."""

from django.db import models
from django.db.models import Q

from wallets.amounts import MOST_DECIMALS
from wallets.models.chain import Chain
from wallets.models.columns import address_column


class Token(models.Model):
    """A token of a chain, by its contract's address; what it says of itself is shown, and proves nothing.

    `is_listed` marks those that staff keep for everybody, since `listed_at` (None: from the beginning); others, users
    have named for a wallet (`TokenWatch`), and nobody else is told of them.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="tokens")
    address = address_column()
    symbol = models.CharField(max_length=50)
    name = models.CharField(max_length=100, blank=True, default="")
    decimals = models.PositiveSmallIntegerField()
    is_listed = models.BooleanField("listed", default=False)
    listed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["chain", "symbol", "address"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "address"], name="token_is_one"),
            models.CheckConstraint(condition=Q(decimals__lte=MOST_DECIMALS), name="token_decimals_are_possible"),
        ]

    def __str__(self) -> str:
        """Return its symbol and chain."""
        return f"{self.symbol} of {self.chain_id}"
