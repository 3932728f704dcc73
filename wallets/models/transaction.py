"""The transactions that are watched."""

from django.db import models
from django.db.models import Q

from streaming.database.choices import choices_of, values_of
from streaming.database.whole_numbers import ExactIntegerField
from wallets.chain import LONGEST_DATA
from wallets.lifecycle import Replacement, TransactionStatus
from wallets.models.chain import Chain
from wallets.models.columns import address_column, hash_column


class ChainTransaction(models.Model):
    """A watched transaction: what was signed, and its `TransactionProgress` (see `wallets.lifecycle`).

    What was signed is unknown while `sender` is empty; `recipient` is empty where a contract is created. `value` and
    `fee` (what was paid for it, once it is in a block) are in the coin's smallest unit, `data` is as `bounded_data`
    leaves it. `block_number` and `block_hash`
    are those of the block that decided it. `conflicting` is another transaction with its nonce, as JSON of
    `ConflictingTransaction`; empty where none is known. `time` is its block's, `seen_at` when it was first watched.

    At each block hundreds may change: no index has a column that each of these changes does, and pages are filled to
    less than a half (migration 0010): PostgreSQL then leaves all indexes as they are.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="transactions")
    hash = hash_column()
    sender = address_column(blank=True, default="")
    recipient = address_column(blank=True, default="")
    nonce = models.BigIntegerField(null=True, blank=True)
    value = ExactIntegerField(null=True, blank=True)
    data = models.CharField(max_length=LONGEST_DATA, blank=True, default="0x")
    fee = ExactIntegerField(null=True, blank=True)
    status = models.CharField(
        max_length=20, choices=choices_of(TransactionStatus), default=TransactionStatus.SEEN.value
    )
    block_number = models.BigIntegerField(null=True, blank=True)
    block_hash = hash_column(blank=True, default="")
    time = models.DateTimeField(null=True, blank=True)
    confirmations = models.PositiveIntegerField(default=0)
    required = models.PositiveIntegerField()
    replaced_by = hash_column(blank=True, default="")
    replacement = models.CharField(max_length=20, choices=choices_of(Replacement), blank=True, default="")
    conflicting = models.TextField(blank=True, default="")
    is_final = models.BooleanField("final", default=False)
    missing_polls = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-seen_at", "-id"]
        verbose_name = "transaction"
        indexes = [
            models.Index(fields=["hash"], name="transaction_by_hash"),
            models.Index(fields=["sender"], name="transaction_by_sender"),
            models.Index(fields=["recipient"], name="transaction_by_recipient"),
            models.Index(fields=["chain", "id"], condition=Q(is_final=False), name="transaction_not_final"),
            models.Index(fields=["chain", "sender", "nonce"], condition=Q(is_final=False), name="transaction_by_nonce"),
            models.Index(fields=["seen_at"], condition=Q(is_final=True), name="transaction_final"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain", "hash"], name="transaction_is_one"),
            models.CheckConstraint(
                condition=Q(status__in=values_of(TransactionStatus), replacement__in=["", *values_of(Replacement)]),
                name="transaction_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(block_number__isnull=True, block_hash="")
                | (Q(block_number__isnull=False) & ~Q(block_hash="")),
                name="transaction_block_is_whole",
            ),
            models.CheckConstraint(condition=Q(required__gte=1), name="transaction_needs_confirmations"),
        ]

    def __str__(self) -> str:
        """Return which transaction it is."""
        return f"{self.hash} of {self.chain_id}"
