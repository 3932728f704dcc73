"""The addresses that users watch."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wallets.ids import new_wallet_id
from wallets.models.chain import Chain
from wallets.models.columns import address_column


class Wallet(models.Model):
    """An address of a chain that a user watches, under the user's own label. Several may watch the same.

    `known_block` is the newest block of the chain that was known when it was added, None where none was: what is in it,
    or below, is from before.

    While it `is_being_read`, it has no balances until the follower has asked for them, though another watches the
    address: nobody learns that by them. They are then as of `read_block` at least, told at `read_at` at the earliest.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_wallet_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wallets")
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="wallets")
    address = address_column()
    label = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    known_block = models.BigIntegerField(null=True, blank=True)
    is_being_read = models.BooleanField(default=False)
    read_block = models.BigIntegerField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["chain", "address"], name="wallet_by_address"),
            models.Index(fields=["address"], name="wallet_by_address_alone"),
            models.Index(fields=["created_at"], name="wallet_by_time"),
            models.Index(fields=["chain", "address"], condition=Q(is_being_read=True), name="wallet_being_read"),
        ]
        constraints = [models.UniqueConstraint(fields=["owner", "chain", "address"], name="wallet_is_one")]

    def __str__(self) -> str:
        """Return the id and the label."""
        return f"{self.id}: {self.label or self.address}"
