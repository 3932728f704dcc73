"""The chains that are followed."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from streaming.database.choices import choices_of, values_of
from wallets.amounts import COIN_DECIMALS, MOST_DECIMALS
from wallets.chain_state import ChainFault, ChainState, state_by_age
from wallets.confirmations import MOST_CONFIRMATIONS, TOO_MANY_CONFIRMATIONS
from wallets.models.columns import hash_column

DEFAULT_CONFIRMATIONS = 12
LONGEST_BLOCK_TIME = 3600.0
"""Seconds; Bitcoin's are 600."""


class Chain(models.Model):
    """A chain, as it is configured, and how far it was followed.

    `name` is how clients spell it (`blocks:ethereum`), `chain_id` the number that its nodes answer; `nodes` are their
    addresses (`wss:`, `ws:`, `https:`, `http:`), the preferred first. A transaction needs `confirmations`, at most
    `MOST_CONFIRMATIONS`, of one that moves much as many as the largest `amount` of `confirmations_by_amount` says that
    it reaches: objects `{"amount": "100", "confirmations": 24}`, amounts as text, in units of the coin.

    The follower alone writes the rest: the cursor is the newest block that was applied (none before the first), `head`
    the newest that a node has told, `node` the address that it asks. `reason` says why it is in its state, in words
    that only staff may see, `fault` the kind of it, which anybody may. `followed_from` is a block that staff name to
    start over from; None once the follower has. Then blocks up to `reread_number`, and balances up to the row
    `reread_balance_id`, were read afresh, and the others are being read; None where all were.
    """

    name = models.SlugField(primary_key=True, max_length=40)
    chain_id = models.PositiveBigIntegerField()
    symbol = models.CharField(max_length=20)
    decimals = models.PositiveSmallIntegerField(default=COIN_DECIMALS, validators=[MaxValueValidator(MOST_DECIMALS)])
    nodes = models.JSONField(default=list)
    block_time_seconds = models.FloatField(default=12.0, validators=[MaxValueValidator(LONGEST_BLOCK_TIME)])
    confirmations = models.PositiveIntegerField(
        default=DEFAULT_CONFIRMATIONS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CONFIRMATIONS, TOO_MANY_CONFIRMATIONS)],
    )
    confirmations_by_amount = models.JSONField(default=list, blank=True)
    is_enabled = models.BooleanField("enabled", default=True)
    is_simulated = models.BooleanField("simulated", default=False)
    followed_from = models.BigIntegerField(null=True, blank=True)
    reread_number = models.BigIntegerField(null=True, blank=True)
    reread_balance_id = models.BigIntegerField(null=True, blank=True)
    cursor_number = models.BigIntegerField(null=True, blank=True)
    cursor_hash = hash_column(blank=True, default="")
    finalized_number = models.BigIntegerField(null=True, blank=True)
    head_number = models.BigIntegerField(null=True, blank=True)
    last_head_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=choices_of(ChainState), default=ChainState.CONNECTING.value)
    state_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    fault = models.CharField(max_length=20, choices=choices_of(ChainFault), blank=True, default="")
    node = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=values_of(ChainState)), name="chain_state_is_known"),
            models.CheckConstraint(condition=Q(fault__in=["", *values_of(ChainFault)]), name="chain_fault_is_known"),
            models.CheckConstraint(
                condition=Q(block_time_seconds__gt=0, block_time_seconds__lte=LONGEST_BLOCK_TIME),
                name="chain_has_a_block_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmations__gte=1, confirmations__lte=MOST_CONFIRMATIONS, decimals__lte=MOST_DECIMALS),
                name="chain_is_measured",
            ),
            models.CheckConstraint(
                condition=Q(cursor_number__isnull=True, cursor_hash="")
                | (Q(cursor_number__gte=0) & ~Q(cursor_hash="")),
                name="chain_cursor_is_whole",
            ),
        ]

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def state_at(self, now: datetime) -> ChainState:
        """Return how it is followed: not well where no head has come for long, though nobody is there to say so."""
        last_head, block_time = self.last_head_at, self.block_time_seconds
        return state_by_age(ChainState(self.state), last_head=last_head, block_time=block_time, now=now)

    def fault_at(self, now: datetime) -> ChainFault | None:
        """Return what is wrong with it; None where nothing is known to be."""
        if self.fault:
            return ChainFault(self.fault)
        return None if self.state_at(now) == self.state else ChainFault.SILENT
