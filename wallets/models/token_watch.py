"""Which token a user has named for which wallet."""

from django.db import models
from django.db.models import Q

from streaming.database.choices import choices_of, values_of
from wallets.models.columns import address_column
from wallets.models.token_state import TokenState
from wallets.models.wallet import Wallet


class TokenWatch(models.Model):
    """A token that a user has named for a wallet, by its contract's address: told to this user, and to nobody else.

    `reason` says of what is no token why; the follower alone writes it, and what it finds is a `Token`.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.CASCADE, related_name="token_watches")
    contract = address_column()
    state = models.CharField(max_length=20, choices=choices_of(TokenState), default=TokenState.CHECKING.value)
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["id"]
        verbose_name_plural = "token watches"
        indexes = [
            models.Index(fields=["contract"], name="token_watch_of_contract"),
            models.Index(fields=["id"], condition=Q(state=TokenState.CHECKING.value), name="token_watch_checking"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["wallet", "contract"], name="token_watch_is_one"),
            models.CheckConstraint(condition=Q(state__in=values_of(TokenState)), name="token_watch_state_is_known"),
        ]

    def __str__(self) -> str:
        """Return what is named for which wallet."""
        return f"{self.contract} of {self.wallet_id}"
